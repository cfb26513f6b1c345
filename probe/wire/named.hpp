#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

/// Tables of names for the open enums of IANA registries.
namespace mtls::wire {

template <class Code> struct Named {
    Code code;
    const char* name;
};

/// "0x0a", "0x0a0b": as many digits as the code has on the wire.
template <class Code> std::string hex_code(Code code)
{
    constexpr const char* digits = "0123456789abcdef";
    std::string text = "0x";
    for (std::size_t nibble = 2 * sizeof(Code); nibble-- > 0;) {
        text += digits[static_cast<unsigned>(code) >> 4 * nibble & 0xfU];
    }
    return text;
}

/// The name in the table, or the hex code.
template <class Table, class Code> std::string find_name(const Table& table, Code code)
{
    const auto found =
        std::find_if(table.begin(), table.end(), [code](const auto& entry) { return entry.code == code; });
    return found != table.end() ? found->name : hex_code(code);
}

} // namespace mtls::wire
