#include "probe/explain/number.hpp"

#include <algorithm>
#include <charconv>

namespace mtls::explain {

namespace {

template <class T> std::optional<T> whole(std::string_view digits, int base)
{
    T value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    return error == std::errc{} && end == digits.data() + digits.size() ? std::optional{value} : std::nullopt;
}

bool is_letter(char character, char lower)
{
    return character == lower || character == lower - 'a' + 'A';
}

std::string_view without_suffix(std::string_view word)
{
    while (!word.empty() && (is_letter(word.back(), 'l') || is_letter(word.back(), 'u'))) {
        word.remove_suffix(1); // 0x800B0109L, as headers have it
    }
    return word;
}

} // namespace

std::optional<Number> number_of(std::string_view word)
{
    Number number;
    if (word.starts_with('-')) {
        const auto value = whole<std::int32_t>(word, 10);
        if (!value || *value >= 0) {
            return std::nullopt;
        }
        number.decimal = static_cast<std::uint32_t>(*value);
        return number;
    }
    if (word.size() > 2 && word[0] == '0' && is_letter(word[1], 'x')) {
        number.hex = whole<std::uint32_t>(without_suffix(word.substr(2)), 16);
        number.marked_hex = true;
    } else if (word.size() > 1 && is_letter(word.back(), 'h') && word.front() >= '0' && word.front() <= '9') {
        number.hex = whole<std::uint32_t>(word.substr(0, word.size() - 1), 16);
        number.marked_hex = true;
    } else {
        number.decimal = whole<std::uint32_t>(word, 10);
        number.hex = word.size() >= 3 && word.size() <= 8 ? whole<std::uint32_t>(word, 16) : std::nullopt;
    }
    return number.decimal || number.hex ? std::optional{number} : std::nullopt;
}

} // namespace mtls::explain
