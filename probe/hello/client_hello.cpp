#include "probe/hello/client_hello.hpp"

#include <algorithm>
#include <span>

#include "probe/wire/cipher_suite.hpp"

namespace mtls::hello {

using wire::CipherSuite;
using wire::ExtensionType;
using wire::NamedGroup;
using wire::ProtocolVersion;
using wire::SignatureScheme;

namespace {

constexpr std::array suites_13{CipherSuite::TLS_AES_128_GCM_SHA256, CipherSuite::TLS_AES_256_GCM_SHA384,
                               CipherSuite::TLS_CHACHA20_POLY1305_SHA256};

/// As a client of today prefers them; then what servers of yesterday need. Windows 2003 looks at the first 64 only, so
/// 3DES and RC4 stand among them. None is anonymous: RFC 5246 §7.4.4 lets only "a non-anonymous server" ask.
constexpr std::array suites_12{
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384,
    CipherSuite::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite::TLS_DHE_RSA_WITH_AES_128_CBC_SHA,
    CipherSuite::TLS_DHE_RSA_WITH_AES_256_CBC_SHA,
    CipherSuite::TLS_DHE_RSA_WITH_AES_128_CBC_SHA256,
    CipherSuite::TLS_DHE_RSA_WITH_AES_256_CBC_SHA256,
    CipherSuite::TLS_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA256,
    CipherSuite::TLS_RSA_WITH_AES_256_CBC_SHA256,
    CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA,
    CipherSuite::TLS_RSA_WITH_AES_256_CBC_SHA,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA,
    CipherSuite::TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA,
    CipherSuite::TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA,
    CipherSuite::TLS_RSA_WITH_3DES_EDE_CBC_SHA,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_RC4_128_SHA,
    CipherSuite::TLS_ECDHE_RSA_WITH_RC4_128_SHA,
    CipherSuite::TLS_RSA_WITH_RC4_128_SHA,
    CipherSuite::TLS_RSA_WITH_RC4_128_MD5,
    CipherSuite::TLS_DHE_DSS_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_DHE_DSS_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_DHE_DSS_WITH_AES_128_CBC_SHA256,
    CipherSuite::TLS_DHE_DSS_WITH_AES_256_CBC_SHA256,
    CipherSuite::TLS_DHE_DSS_WITH_AES_128_CBC_SHA,
    CipherSuite::TLS_DHE_DSS_WITH_AES_256_CBC_SHA,
    CipherSuite::TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA,
    CipherSuite::TLS_DHE_RSA_WITH_DES_CBC_SHA,
    CipherSuite::TLS_DHE_DSS_WITH_DES_CBC_SHA,
    CipherSuite::TLS_RSA_WITH_DES_CBC_SHA,
    CipherSuite::TLS_RSA_WITH_IDEA_CBC_SHA,
    CipherSuite::TLS_RSA_EXPORT_WITH_RC4_40_MD5,
    CipherSuite::TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5,
    CipherSuite::TLS_RSA_EXPORT_WITH_DES40_CBC_SHA,
    CipherSuite::TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA,
    CipherSuite::TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA,
    CipherSuite::TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA,
    CipherSuite::TLS_RSA_EXPORT1024_WITH_RC4_56_SHA,
    CipherSuite::TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA,
    CipherSuite::TLS_ECDH_RSA_WITH_AES_128_CBC_SHA,
    CipherSuite::TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA,
    CipherSuite::TLS_ECDH_RSA_WITH_AES_256_CBC_SHA,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CCM,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_CCM,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8,
    CipherSuite::TLS_DHE_RSA_WITH_AES_128_CCM,
    CipherSuite::TLS_DHE_RSA_WITH_AES_256_CCM,
    CipherSuite::TLS_RSA_WITH_AES_128_CCM,
    CipherSuite::TLS_RSA_WITH_AES_256_CCM,
    CipherSuite::TLS_RSA_WITH_AES_128_CCM_8,
    CipherSuite::TLS_RSA_WITH_AES_256_CCM_8,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384,
    CipherSuite::TLS_RSA_WITH_ARIA_128_GCM_SHA256,
    CipherSuite::TLS_RSA_WITH_ARIA_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384,
    CipherSuite::TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384,
    CipherSuite::TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA,
    CipherSuite::TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA,
    CipherSuite::TLS_RSA_WITH_CAMELLIA_128_CBC_SHA,
    CipherSuite::TLS_RSA_WITH_CAMELLIA_256_CBC_SHA,
    CipherSuite::TLS_RSA_WITH_CAMELLIA_128_CBC_SHA256,
    CipherSuite::TLS_RSA_WITH_CAMELLIA_256_CBC_SHA256,
    CipherSuite::TLS_DHE_RSA_WITH_SEED_CBC_SHA,
    CipherSuite::TLS_RSA_WITH_SEED_CBC_SHA,
    CipherSuite::TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC,
    CipherSuite::TLS_GOSTR341112_256_WITH_MAGMA_CTR_OMAC,
    CipherSuite::TLS_GOSTR341112_256_WITH_28147_CNT_IMIT,
    CipherSuite::TLS_GOSTR341001_WITH_28147_CNT_IMIT,
    CipherSuite::TLS_RSA_WITH_NULL_SHA,
    CipherSuite::TLS_RSA_WITH_NULL_MD5,
    CipherSuite::TLS_RSA_WITH_NULL_SHA256,
};

/// Every kind of signature that a server's certificate may need; nobody verifies one.
constexpr std::array signature_schemes{
    SignatureScheme::ecdsa_secp256r1_sha256,
    SignatureScheme::rsa_pss_rsae_sha256,
    SignatureScheme::rsa_pkcs1_sha256,
    SignatureScheme::ecdsa_secp384r1_sha384,
    SignatureScheme::rsa_pss_rsae_sha384,
    SignatureScheme::rsa_pkcs1_sha384,
    SignatureScheme::ecdsa_secp521r1_sha512,
    SignatureScheme::rsa_pss_rsae_sha512,
    SignatureScheme::rsa_pkcs1_sha512,
    SignatureScheme::ed25519,
    SignatureScheme::ed448,
    SignatureScheme::rsa_pss_pss_sha256,
    SignatureScheme::rsa_pss_pss_sha384,
    SignatureScheme::rsa_pss_pss_sha512,
    SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256,
    SignatureScheme::ecdsa_brainpoolP384r1tls13_sha384,
    SignatureScheme::ecdsa_brainpoolP512r1tls13_sha512,
    SignatureScheme::mldsa44,
    SignatureScheme::mldsa65,
    SignatureScheme::mldsa87,
    SignatureScheme::sm2sig_sm3,
    SignatureScheme::gostr34102012_256,
    SignatureScheme::gostr34102012_512,
    SignatureScheme::ecdsa_sha224,
    SignatureScheme::rsa_pkcs1_sha224,
    SignatureScheme::dsa_sha256,
    SignatureScheme::dsa_sha224,
    SignatureScheme::ecdsa_sha1,
    SignatureScheme::rsa_pkcs1_sha1,
    SignatureScheme::dsa_sha1,
    SignatureScheme::rsa_pkcs1_md5,
};

/// Up to TLS 1.2 nothing is computed with the curve; in 1.3 a HelloRetryRequest may name those of the first line.
constexpr std::array groups{
    NamedGroup::x25519,
    NamedGroup::secp256r1,
    NamedGroup::secp384r1,
    NamedGroup::secp521r1,
    NamedGroup::x448,
    NamedGroup::ffdhe2048,
    NamedGroup::ffdhe3072,
    NamedGroup::ffdhe4096,
    NamedGroup::brainpoolP256r1,
    NamedGroup::brainpoolP384r1,
    NamedGroup::brainpoolP512r1,
    NamedGroup::secp256k1,
    NamedGroup::secp224r1,
    NamedGroup::secp192r1,
    NamedGroup::secp160r1,
};

/// Puts numbers in network order, and the length of a vector in front of it once its content is there.
class Writer {
  public:
    Writer() { bytes_.reserve(544); }

