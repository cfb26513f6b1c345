#pragma once

#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "certs/x509/certificate.hpp"
#include "probe/report/json_writer.hpp"
#include "probe/wire/registries.hpp"

/// What several sections of the JSON report have in common.
namespace mtls::report {

/// Milliseconds with three decimals: more would be noise.
inline double rounded(double milliseconds)
{
    return std::round(milliseconds * 1000) / 1000;
}

/// A text from a stranger, made safe.
inline void write_printable(JsonWriter& out, std::string_view name, std::string_view text)
{
    out.member(name, x509::printable(text));
}

template <class Text> void write_printable(JsonWriter& out, std::string_view name, const std::optional<Text>& text)
{
    out.null_or(name, text, [&](const Text& present) { out.value(x509::printable(present)); });
}

/// Absent if the certificate's field is malformed.
inline void write_time(JsonWriter& out, std::string_view name, const std::optional<x509::Time>& time)
{
    out.null_or(name, time, [&](x509::Time when) { out.value(x509::rfc3339(when)); });
}

/// Codes of a registry, each with its name; null if there is no such field.
template <class Code>
void write_codes(JsonWriter& out, std::string_view name, const std::optional<std::vector<Code>>& codes)
{
    out.null_or(name, codes, [&](const std::vector<Code>& present) {
        out.array(present, [&](Code code) {
            out.object([&] {
                out.member("code", static_cast<int>(code));
                out.member("name", wire::name(code));
            });
        });
    });
}

} // namespace mtls::report
