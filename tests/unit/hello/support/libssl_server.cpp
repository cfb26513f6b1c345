#include "tests/unit/hello/support/libssl_server.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "certs/ossl/error.hpp"
#include "tests/unit/support/certificates.hpp"

namespace mtls::test {

namespace {

constexpr std::array<unsigned char, 8> cookie_bytes{'c', 'o', 'o', 'k', 'i', 'e', '!', '!'};

int make_cookie(SSL* /*ssl*/, unsigned char* cookie, std::size_t* size)
{
    std::copy(cookie_bytes.begin(), cookie_bytes.end(), cookie);
    *size = cookie_bytes.size();
    return 1;
}

int check_cookie(SSL* /*ssl*/, const unsigned char* cookie, std::size_t size)
{
    return std::equal(cookie_bytes.begin(), cookie_bytes.end(), cookie, cookie + size) ? 1 : 0;
}

int choose_protocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* size, const unsigned char* /*offered*/,
                    unsigned /*offered_size*/, void* wanted)
{
    *chosen = static_cast<const unsigned char*>(wanted);
    *size = static_cast<unsigned char>(std::strlen(static_cast<const char*>(wanted)));
    return SSL_TLSEXT_ERR_OK;
}

} // namespace

LibsslServer::LibsslServer(const Setup& setup)
    : setup_{setup}, context_{ossl::must(SSL_CTX_new(TLS_server_method()), "SSL_CTX_new")}
{
    SSL_CTX* context = context_.get();
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, setup.version);
    SSL_CTX_set_max_proto_version(context, setup.version);
    ossl::must_succeed(SSL_CTX_set_cipher_list(context, setup.suites_12), "cipher list");
    ossl::must_succeed(SSL_CTX_set_ciphersuites(context, setup.suites_13), "cipher suites");
    ossl::must_succeed(static_cast<int>(SSL_CTX_set1_groups_list(context, setup.groups)), "groups");
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_block_padding(context, setup.padding);
    SSL_CTX_set_max_send_fragment(context, setup.fragment);
    const auto holder_of_key = credential("alice");
    ossl::must_succeed(SSL_CTX_use_certificate(context, holder_of_key.leaf.get()), "certificate");
    ossl::must_succeed(SSL_CTX_use_PrivateKey(context, holder_of_key.key->get()), "key");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    for (std::size_t number = 0; number < setup.names; ++number) {
        const auto name = x509::Name::from_rfc4514("CN=CA " + std::to_string(number) + ",O=Example,C=DE");
        const unsigned char* der = name.der().data();
        const ossl::X509NamePtr parsed{d2i_X509_NAME(nullptr, &der, static_cast<long>(name.der().size()))};
        const ossl::X509Ptr holder{X509_new()};
        X509_set_subject_name(holder.get(), parsed.get());
        ossl::must_succeed(SSL_CTX_add_client_CA(context, holder.get()), "CA name");
    }
    if (setup.alpn != nullptr) {
        SSL_CTX_set_alpn_select_cb(context, choose_protocol, const_cast<char*>(setup.alpn));
    }
    SSL_CTX_set_stateless_cookie_generate_cb(context, make_cookie);
    SSL_CTX_set_stateless_cookie_verify_cb(context, check_cookie);

    ssl_.reset(ossl::must(SSL_new(context), "SSL_new"));
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl_.get(), in_, out_);
    SSL_set_accept_state(ssl_.get());
    SSL_set_msg_callback(ssl_.get(),
                         [](int ours, int, int content, const void* bytes, std::size_t size, SSL*, void* self) {
                             if (ours != 0 && content == SSL3_RT_HANDSHAKE) {
                                 const auto* first = static_cast<const std::uint8_t*>(bytes);
                                 static_cast<LibsslServer*>(self)->written_.emplace_back(first, first + size);
                             }
                         });
    SSL_set_msg_callback_arg(ssl_.get(), this);
}

std::vector<std::uint8_t> LibsslServer::answer(std::span<const std::uint8_t> bytes)
{
    const ossl::ErrorMark quiet;
    BIO_write(in_, bytes.data(), static_cast<int>(bytes.size()));
    if (setup_.cookie && !cookie_taken_) {
        cookie_taken_ = SSL_stateless(ssl_.get()) == 1;
    }
    if (!setup_.cookie || cookie_taken_) {
        SSL_do_handshake(ssl_.get());
    }
    std::vector<std::uint8_t> out(BIO_ctrl_pending(out_));
    BIO_read(out_, out.data(), static_cast<int>(out.size()));
    return out;
}

std::string LibsslServer::server_name() const
{
    const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? "" : name;
}

std::string LibsslServer::cipher() const
{
    const SSL_CIPHER* cipher = SSL_get_pending_cipher(ssl_.get());
    return cipher == nullptr ? "" : SSL_CIPHER_standard_name(cipher);
}

} // namespace mtls::test
