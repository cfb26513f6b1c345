#include "client.hpp"

#include <array>
#include <string_view>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "certs/ossl/error.hpp"
#include "certs/ossl/handles.hpp"

namespace client {
namespace {

using namespace mtls;
using ossl::must;
using ossl::must_succeed;

void listen_in(int sent, int, int type, const void* bytes, std::size_t size, SSL*, void* argument)
{
    auto& answer = *static_cast<Answer*>(argument);
    const auto* data = static_cast<const unsigned char*>(bytes);
    if (type == SSL3_RT_ALERT && size == 2) {
        (sent != 0 ? answer.alert_sent : answer.alert_received) = data[1];
    } else if (type == SSL3_RT_HANDSHAKE && sent == 0 && size > 0) {
        answer.messages.push_back(data[0]);
    }
}

ossl::SslPtr new_client(const Question& question, Answer& answer)
{
    const ossl::SslCtxPtr context{must(SSL_CTX_new(TLS_client_method()), "SSL_CTX_new")};
    SSL_CTX_set_security_level(context.get(), 0);
    must_succeed(SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0"), "SSL_CTX_set_cipher_list");
    must_succeed(SSL_CTX_set_min_proto_version(context.get(), question.version), "min version");
    must_succeed(SSL_CTX_set_max_proto_version(context.get(), question.version), "max version");
    ossl::SslPtr ssl{must(SSL_new(context.get()), "SSL_new")};
    if (question.groups != nullptr) {
        must_succeed(SSL_set1_groups_list(ssl.get(), question.groups), "groups");
    }
    if (question.present != nullptr) {
        must_succeed(SSL_use_certificate(ssl.get(), question.present->certificate.get()), "certificate");
        must_succeed(SSL_use_PrivateKey(ssl.get(), question.present->key.get()), "key");
    }
    must_succeed(SSL_set_tlsext_host_name(ssl.get(), "raw.test"), "server name");
    SSL_set_msg_callback(ssl.get(), listen_in);
    SSL_set_msg_callback_arg(ssl.get(), &answer);
    SSL_set_connect_state(ssl.get());
    return ssl;
}

raw::Buffer said_by(BIO* output)
{
    unsigned char* data = nullptr;
    const long size = BIO_get_mem_data(output, &data);
    raw::Buffer bytes{data, data + size};
    (void)BIO_reset(output);
    return bytes;
}

/// What there is to say, once; and whatever has come.
void converse(SSL* ssl, const Question& question, Answer& answer)
{
    const std::string_view words{question.say};
    if (!words.empty() && !answer.asked) {
        answer.asked = true;
        must_succeed(SSL_write(ssl, words.data(), static_cast<int>(words.size())), "SSL_write");
    }
    std::array<char, 4096> buffer{};
    for (int size = 0; (size = SSL_read(ssl, buffer.data(), static_cast<int>(buffer.size()))) > 0;) {
        answer.heard.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

std::vector<x509::Der> list_of(SSL* ssl)
{
    std::vector<x509::Der> list;
    const STACK_OF(X509_NAME)* names = SSL_get0_peer_CA_list(ssl);
    for (int i = 0; i < sk_X509_NAME_num(names); ++i) {
        const unsigned char* der = nullptr;
        std::size_t size = 0;
        must_succeed(X509_NAME_get0_der(sk_X509_NAME_value(names, i), &der, &size), "X509_NAME_get0_der");
        list.emplace_back(der, der + size);
    }
    return list;
}

} // namespace

Answer talk(raw::Conversation& conversation, const Question& question)
{
    Answer answer;
    const ossl::SslPtr ssl = new_client(question, answer);
    BIO* input = BIO_new(BIO_s_mem());
    BIO* output = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl.get(), input, output);
    ERR_clear_error();
    for (bool quiet = false; !quiet;) {
        const int result = SSL_do_handshake(ssl.get());
        answer.completed = result == 1;
        if (result != 1 && SSL_get_error(ssl.get(), result) == SSL_ERROR_SSL) {
            answer.reason = ERR_GET_REASON(ERR_get_error());
        }
        if (result == 1) {
            converse(ssl.get(), question, answer);
        }
        const raw::Buffer said = said_by(output);
        if (!said.empty()) {
            conversation.hear(said);
        }
        const raw::Buffer heard = conversation.take_output();
        if (!heard.empty()) {
            must_succeed(BIO_write(input, heard.data(), static_cast<int>(heard.size())), "BIO_write");
        }
        quiet = (said.empty() && heard.empty()) || answer.reason != 0;
    }
    answer.list = list_of(ssl.get());
    return answer;
}

} // namespace client
