#include "harness/scenario/scenario.hpp"

#include <algorithm>
#include <filesystem>

#include "certs/pki/toml_table.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/file_bytes.hpp"
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

/// A section that only one personality may have.
std::optional<TableReader> section_of(TableReader& document, std::string_view name, Personality owner,
                                      Personality personality)
{
    auto section = document.table(name);
    const std::string written = "[" + std::string{name} + "]";
    if (section && personality != owner) {
        section->complain(written + " is only for the personality " + std::string{name});
        return std::nullopt;
    }
    return section;
}

/// All that follows once personality and certificates are known.
void read_servers(TableReader& document, Scenario& scenario)
{
    const Known known{scenario.recipe};
    scenario.listeners = read_listeners(document, scenario.personality, known);
    if (const auto iis = section_of(document, "iis", Personality::iis, scenario.personality)) {
        scenario.iis = read_iis(*iis, known);
    } else if (scenario.personality == Personality::iis && !document.has("iis")) {
        document.complain("personality", "the personality iis needs an [iis] table");
    }
    if (const auto raw = section_of(document, "raw", Personality::raw, scenario.personality)) {
        scenario.raw = read_raw(*raw, scenario.listeners, known);
    } else if (scenario.personality == Personality::raw) {
        scenario.raw.emplace();
    }
    check_idle(document, scenario);
    if (const auto attempt = document.table("try")) {
        scenario.attempt = read_try(*attempt, scenario.listeners, known);
    }
    if (scenario.attempt.listener.empty()) {
        scenario.attempt.listener = scenario.listeners.front().name;
    }
    if (const auto expect = document.table("expect")) {
        scenario.expect = read_expect(*expect, scenario.attempt, known);
    }
}

} // namespace

Scenario parse_scenario(std::string_view text, std::string_view source)
{
    const toml::table document = pki::parse_toml(text, source);
    Mistakes mistakes;
    TableReader reader{document, mistakes};

    Scenario scenario;
    scenario.name = std::filesystem::path{source}.stem().string();
    reader.read("summary", scenario.summary);
    if (scenario.summary.empty()) {
        reader.complain("summary", "summary is missing: one line that tells the story");
    }
    // A guess for one that is missing or misspelt: what else is wrong shall be told, too.
    scenario.personality = document.contains("iis")   ? Personality::iis
                           : document.contains("raw") ? Personality::raw
                                                      : Personality::strict;
    if (reader.has("personality")) {
        reader.read_word("personality", scenario.personality, personalities);
    } else {
        reader.complain("personality is missing");
    }
    auto extended = pki_section(reader, text, source);
    scenario.standard_recipe = !extended;
    if (extended) {
        scenario.recipe = std::move(*extended);
    } else {
        scenario.recipe = pki::standard_recipe();
    }
    read_servers(reader, scenario);
    reader.finish();
    mistakes.raise(source);
    return scenario;
}

Scenario load_scenario(const std::string& path)
{
    const x509::FileBytes file = x509::read_file(path);
    if (file.problem) {
        throw x509::ConfigError{x509::read_error(path, *file.problem)};
    }
    return parse_scenario(std::string{file.bytes.begin(), file.bytes.end()}, path);
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
