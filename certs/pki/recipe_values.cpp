#include "certs/pki/recipe_values.hpp"

#include <charconv>

namespace mtls::pki {

std::optional<std::chrono::seconds> relative_time(std::string_view text)
{
    constexpr long minute = 60;
    constexpr long hour = 60 * minute;
    constexpr long day = 24 * hour;
    constexpr long year = 365 * day;
    constexpr long longest = 1900 * year;
    if (text.empty()) {
        return std::nullopt;
    }
    const char unit = text.back();
    const long scale = unit == 's'   ? 1
                       : unit == 'm' ? minute
                       : unit == 'h' ? hour
                       : unit == 'd' ? day
                       : unit == 'y' ? year
                                     : 0;
    long count = 0;
    const char* const end = text.data() + text.size() - 1;
    const auto [parsed, error] = std::from_chars(text.data(), end, count);
    if (scale == 0 || error != std::errc{} || parsed != end || count > longest / scale || count < -longest / scale) {
        return std::nullopt;
    }
    return std::chrono::seconds{count * scale};
}

std::optional<x509::Der> unhex(std::string_view text)
{
    x509::Der bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        std::uint8_t byte = 0;
        const char* const end = text.data() + i + 2;
        const auto [parsed, error] = std::from_chars(text.data() + i, end, byte, 16);
        if (error != std::errc{} || parsed != end) {
            return std::nullopt;
        }
        bytes.push_back(byte);
    }
    return text.size() % 2 == 0 ? std::optional{bytes} : std::nullopt;
}

bool is_entry_name(std::string_view text)
{
    constexpr std::size_t longest = 64;
    return !text.empty() && text.size() <= longest && text.front() != '.' && text != "ca" &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
               std::string_view::npos;
}

std::string quoted(std::string_view text)
{
    return "\"" + x509::printable(text) + "\"";
}

} // namespace mtls::pki
