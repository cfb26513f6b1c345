#include "certs/x509/certificate.hpp"

#include <algorithm>
#include <array>

#include <openssl/sha.h>

#include "certs/ossl/error.hpp"
#include "certs/ossl/once.hpp"
#include "certs/x509/certificate_outline.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/signature_memo.hpp"

namespace mtls::x509 {

namespace {

Name name_of(const X509_NAME* name)
{
    const unsigned char* bytes = nullptr;
    std::size_t size = 0;
    ossl::must_succeed(X509_NAME_get0_der(name, &bytes, &size), "read a certificate's name");
    return Name{Der(bytes, bytes + size)};
}

Der der_of(X509* certificate)
{
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(certificate, &bytes);
    ossl::must_succeed(size, "encode a certificate");
    const ossl::BytesPtr owner{bytes};
    return {bytes, bytes + size};
}

ossl::X509Ptr decode(Bytes der)
{
    const ossl::ErrorMark quiet;
    const unsigned char* cursor = der.data();
    ossl::X509Ptr certificate{d2i_X509(nullptr, &cursor, static_cast<long>(der.size()))};
    if (cursor != der.data() + der.size()) {
        certificate.reset();
    }
    return certificate;
}

std::optional<Time> time_of(const ASN1_TIME* time)
{
    const ossl::ErrorMark quiet;
    std::tm fields{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &fields) != 1) {
        return std::nullopt;
    }
    using namespace std::chrono;
    const sys_days day{year{fields.tm_year + 1900} / month{static_cast<unsigned>(fields.tm_mon) + 1} /
                       std::chrono::day{static_cast<unsigned>(fields.tm_mday)}};
    return day + hours{fields.tm_hour} + minutes{fields.tm_min} + seconds{fields.tm_sec};
}

std::optional<Time> time_in(Bytes der)
{
    const ossl::ErrorMark quiet;
    const unsigned char* cursor = der.data();
    const ossl::Asn1TimePtr time{d2i_ASN1_TIME(nullptr, &cursor, static_cast<long>(der.size()))};
    return time_of(time.get());
}

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

std::string object_text(const ASN1_OBJECT* object)
{
    const ossl::ErrorMark quiet;
    std::array<char, 256> text{};
    OBJ_obj2txt(text.data(), text.size(), object, 0);
    return text.data();
}

std::string curve_text(const EVP_PKEY* key)
{
    std::array<char, 64> group{};
    EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr);
    const std::string name = group.data();
    return name == "prime256v1" ? "P-256" : name == "secp384r1" ? "P-384" : name == "secp521r1" ? "P-521" : name;
}

} // namespace

struct Certificate::Parsed {
    Der der;
    std::optional<CertificateOutline> outline; ///< set if it was only skimmed; borrows `der`
    Name subject;
    Name issuer;
    SignatureMemo signature;

    explicit Parsed(ossl::X509Ptr certificate)
        : der{der_of(certificate.get())}, subject{name_of(X509_get_subject_name(certificate.get()))},
          issuer{name_of(X509_get_issuer_name(certificate.get()))}
    {
        decoded_([&] { keep(std::move(certificate)); });
    }

    /// `bytes` must have an outline.
    explicit Parsed(Bytes bytes)
        : der(bytes.begin(), bytes.end()), outline{outline_certificate(der)},
          subject{Name::remembered(outline->subject)}, issuer{Name::remembered(outline->issuer)}
    {
    }

    [[nodiscard]] X509* x509() const
    {
        decoded_([this] {
            auto certificate = decode(der);
            keep(certificate ? std::move(certificate) : ossl::X509Ptr{ossl::must(X509_new(), "X509_new")});
        });
        return x509_.get();
    }

  private:
    /// OpenSSL fills its cache of extensions and the key at first use: once here, so that copies can be read by several
    /// threads.
    void keep(ossl::X509Ptr certificate) const
    {
        const ossl::ErrorMark quiet;
        X509_check_purpose(certificate.get(), -1, 0);
        X509_get0_pubkey(certificate.get());
        x509_ = std::move(certificate);
    }

    mutable ossl::Once decoded_;
    mutable ossl::X509Ptr x509_;
};

Certificate::Certificate(Bytes der)
{
    auto certificate = decode(der);
    if (!certificate) {
        throw ConfigError{"these " + std::to_string(der.size()) + " bytes are not an X.509 certificate"};
    }
    parsed_ = std::make_shared<const Parsed>(std::move(certificate));
}

Certificate::Certificate(ossl::X509Ptr certificate) : parsed_{std::make_shared<const Parsed>(std::move(certificate))} {}

std::optional<Certificate> Certificate::parse(Bytes der)
{
    auto certificate = decode(der);
    return certificate ? std::optional{Certificate{std::move(certificate)}} : std::nullopt;
}

std::optional<Certificate> Certificate::skim(Bytes der)
{
    if (!outline_certificate(der)) {
        return std::nullopt;
    }
    return Certificate{std::make_shared<const Parsed>(der)};
}

const Der& Certificate::der() const
{
    return parsed_->der;
}

const Name& Certificate::subject() const
{
    return parsed_->subject;
}

