#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtls::net {

/// Protocols that begin in the clear and turn to TLS on request.
enum class StartTls { smtp, lmtp, imap, pop3, ftp, nntp, sieve, xmpp, xmpp_server, ldap, postgres, mysql };

[[nodiscard]] std::optional<StartTls> starttls_of(std::string_view name); ///< "smtp", "xmpp-server"...
[[nodiscard]] const char* to_string(StartTls protocol);
[[nodiscard]] std::vector<std::string> starttls_names();

/// The port where that protocol listens in the clear, as registered with IANA.
[[nodiscard]] std::uint16_t default_port(StartTls protocol);

/// The talk before TLS, without I/O: feed() takes what the server says, take_output() gives what to say.
class StartTlsDialogue {
  public:
    enum class State {
        talking,
        ready,   ///< the next byte is TLS
        refused, ///< the server said no, or something that the protocol does not allow: said() tells
    };

    /// `host` is the server's name, which XMPP wants to hear.
    StartTlsDialogue(StartTls protocol, std::string host);

    State feed(std::string_view from_server);
    [[nodiscard]] std::string take_output();

    [[nodiscard]] State state() const { return state_; }

    /// The last thing the server said, raw.
    [[nodiscard]] const std::string& said() const { return said_; }

  private:
    void lines();
    void line(std::string_view text);
    [[nodiscard]] bool is_within_reply(std::string_view text);
    void xmpp();
    void ldap();
    void postgres();
    void mysql();
    void refuse(std::string_view said);

    StartTls protocol_;
    std::string host_;
    std::string output_;
    std::string pending_;
    std::string said_;
    std::string reply_code_; ///< of FTP, while the lines of an answer come
    int step_ = 0;
    State state_ = State::talking;
};

} // namespace mtls::net
