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
std::vector<std::string> additions_of(TableReader& section, std::string_view text)
{
    const auto lines = lines_of(text);
    std::vector<std::string> kept(lines.size());
    for (const std::string& kind : section.keys()) {
        for (TableReader& reader : section.tables(kind)) {
            const toml::table& entry = reader.document();
            if (entry.is_inline()) {
                reader.complain("write each entry as a [[pki." + kind + "]] table");
                continue;
            }
            kept[entry.source().begin.line - 1] = "[[" + kind + "]]";
            for (const auto& [key, value] : entry) {
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

/// The standard recipe with what the section means to declare: names, without which a broken section would make every
/// use of them a mistake as well.
pki::Recipe declared(TableReader& section)
{
    pki::Recipe names;
    for (const std::string& kind : section.keys()) {
        const auto* entries = section.document().get_as<toml::array>(kind);
        for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
            const toml::table* entry = (*entries)[i].as_table();
            const std::string name = entry == nullptr ? "" : (*entry)["name"].value_or(std::string{});
            if (kind == "crl") {
                names.crls.emplace_back().name = name;
                continue;
            }
            pki::Entry& only_named = names.entries.emplace_back();
            only_named.name = name;
            only_named.role = kind == "authority" ? pki::Role::authority
                              : kind == "server"  ? pki::Role::server
                                                  : pki::Role::client;
        }
    }
    return pki::merge(pki::standard_recipe(), names);
}

} // namespace

std::optional<pki::Recipe> pki_section(TableReader& document, std::string_view text, std::string_view source)
{
    auto section = document.table("pki");
    if (!section) {
        return std::nullopt;
    }
    const pki::Recipe& base = pki::standard_recipe();
    const auto additions = additions_of(*section, text);
    try { // its parser throws all of its mistakes at once; here they join those of the other sections
        return pki::merge(base, pki::parse_recipe(joined(additions), source, base));
    } catch (const pki::FileError& error) {
        document.mistakes().add(error);
        return declared(*section);
    }
}

} // namespace mtls::scenario
