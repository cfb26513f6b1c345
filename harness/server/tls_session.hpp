#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certs/ossl/handles.hpp"
#include "harness/scenario/scenario.hpp"
#include "harness/server/site.hpp"

namespace mtls::server {

/// A server context without a certificate, and nothing of the system's OpenSSL configuration in it.
[[nodiscard]] ossl::SslCtxPtr new_server_context();

/// Which site serves a name; null if none does.
using ChooseSite = std::function<const Site*(const std::optional<std::string>& sni)>;

/// When a CertificateRequest went out.
enum class Stage { handshake, renegotiation, post_handshake };

/// The server's side of one TLS connection over memory: bytes in, bytes out, no socket. OpenSSL speaks; the site that
/// the ClientHello names decides.
class TlsSession {
  public:
    enum class Status {
        done,
        want_input, ///< feed() more, and ask again
        closed,     ///< close_notify
        failed,     ///< a fatal alert either way, or bytes that are not TLS
    };

    /// `base` is from new_server_context() and outlives this.
    TlsSession(SSL_CTX* base, ChooseSite choose);
    TlsSession(const TlsSession&) = delete; // OpenSSL points at it
    TlsSession& operator=(const TlsSession&) = delete;

    void feed(std::string_view received);
    [[nodiscard]] std::string take_output(); ///< what is to be sent; empty most of the time
    void discard_output();                   ///< instead: an alert that shall not be sent

    /// Another fatal alert in place of the output. In the clear, so only before the server's first Finished and up to
    /// TLS 1.2.
    void replace_output_with_alert(std::uint8_t code);

    [[nodiscard]] Status handshake();
    /// Appends the application data that is there.
    [[nodiscard]] Status read(std::string& data);
    void write(std::string_view data);
    void close_notify();

    /// Asks for a certificate after the first handshake: HelloRequest up to TLS 1.2, post-handshake CertificateRequest
    /// in TLS 1.3 (which the client must have offered). Then call late_handshake() until it is done.
    [[nodiscard]] Status ask_late();
    [[nodiscard]] Status late_handshake();

    [[nodiscard]] const Site* site() const { return site_; } ///< null until the ClientHello; null if no site serves

    [[nodiscard]] bool unserved() const { return unserved_; } ///< no site serves the name

    [[nodiscard]] const std::optional<std::string>& sni() const { return sni_; }

    [[nodiscard]] bool handshake_completed() const { return completed_; }

    [[nodiscard]] std::optional<scenario::TlsVersion> version() const; ///< null before it is agreed on
    [[nodiscard]] std::string alpn() const;                            ///< "" if none

    [[nodiscard]] const std::vector<Stage>& requests_sent() const { return requests_sent_; }

    [[nodiscard]] bool offers_post_handshake() const { return offers_post_handshake_; }

    [[nodiscard]] const Presented& presented() const { return presented_; }

    [[nodiscard]] std::optional<int> alert_sent() const { return alert_sent_; }

    [[nodiscard]] std::optional<int> alert_received() const { return alert_received_; }

    [[nodiscard]] const std::string& error() const { return error_; } ///< OpenSSL's words for `failed`, for a person

  private:
    friend struct TlsCallbacks;
    [[nodiscard]] Status status_of(int result);
    [[nodiscard]] bool is_tls13() const;

    ChooseSite choose_;
    ossl::SslPtr ssl_;
    BIO* input_ = nullptr;  // owned by ssl_
    BIO* output_ = nullptr; // owned by ssl_
    const Site* site_ = nullptr;
    bool unserved_ = false;
    std::optional<std::string> sni_;
    bool completed_ = false;
    bool late_ = false;          // a late request is under way
    bool late_finished_ = false; // its Finished was seen
    bool offers_post_handshake_ = false;
    std::vector<Stage> requests_sent_;
    Presented presented_;
    std::optional<int> alert_sent_;
    std::optional<int> alert_received_;
    std::string early_; // application data that came during a late request
    std::string error_;
};

} // namespace mtls::server
