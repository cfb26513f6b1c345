#pragma once

#include <string_view>

namespace mtls::fuzz {

/// Whether a terminal can be given this: UTF-8 without control characters (C0, DEL, C1), bidi marks or zero-width
/// characters. Written apart from what makes such text, to witness it.
[[nodiscard]] bool is_safe_text(std::string_view text);

} // namespace mtls::fuzz
