// A scenario that somebody wrote.
#include "harness/scenario/scenario.hpp"

#include "certs/x509/config_error.hpp"
#include "tests/fuzz/invariant.hpp"

using namespace mtls;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        const auto read = scenario::parse_scenario({reinterpret_cast<const char*>(data), size}, "fuzz.toml");
        fuzz::invariant(!read.listeners.empty(), "a scenario listens somewhere");
        fuzz::invariant(!read.summary.empty(), "and has a story");
        fuzz::invariant(read.iis.has_value() == (read.personality == scenario::Personality::iis),
                        "an IIS has settings");
        fuzz::invariant(read.raw.has_value() == (read.personality == scenario::Personality::raw), "raw bytes a script");
    } catch (const x509::ConfigError& error) { // any other exception is a finding
        fuzz::invariant(std::string_view{error.what()}.starts_with("fuzz.toml:"), "a mistake has a place");
    }
    return 0;
}