    template <class Number> void number(Number value)
    {
        for (std::size_t byte = sizeof(Number); byte-- > 0;) {
            bytes_.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> 8U * byte));
        }
    }

    void bytes(std::span<const std::uint8_t> content) { bytes_.insert(bytes_.end(), content.begin(), content.end()); }

    void text(std::string_view content) { bytes_.insert(bytes_.end(), content.begin(), content.end()); }

    template <class Range> void numbers(const Range& range)
    {
        for (const auto& value : range) {
            number(value);
        }
    }

    /// What `content` writes, behind its length of `width` bytes.
    template <class Content> void vector(std::size_t width, Content content)
    {
        const std::size_t start = bytes_.size() + width;
        bytes_.resize(start);
        content();
        const std::size_t length = bytes_.size() - start;
        for (std::size_t byte = 0; byte < width; ++byte) {
            bytes_[start - 1 - byte] = static_cast<std::uint8_t>(length >> 8U * byte);
        }
    }

    template <class Content> void extension(ExtensionType type, Content content)
    {
        number(type);
        vector(2, content);
    }

    [[nodiscard]] std::size_t size() const { return bytes_.size(); }

    [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }

  private:
    std::vector<std::uint8_t> bytes_;
};

void write_names(Writer& out, const Offer& offer)
{
    if (offer.sni) {
        // RFC 6066 §3: a ServerNameList of one host_name.
        out.extension(ExtensionType::server_name, [&] {
            out.vector(2, [&] {
                out.number(std::uint8_t{0});
                out.vector(2, [&] { out.text(*offer.sni); });
            });
        });
    }
    if (!offer.alpn.empty()) {
        out.extension(ExtensionType::application_layer_protocol_negotiation, [&] {
            out.vector(2, [&] {
                for (const std::string& protocol : offer.alpn) {
                    out.vector(1, [&] { out.text(protocol); });
                }
            });
        });
    }
}

