#include "probe/net/starttls.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mtls::net {

namespace {

constexpr std::size_t most_pending = 16UL * 1024;

struct Known {
    StartTls protocol;
    const char* name;
    std::uint16_t port;
};

constexpr std::array known{
    Known{StartTls::smtp, "smtp", 25},
    Known{StartTls::lmtp, "lmtp", 24},
    Known{StartTls::imap, "imap", 143},
    Known{StartTls::pop3, "pop3", 110},
    Known{StartTls::ftp, "ftp", 21},
    Known{StartTls::nntp, "nntp", 119},
    Known{StartTls::sieve, "sieve", 4190},
    Known{StartTls::xmpp, "xmpp", 5222},
    Known{StartTls::xmpp_server, "xmpp-server", 5269},
    Known{StartTls::ldap, "ldap", 389},
    Known{StartTls::postgres, "postgres", 5432},
    Known{StartTls::mysql, "mysql", 3306},
};

const Known& entry(StartTls protocol)
{
    return *std::find_if(known.begin(), known.end(), [&](const Known& one) { return one.protocol == protocol; });
}

/// What a line-based server must answer at each step, and what is said then. The last answer opens TLS.
struct Step {
    std::string_view expected; ///< how a line begins that lets us go on
    std::string_view say;      ///< "" after the last one
};

using Script = std::array<Step, 3>;

// RFC 3207 §4, RFC 2033 §4.1, RFC 3501 §6.2.1, RFC 2595 §4, RFC 4217 §4, RFC 4642 §2.2, RFC 5804 §2.2
constexpr Script smtp{{{"220", "EHLO mtls-probe\r\n"}, {"250", "STARTTLS\r\n"}, {"220", ""}}};
constexpr Script lmtp{{{"220", "LHLO mtls-probe\r\n"}, {"250", "STARTTLS\r\n"}, {"220", ""}}};
constexpr Script imap{{{"* OK", "a STARTTLS\r\n"}, {"a OK", ""}, {}}};
constexpr Script pop3{{{"+OK", "STLS\r\n"}, {"+OK", ""}, {}}};
constexpr Script ftp{{{"220", "AUTH TLS\r\n"}, {"234", ""}, {}}};
constexpr Script nntp{{{"20", "STARTTLS\r\n"}, {"382", ""}, {}}};
constexpr Script sieve{{{"OK", "STARTTLS\r\n"}, {"OK", ""}, {}}};

const Script* script_of(StartTls protocol)
{
    switch (protocol) {
    case StartTls::smtp:
        return &smtp;
    case StartTls::lmtp:
        return &lmtp;
    case StartTls::imap:
        return &imap;
    case StartTls::pop3:
        return &pop3;
    case StartTls::ftp:
        return &ftp;
    case StartTls::nntp:
        return &nntp;
    case StartTls::sieve:
        return &sieve;
    case StartTls::xmpp:
    case StartTls::xmpp_server:
    case StartTls::ldap:
    case StartTls::postgres:
    case StartTls::mysql:
        break;
    }
    return nullptr;
}

/// Lines that are neither yes nor no: more of the same answer, or news that nobody asked for.
bool is_continuation(StartTls protocol, std::string_view text)
{
    switch (protocol) {
    case StartTls::imap:
        return text.starts_with("* ") && !text.starts_with("* BYE");
    case StartTls::sieve:
        return text.starts_with('"');
    default: // RFC 5321 §4.2.1: "250-more"
        return text.size() > 3 && text[3] == '-';
    }
}

std::string xmpp_stream(StartTls protocol, const std::string& host)
{
    const char* space = protocol == StartTls::xmpp ? "jabber:client" : "jabber:server";
    return std::string{"<?xml version='1.0'?><stream:stream to='"} + host + "' xmlns='" + space +
           "' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
}

} // namespace

std::optional<StartTls> starttls_of(std::string_view name)
{
    const auto* const found =
        std::find_if(known.begin(), known.end(), [&](const Known& one) { return name == one.name; });
    return found == known.end() ? std::nullopt : std::optional{found->protocol};
}

const char* to_string(StartTls protocol)
{
    return entry(protocol).name;
}

std::uint16_t default_port(StartTls protocol)
{
    return entry(protocol).port;
}

std::vector<std::string> starttls_names()
{
    std::vector<std::string> names;
    names.reserve(known.size());
    for (const Known& one : known) {
        names.emplace_back(one.name);
    }
    return names;
}

StartTlsDialogue::StartTlsDialogue(StartTls protocol, std::string host) : protocol_{protocol}, host_{std::move(host)}
{
    using namespace std::string_view_literals;
    switch (protocol_) {
    case StartTls::xmpp:
    case StartTls::xmpp_server:
        output_ = xmpp_stream(protocol_, host_);
        break;
    case StartTls::ldap: // RFC 4511 §4.14: ExtendedRequest 1.3.6.1.4.1.1466.20037
        output_ = "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
                  "1.3.6.1.4.1.1466.20037";
        break;
    case StartTls::postgres: // SSLRequest: length 8, code 80877103
        output_ = "\x00\x00\x00\x08\x04\xd2\x16\x2f"sv;
        break;
    default:
        break;
    }
}

std::string StartTlsDialogue::take_output()
{
    return std::exchange(output_, {});
}

void StartTlsDialogue::refuse(std::string_view said)
{
    said_ = std::string{said};
    state_ = State::refused;
}

