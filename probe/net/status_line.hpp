#pragma once

#include <optional>
#include <string_view>

namespace mtls::net {

/// RFC 9112 §4: the status of `HTTP/1.x DDD reason`, three digits from 100 to 999; null if the text begins otherwise.
/// The reason, or the whole line's end, may be missing.
[[nodiscard]] std::optional<int> status_of_line(std::string_view text);

} // namespace mtls::net
