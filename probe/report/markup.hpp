#pragma once

#include <string>
#include <string_view>

namespace mtls::report {

/// Text as content or as a quoted attribute value of XML and of HTML. What is no character of XML 1.0 (§2.2) becomes
/// U+FFFD; names are escaped before, so that there is none in them.
[[nodiscard]] std::string markup(std::string_view text);

} // namespace mtls::report
