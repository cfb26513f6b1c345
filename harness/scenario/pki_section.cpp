#include "harness/scenario/pki_section.hpp"

#include <string>
#include <vector>

#include "harness/scenario/table_reader.hpp"

namespace mtls::scenario {
namespace {

std::vector<std::string_view> lines_of(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

/// The additions as a recipe of their own: each line where it stands in the scenario, the rest empty, so that the
/// recipe parser's errors point into the scenario.
std::vector<std::string> additions_of(const toml::table& section, std::string_view text)
{
    const auto lines = lines_of(text);
    std::vector<std::string> kept(lines.size());
    TableReader reader{section};
    for (const auto& [kind, ignored] : section) {
        for (const toml::table* entry : reader.tables(kind.str())) {
            if (entry->is_inline()) {
                fail_at(entry->source(), "write each entry as a [[pki." + std::string{kind.str()} + "]] table");
            }
            kept[entry->source().begin.line - 1] = "[[" + std::string{kind.str()} + "]]";
            for (const auto& [key, value] : *entry) {
                for (auto line = key.source().begin.line; line <= value.source().end.line; ++line) {
                    kept[line - 1] = lines[line - 1];
                }
            }
        }
    }
    return kept;
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines) {
        text += line + '\n';
    }
    return text;
}

} // namespace

std::optional<pki::Recipe> pki_section(const toml::table& document, std::string_view text, std::string_view source)
{
    const toml::node* section = document.get("pki");
    if (section == nullptr) {
        return std::nullopt;
    }
    if (!section->is_table()) {
        fail_at(section->source(), "pki must be a table");
    }
    const pki::Recipe& base = pki::standard_recipe();
    const auto additions = additions_of(*section->as_table(), text);
    return pki::merge(base, pki::parse_recipe(joined(additions), source, base));
}

} // namespace mtls::scenario
