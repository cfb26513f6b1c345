#include "harness/scenario/scenario.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "certs/x509/config_error.hpp"
#include "harness/scenario/pki_section.hpp"
#include "harness/scenario/sections.hpp"
#include "harness/scenario/table_reader.hpp"

namespace mtls::scenario {
namespace {

constexpr std::array<Word<Personality>, 5> personalities{{{"iis", Personality::iis},
                                                          {"strict", Personality::strict},
                                                          {"nginx", Personality::nginx},
                                                          {"apache", Personality::apache},
                                                          {"raw", Personality::raw}}};

toml::table parse_toml(std::string_view text, std::string_view source)
{
    try {
        return toml::parse(text, source);
    } catch (const toml::parse_error& error) { // the library's only way to say it
        fail_at(error.source(), error.description());
    }
}

} // namespace

Scenario parse_scenario(std::string_view text, std::string_view source)
{
    const toml::table document = parse_toml(text, source);
    TableReader reader{document};

    Scenario scenario;
    scenario.name = std::filesystem::path{source}.stem().string();
    reader.read("summary", scenario.summary);
    if (scenario.summary.empty()) {
        fail_at(reader.place_of("summary"), "summary is missing: one line that tells the story");
    }
    if (reader.node("personality") == nullptr) {
        fail_at(document.source(), "personality is missing");
    }
    reader.read_word("personality", scenario.personality, personalities);
    (void)reader.node("pki");
    auto extended = pki_section(document, text, source);
    scenario.standard_recipe = !extended;
    if (extended) {
        scenario.recipe = std::move(*extended);
    } else {
        scenario.recipe = pki::standard_recipe();
    }

    const Known known{scenario.recipe};
    scenario.listeners = read_listeners(reader, scenario.personality, known);
    if (const toml::table* iis = reader.table("iis")) {
        if (scenario.personality != Personality::iis) {
            fail_at(iis->source(), "[iis] is only for the personality iis");
        }
        scenario.iis = read_iis(*iis, known);
    } else if (scenario.personality == Personality::iis) {
        fail_at(reader.place_of("personality"), "the personality iis needs an [iis] table");
    }
    if (const toml::table* raw = reader.table("raw")) {
        if (scenario.personality != Personality::raw) {
            fail_at(raw->source(), "[raw] is only for the personality raw");
        }
        scenario.raw = read_raw(*raw, known);
    } else if (scenario.personality == Personality::raw) {
        fail_at(reader.place_of("personality"), "the personality raw needs a [raw] table");
    }
    if (const toml::table* attempt = reader.table("try")) {
        scenario.attempt = read_try(*attempt, scenario.listeners, known);
    }
    if (scenario.attempt.listener.empty()) {
        scenario.attempt.listener = scenario.listeners.front().name;
    }
    if (const toml::table* expect = reader.table("expect")) {
        scenario.expect = read_expect(*expect, scenario.attempt, known);
    }
    reader.finish();
    return scenario;
}

Scenario load_scenario(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    if (!file) {
        throw x509::ConfigError{"read " + path + ": " + std::generic_category().message(errno)};
    }
    return parse_scenario(text, path);
}

const char* to_string(Personality personality)
{
    return std::ranges::find(personalities, personality, &Word<Personality>::second)->first.data();
}

const char* to_string(TlsVersion version)
{
    constexpr std::array names{"1.0", "1.1", "1.2", "1.3"};
    return names.at(static_cast<std::size_t>(version));
}

} // namespace mtls::scenario