const Name& Certificate::issuer() const
{
    return parsed_->issuer;
}

X509* Certificate::get() const
{
    return parsed_->x509();
}

std::string Certificate::sha256() const
{
    return x509::sha256(der());
}

std::string Certificate::sha1() const
{
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(der().data(), der().size(), digest.data());
    return hex(digest);
}

std::string Certificate::serial() const
{
    const ossl::BignumPtr number{
        ossl::must(ASN1_INTEGER_to_BN(X509_get0_serialNumber(get()), nullptr), "read a serial number")};
    const ossl::CharsPtr text{ossl::must(BN_bn2hex(number.get()), "print a serial number")};
    return BN_is_zero(number.get()) ? "00" : lower(text.get());
}

std::optional<Time> Certificate::not_before() const
{
    return parsed_->outline ? time_in(parsed_->outline->not_before) : time_of(X509_get0_notBefore(get()));
}

std::optional<Time> Certificate::not_after() const
{
    return parsed_->outline ? time_in(parsed_->outline->not_after) : time_of(X509_get0_notAfter(get()));
}

/// The GeneralNames of subjectAltName; nothing if there is no such extension.
Bytes Certificate::alternative_names() const
{
    if (parsed_->outline) {
        return parsed_->outline->alternative_names.value_or(Bytes{});
    }
    const int place = X509_get_ext_by_NID(get(), NID_subject_alt_name, -1);
    const ASN1_OCTET_STRING* const value = place < 0 ? nullptr : X509_EXTENSION_get_data(X509_get_ext(get(), place));
    return value == nullptr ? Bytes{}
                            : Bytes{ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value))};
}

KeyType Certificate::key_type() const
{
    const ossl::ErrorMark quiet;
    const EVP_PKEY* const key = X509_get0_pubkey(get());
    switch (key == nullptr ? EVP_PKEY_NONE : EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
        return KeyType::rsa;
    case EVP_PKEY_RSA_PSS:
        return KeyType::rsa_pss;
    case EVP_PKEY_DSA:
        return KeyType::dsa;
    case EVP_PKEY_EC:
        return KeyType::ec;
    case EVP_PKEY_ED25519:
        return KeyType::ed25519;
    case EVP_PKEY_ED448:
        return KeyType::ed448;
    default:
        return KeyType::other;
    }
}

int Certificate::key_bits() const
{
    const ossl::ErrorMark quiet;
    const EVP_PKEY* const key = X509_get0_pubkey(get());
    return key == nullptr ? 0 : EVP_PKEY_get_bits(key);
}

std::string Certificate::key_text() const
{
    const ossl::ErrorMark quiet;
    switch (key_type()) {
    case KeyType::rsa:
        return "RSA " + std::to_string(key_bits());
    case KeyType::rsa_pss:
        return "RSA-PSS " + std::to_string(key_bits());
    case KeyType::dsa:
        return "DSA " + std::to_string(key_bits());
    case KeyType::ec:
        return "EC " + curve_text(X509_get0_pubkey(get()));
    case KeyType::ed25519:
        return "Ed25519";
    case KeyType::ed448:
        return "Ed448";
    case KeyType::other:
        break;
    }
    ASN1_OBJECT* algorithm = nullptr;
    X509_PUBKEY_get0_param(&algorithm, nullptr, nullptr, nullptr, X509_get_X509_PUBKEY(get()));
    return object_text(algorithm);
}

std::string Certificate::signature_algorithm() const
{
    const X509_ALGOR* algorithm = nullptr;
    X509_get0_signature(nullptr, &algorithm, get());
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    return object_text(object);
}

bool Certificate::is_self_issued() const
{
    return Name::compare(subject(), issuer()) != NameMatch::different;
}

bool Certificate::is_self_signed() const
{
    return is_self_issued() && parsed_->signature.is_signed_by(get(), get(), parsed_->signature);
}

bool Certificate::is_issued_by(const Certificate& issuer_certificate) const
{
    const ossl::ErrorMark quiet;
    const int check = X509_check_issued(issuer_certificate.get(), get());
    // Whether the issuer was allowed to is another question.
    const bool fits = check == X509_V_OK || check == X509_V_ERR_KEYUSAGE_NO_CERTSIGN;
    return fits &&
           parsed_->signature.is_signed_by(get(), issuer_certificate.get(), issuer_certificate.parsed_->signature);
}

std::string rfc3339(Time time)
{
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    std::string text = "YYYY-MM-DDThh:mm:ssZ";
    const auto put = [&](std::size_t at, std::size_t digits, unsigned value) {
        for (; digits > 0; value /= 10) {
            text[at + --digits] = static_cast<char>('0' + value % 10);
        }
    };
    put(0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
    put(5, 2, static_cast<unsigned>(date.month()));
    put(8, 2, static_cast<unsigned>(date.day()));
    put(11, 2, static_cast<unsigned>(clock.hours().count()));
    put(14, 2, static_cast<unsigned>(clock.minutes().count()));
    put(17, 2, static_cast<unsigned>(clock.seconds().count()));
    return text;
}

} // namespace mtls::x509
