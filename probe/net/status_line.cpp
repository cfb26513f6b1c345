#include "probe/net/status_line.hpp"

#include <charconv>

namespace mtls::net {

std::optional<int> status_of_line(std::string_view text)
{
    constexpr std::string_view version = "HTTP/1.";
    constexpr std::size_t first = version.size() + 2; // behind the minor version and a space
    constexpr std::size_t last = first + 3;
    if (!text.starts_with(version) || text.size() < last || text[first - 1] != ' ') {
        return std::nullopt;
    }
    if (text.size() > last && text[last] != ' ' && text[last] != '\r' && text[last] != '\n') {
        return std::nullopt;
    }
    int status = 0;
    const auto [rest, error] = std::from_chars(text.data() + first, text.data() + last, status);
    const bool digits = error == std::errc{} && rest == text.data() + last;
    return digits && status >= 100 ? std::optional{status} : std::nullopt;
}

} // namespace mtls::net
