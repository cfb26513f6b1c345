#include "client.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "certs/ossl/error.hpp"

namespace client {
namespace {

using mtls::ossl::must;
using mtls::ossl::must_succeed;

class Socket {
  public:
    Socket(const std::string& address, std::uint16_t port) : descriptor_{::socket(AF_INET, SOCK_STREAM, 0)}
    {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(port);
        ::inet_pton(AF_INET, address.c_str(), &where.sin_addr);
        const timeval patience{.tv_sec = 20, .tv_usec = 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        must_succeed(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0 ? 1 : 0,
                     "connect");
    }

    ~Socket() { ::close(descriptor_); }

    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }

  private:
    int descriptor_;
};

/// What the callbacks need.
struct Conversation {
    const Question& question;
    Answer answer;
};

int choose_certificate(SSL* ssl, void* argument)
{
    auto& conversation = *static_cast<Conversation*>(argument);
    auto& list = conversation.answer.lists.emplace_back();
    const STACK_OF(X509_NAME)* names = SSL_get0_peer_CA_list(ssl);
    for (int index = 0; index < sk_X509_NAME_num(names); ++index) {
        unsigned char* der = nullptr;
        const int size = i2d_X509_NAME(sk_X509_NAME_value(names, index), &der);
        const mtls::ossl::BytesPtr owner{der};
        list.emplace_back(der, der + size);
    }
    const mtls::pki::Issued* present = conversation.question.present;
    if (present == nullptr) {
        return 1;
    }
    SSL_use_certificate(ssl, present->certificate.get());
    SSL_use_PrivateKey(ssl, present->key.get());
    SSL_clear_chain_certs(ssl);
    for (const auto& above : present->chain) {
        SSL_add1_chain_cert(ssl, above.get());
    }
    return 1;
}

void note_alert(int sent, int, int content_type, const void* bytes, std::size_t size, SSL*, void* argument)
{
    const auto* data = static_cast<const unsigned char*>(bytes);
    if (sent != 0 || content_type != SSL3_RT_ALERT || size != 2) {
        return;
    }
    Answer& answer = static_cast<Conversation*>(argument)->answer;
    if (data[1] == SSL_AD_CLOSE_NOTIFY) {
        answer.close_notify = true;
    } else {
        answer.alert = data[1];
    }
}

mtls::ossl::SslCtxPtr make_context(Conversation& conversation)
{
    mtls::ossl::SslCtxPtr context{must(SSL_CTX_new(TLS_client_method()), "SSL_CTX_new")};
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_cipher_list(context.get(), "DEFAULT:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context.get(), conversation.question.version);
    SSL_CTX_set_max_proto_version(context.get(), conversation.question.version);
    SSL_CTX_set_cert_cb(context.get(), choose_certificate, &conversation);
    SSL_CTX_set_post_handshake_auth(context.get(), conversation.question.offer_post_handshake ? 1 : 0);
    SSL_CTX_set_msg_callback(context.get(), note_alert);
    SSL_CTX_set_msg_callback_arg(context.get(), &conversation);
    return context;
}

/// A send that meets a closed connection is no failure of the test: what was received before still counts.
void read_to_the_end(SSL* ssl, Answer& answer)
{
    std::array<char, 4096> buffer{};
    for (;;) {
        errno = 0;
        const int size = SSL_read(ssl, buffer.data(), static_cast<int>(buffer.size()));
        if (size <= 0) {
            answer.reset |= errno == ECONNRESET;
            return;
        }
        answer.response.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

} // namespace

int Answer::status() const
{
    constexpr std::size_t after_version = 9; // "HTTP/1.1 "
    return response.starts_with("HTTP/1.1 ") ? std::atoi(response.substr(after_version, 3).c_str()) : 0;
}

Answer ask(const Question& question)
{
    std::signal(SIGPIPE, SIG_IGN);
    Conversation conversation{.question = question, .answer = {}};
    const Socket socket{question.address, question.port};
    const auto context = make_context(conversation);
    const mtls::ossl::SslPtr ssl{must(SSL_new(context.get()), "SSL_new")};
    SSL_set_fd(ssl.get(), socket.descriptor());
    if (question.sni) {
        SSL_set_tlsext_host_name(ssl.get(), question.sni->c_str());
    }
    ERR_clear_error();
    Answer& answer = conversation.answer;
    if (SSL_connect(ssl.get()) == 1) {
        answer.handshake_completed = true;
        answer.version = SSL_version(ssl.get());
        mtls::ossl::X509Ptr server{SSL_get1_peer_certificate(ssl.get())};
        answer.server_subject = mtls::x509::Certificate{std::move(server)}.subject().text();
        if (!question.request.empty()) {
            errno = 0;
            SSL_write(ssl.get(), question.request.data(), static_cast<int>(question.request.size()));
            answer.reset = errno == ECONNRESET || errno == EPIPE;
        } else {
            SSL_shutdown(ssl.get());
        }
        read_to_the_end(ssl.get(), answer);
    } else {
        answer.reset = errno == ECONNRESET;
    }
    ERR_clear_error();
    return answer;
}

std::string say_raw(const std::string& address, std::uint16_t port, const std::string& bytes)
{
    const Socket socket{address, port};
    ::send(socket.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    std::string received;
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto size = ::recv(socket.descriptor(), buffer.data(), buffer.size(), 0);
        if (size <= 0) {
            return received;
        }
        received.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

} // namespace client
