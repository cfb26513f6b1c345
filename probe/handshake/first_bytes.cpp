#include "probe/handshake/first_bytes.hpp"

#include <algorithm>
#include <string_view>

#include "certs/x509/name.hpp"

namespace mtls::handshake {

namespace {

constexpr std::size_t kept = 48;

/// Servers that greet before they are asked, or answer TLS in their own tongue.
const char* guess(std::string_view text)
{
    if (text.starts_with("HTTP/")) {
        return "plain HTTP";
    }
    if (text.starts_with("220") || text.starts_with("554")) {
        return "SMTP or FTP, where TLS comes after STARTTLS or AUTH TLS";
    }
    if (text.starts_with("* OK")) {
        return "IMAP, where TLS comes after STARTTLS";
    }
    if (text.starts_with("+OK")) {
        return "POP3, where TLS comes after STLS";
    }
    if (text.starts_with("SSH-")) {
        return "SSH";
    }
    return nullptr;
}

} // namespace

void FirstBytes::add(std::span<const std::uint8_t> bytes)
{
    const auto room = bytes.first(std::min(bytes.size(), kept - bytes_.size()));
    bytes_.append(room.begin(), room.end());
}

bool FirstBytes::foreign() const
{
    if (bytes_.empty()) {
        return false;
    }
    const auto type = static_cast<std::uint8_t>(bytes_[0]);
    return type < 20 || type > 23 || (bytes_.size() > 1 && bytes_[1] != 3);
}

std::string FirstBytes::describe() const
{
    std::string text = "it says \"" + x509::printable(bytes_) + "\"";
    if (const char* what = guess(bytes_)) {
        text.append(", which looks like ").append(what);
    }
    return text;
}

} // namespace mtls::handshake
