#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/explain/page.hpp"

namespace mtls::explain {

/// What one word can mean: a code in any spelling, a name, a finding's id. All readings, the likeliest first; none if
/// it is not known.
[[nodiscard]] std::vector<Page> readings(std::string_view word);

/// Every name that can be asked for: Windows names in capitals, those of alerts and findings in small letters.
[[nodiscard]] std::vector<std::string> known_names();

/// Readings of one kind. A number is then only what that kind makes of it.
[[nodiscard]] std::vector<Page> readings(std::string_view word, Kind kind);

/// The page of an HTTP status; without a substatus, that of the bare one. Null if there is none.
[[nodiscard]] std::optional<Page> status_page(int status, std::optional<int> substatus);

/// The page of a Windows code as a log has it: an HRESULT, or a plain Win32 or WinHTTP number.
[[nodiscard]] std::optional<Page> windows_page(std::uint32_t value);

} // namespace mtls::explain
