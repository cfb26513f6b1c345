#include "certs/pki/mistakes.hpp"

#include <algorithm>
#include <tuple>

#include "certs/x509/name.hpp"

namespace mtls::pki {
namespace {

std::vector<Mistake> in_order(std::vector<Mistake> mistakes)
{
    std::ranges::stable_sort(mistakes, [](const Mistake& left, const Mistake& right) {
        return std::tie(left.line, left.column) < std::tie(right.line, right.column);
    });
    return mistakes;
}

std::string text_of(std::string_view file, const std::vector<Mistake>& mistakes)
{
    constexpr std::size_t most = 20;
    std::string text;
    for (std::size_t i = 0; i < std::min(most, mistakes.size()); ++i) {
        const Mistake& mistake = mistakes[i];
        text += (text.empty() ? "" : "\n") + x509::printable(file) + ":" + std::to_string(mistake.line) + ":" +
                std::to_string(mistake.column) + ": " + mistake.why;
    }
    if (mistakes.size() > most) {
        text += "\n" + x509::printable(file) + ": and " + std::to_string(mistakes.size() - most) + " more mistakes";
    }
    return text;
}

} // namespace

FileError::FileError(std::string_view file, std::vector<Mistake> mistakes)
    : ConfigError{text_of(file, in_order(mistakes))}, mistakes_{in_order(std::move(mistakes))}
{
}

} // namespace mtls::pki
