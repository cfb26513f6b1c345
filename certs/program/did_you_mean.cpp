#include "certs/program/did_you_mean.hpp"

#include <algorithm>
#include <vector>

#include "certs/x509/name.hpp"

namespace mtls::program {

namespace {

/// How many letters must be added, left out, changed or swapped with the next to make one of the other (optimal string
/// alignment).
std::size_t distance(std::string_view left, std::string_view right)
{
    const std::size_t width = right.size() + 1;
    std::vector<std::size_t> table((left.size() + 1) * width);
    const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& { return table[i * width + j]; };
    for (std::size_t i = 0; i <= left.size(); ++i) {
        for (std::size_t j = 0; j <= right.size(); ++j) {
            if (i == 0 || j == 0) {
                at(i, j) = i + j;
                continue;
            }
            const std::size_t changed = at(i - 1, j - 1) + (left[i - 1] == right[j - 1] ? 0 : 1);
            at(i, j) = std::min({changed, at(i - 1, j) + 1, at(i, j - 1) + 1});
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
                at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
            }
        }
    }
    return table.back();
}

} // namespace

std::string did_you_mean(std::string_view written, std::span<const std::string> words)
{
    constexpr std::size_t longest = 64; // what is longer is no slip of the keyboard
    const std::string* nearest = nullptr;
    std::size_t best = std::max<std::size_t>(1, written.size() / 3) + 1;
    for (const std::string& word : words) {
        const std::size_t away = written.size() > longest ? best : distance(written, word);
        if (away < best) {
            best = away;
            nearest = &word;
        }
    }
    return nearest == nullptr ? "" : " (did you mean '" + x509::printable(*nearest) + "'?)";
}

} // namespace mtls::program