StartTlsDialogue::State StartTlsDialogue::feed(std::string_view from_server)
{
    pending_.append(from_server);
    if (pending_.size() > most_pending) {
        refuse(std::string_view{pending_}.substr(0, 64));
        return state_;
    }
    switch (protocol_) {
    case StartTls::xmpp:
    case StartTls::xmpp_server:
        xmpp();
        break;
    case StartTls::ldap:
        ldap();
        break;
    case StartTls::postgres:
        postgres();
        break;
    case StartTls::mysql:
        mysql();
        break;
    default:
        lines();
        break;
    }
    return state_;
}

void StartTlsDialogue::lines()
{
    for (auto end = pending_.find('\n'); end != std::string::npos && state_ == State::talking;
         end = pending_.find('\n')) {
        std::string text = pending_.substr(0, end);
        pending_.erase(0, end + 1);
        if (text.ends_with('\r')) {
            text.pop_back();
        }
        line(text);
    }
}

void StartTlsDialogue::line(std::string_view text)
{
    if (protocol_ == StartTls::ftp && is_within_reply(text)) {
        said_ = std::string{text};
        return;
    }
    const Step& step = script_of(protocol_)->at(static_cast<std::size_t>(step_));
    said_ = std::string{text};
    const bool yes = text.starts_with(step.expected);
    if (is_continuation(protocol_, text) && !(yes && protocol_ == StartTls::imap && step_ == 0)) {
        return;
    }
    if (!yes) {
        refuse(text);
        return;
    }
    output_.append(step.say);
    state_ = step.say.empty() ? State::ready : State::talking;
    ++step_;
}

// RFC 959 §4.2: from "220-" to "220 " anything may stand in a line.
bool StartTlsDialogue::is_within_reply(std::string_view text)
{
    constexpr std::size_t digits = 3;
    if (reply_code_.empty()) {
        if (text.size() > digits && text[digits] == '-') {
            reply_code_ = text.substr(0, digits);
        }
        return !reply_code_.empty();
    }
    const bool last = text.starts_with(reply_code_ + ' ') || text == reply_code_;
    if (last) {
        reply_code_.clear();
    }
    return !last;
}

// RFC 6120 §5.4: features, then <starttls/>, then <proceed/>.
void StartTlsDialogue::xmpp()
{
    said_ = pending_.substr(0, 200);
    if (step_ == 0) {
        if (pending_.find("<starttls") != std::string::npos) {
            output_ = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
            pending_.clear();
            step_ = 1;
        } else if (pending_.find("</stream:features>") != std::string::npos ||
                   pending_.find("</stream:stream>") != std::string::npos) {
            refuse("no <starttls/> among the stream's features");
        }
        return;
    }
    if (pending_.find("<proceed") != std::string::npos && pending_.ends_with('>')) {
        state_ = State::ready;
    } else if (pending_.find("<failure") != std::string::npos) {
        refuse("<failure/>");
    }
}

// RFC 4511 §4.14.2: an ExtendedResponse (0x78) whose resultCode is success (0).
void StartTlsDialogue::ldap()
{
    const auto at = [&](std::size_t index) { return static_cast<std::uint8_t>(pending_[index]); };
    if (pending_.size() < 2) {
        return;
    }
    const std::size_t header = at(1) < 0x80 ? 2 : 2U + (at(1) & 0x7fU);
    std::size_t length = at(1) < 0x80 ? at(1) : 0;
    if (at(0) != 0x30 || header > 6) {
        refuse("not an LDAP answer");
        return;
    }
    if (pending_.size() < header) {
        return;
    }
    for (std::size_t i = 2; i < header; ++i) {
        length = length << 8U | at(i);
    }
    if (pending_.size() < header + length) {
        return;
    }
    const auto response = pending_.find('\x78', header);
    const auto code = response == std::string::npos ? response : pending_.find(std::string{"\x0a\x01"}, response);
    if (code == std::string::npos || code + 2 >= pending_.size()) {
        refuse("not an ExtendedResponse");
    } else if (at(code + 2) != 0) {
        refuse("LDAP result code " + std::to_string(at(code + 2)));
    } else {
        state_ = State::ready;
    }
}

// One byte: S or N (or an ErrorResponse, 'E', of a very old server).
void StartTlsDialogue::postgres()
{
    if (!pending_.empty()) {
        if (pending_[0] == 'S') {
            state_ = State::ready;
        } else {
            refuse(pending_.substr(0, 64));
        }
    }
}

// The greeting packet carries the capability flags; SSLRequest is a packet of 32 bytes with CLIENT_SSL in them.
void StartTlsDialogue::mysql()
{
    constexpr std::size_t header = 4;
    const auto at = [&](std::size_t index) { return static_cast<std::uint8_t>(pending_[index]); };
    if (pending_.size() < header) {
        return;
    }
    const std::size_t length = at(0) | at(1) << 8U | at(2) << 16U;
    if (pending_.size() < header + length) {
        return;
    }
    constexpr unsigned client_ssl = 0x0800;
    const auto version_end = pending_.find('\0', header + 1);
    // thread id (4), auth data (8), filler (1), then the lower capability flags (2)
    const std::size_t flags = version_end == std::string::npos ? length : version_end + 1 + 13;
    if (length == 0 || at(header) != 10 || flags + 2 > header + length) {
        refuse(pending_.substr(header, 64));
    } else if (((at(flags) | at(flags + 1) << 8U) & client_ssl) == 0) {
        refuse("the server offers no TLS");
    } else {
        output_ = std::string{"\x20\x00\x00", 3} + static_cast<char>(at(3) + 1); // length 32, next sequence number
        output_ += std::string{"\x00\x8a\x00\x00", 4}; // PROTOCOL_41 | SSL | SECURE_CONNECTION
        output_ += std::string{"\x00\x00\x00\x01\x21", 5} + std::string(23, '\0'); // packet size, utf8, filler
        state_ = State::ready;
    }
}

} // namespace mtls::net
