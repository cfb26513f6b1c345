#pragma once

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "certs/x509/config_error.hpp"
#include "harness/scenario/scenario.hpp"

/// What is said of scenarios with mistakes.
namespace mistakes {

struct Row {
    std::string text;
    std::string begins; ///< of the message
    std::string mentions;
};

/// What the parser says of a text; "" if it is content.
inline std::string complaint(const std::string& text)
{
    try {
        (void)mtls::scenario::parse_scenario(text, "s.toml");
        return {};
    } catch (const mtls::x509::ConfigError& error) {
        return error.what();
    }
}

/// Each text has one mistake, which is told so.
inline void check(const std::vector<Row>& rows)
{
    for (const Row& row : rows) {
        const std::string said = complaint(row.text);

        CAPTURE(row.text);
        CAPTURE(said);
        CHECK(said.starts_with(row.begins));
        CHECK(said.find(row.mentions) != std::string::npos);
        CHECK(said.find('\n') == std::string::npos);
    }
}

} // namespace mistakes