void write_abilities(Writer& out, const Offer& offer)
{
    out.extension(ExtensionType::supported_groups, [&] { out.vector(2, [&] { out.numbers(groups); }); });
    if (offer.versions.front() < ProtocolVersion::tls13) {
        out.extension(ExtensionType::ec_point_formats, [&] { out.vector(1, [&] { out.number(std::uint8_t{0}); }); });
        out.extension(ExtensionType::extended_master_secret, [] {});
    }
    if (offer.versions.back() >= ProtocolVersion::tls12) { // RFC 5246 §7.4.1.4.1: not for older ones
        out.extension(ExtensionType::signature_algorithms,
                      [&] { out.vector(2, [&] { out.numbers(signature_schemes); }); });
    }
}

void write_tls13(Writer& out, const Offer& offer, const ClientHelloFields& fields)
{
    out.extension(ExtensionType::supported_versions, [&] {
        out.vector(1, [&] {
            std::for_each(offer.versions.rbegin(), offer.versions.rend(),
                          [&](ProtocolVersion version) { out.number(version); });
        });
    });
    out.extension(ExtensionType::key_share, [&] {
        out.vector(2, [&] {
            out.number(fields.group);
            out.vector(2, [&] { out.bytes(fields.key_exchange); });
        });
    });
    if (!fields.cookie.empty()) {
        out.extension(ExtensionType::cookie, [&] { out.bytes(fields.cookie); });
    }
}

/// RFC 7685 §4: "certain implementations [...] hang on receiving a ClientHello of size between 256 and 511 bytes".
void write_padding(Writer& out)
{
    constexpr std::size_t wanted = 512;
    constexpr std::size_t empty_extension = 4;
    if (out.size() > 0xff && out.size() < wanted) {
        const std::size_t missing = wanted - out.size();
        const std::size_t zeros = missing > empty_extension ? missing - empty_extension : 1;
        out.extension(ExtensionType::padding, [&] { out.bytes(std::vector<std::uint8_t>(zeros)); });
    }
}

void write_suites(Writer& out, const Offer& offer)
{
    if (offers_tls13(offer)) {
        out.numbers(suites_13);
    }
    if (offer.versions.front() < ProtocolVersion::tls13) {
        out.numbers(suites_12);
        out.number(CipherSuite::TLS_EMPTY_RENEGOTIATION_INFO_SCSV); // RFC 5746 §3.3, which SSL 3.0 takes too
    }
}

} // namespace

bool offers_tls13(const Offer& offer)
{
    return offer.versions.back() >= ProtocolVersion::tls13;
}

std::vector<std::uint8_t> write_client_hello(const Offer& offer, const ClientHelloFields& fields)
{
    Writer out;
    out.number(wire::HandshakeType::client_hello);
    out.vector(3, [&] {
        out.number(std::min(offer.versions.back(), ProtocolVersion::tls12));
        out.bytes(fields.random);
        out.vector(1, [&] {
            if (offers_tls13(offer)) {
                out.bytes(fields.session_id);
            }
        });
        out.vector(2, [&] { write_suites(out, offer); });
        out.vector(1, [&] { out.number(std::uint8_t{0}); }); // no compression
        out.vector(2, [&] {
            write_names(out, offer);
            write_abilities(out, offer);
            if (offers_tls13(offer)) {
                write_tls13(out, offer, fields);
            }
            write_padding(out);
        });
    });
    return out.take();
}

} // namespace mtls::hello
