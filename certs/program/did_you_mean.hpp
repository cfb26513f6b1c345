#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mtls::program {

/// " (did you mean 'x'?)" for the word that is nearest to what was written; "" if none is near.
[[nodiscard]] std::string did_you_mean(std::string_view written, std::span<const std::string> words);

} // namespace mtls::program
