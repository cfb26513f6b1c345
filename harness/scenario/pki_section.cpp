#include "harness/scenario/pki_section.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <string>
#include <vector>

#include "certs/x509/config_error.hpp"
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

/// The additions as a recipe file of their own.
struct Additions {
    std::vector<std::string> lines; ///< each where it stands in the scenario, the rest empty
    std::set<std::string> names;    ///< that they define
};

Additions additions_of(const toml::table& section, std::string_view text)
{
    const auto lines = lines_of(text);
    Additions result{.lines = std::vector<std::string>(lines.size()), .names = {}};
    TableReader reader{section};
    for (const auto& [kind, ignored] : section) {
        for (const toml::table* entry : reader.tables(kind.str())) {
            if (entry->is_inline()) {
                fail_at(entry->source(), "write each entry as a [[pki." + std::string{kind.str()} + "]] table");
            }
            result.lines[entry->source().begin.line - 1] = "[[" + std::string{kind.str()} + "]]";
            for (const auto& [key, value] : *entry) {
                for (auto line = key.source().begin.line; line <= value.source().end.line; ++line) {
                    result.lines[line - 1] = lines[line - 1];
                }
            }
            if (const auto name = entry->get_as<std::string>("name")) {
                result.names.insert(name->get());
            }
        }
    }
    return result;
}

/// Declarations of what additions may refer to: the recipe parser wants each issuer above what it issues.
std::vector<std::string> declarations(const pki::Recipe& base, const std::set<std::string>& replaced)
{
    std::vector<std::string> lines;
    for (const pki::Entry& entry : base.entries) {
        if (!replaced.contains(entry.name)) {
            const bool authority = entry.role == pki::Role::authority;
            const bool server = entry.role == pki::Role::server;
            lines.emplace_back(authority ? "[[authority]]" : server ? "[[server]]" : "[[client]]");
            lines.push_back("name = \"" + entry.name + "\"");
        }
    }
    return lines;
}

/// `source:LINE:rest` with LINE made smaller: what the parser was given starts earlier than the user's file.
std::string moved_up(std::string message, std::string_view source, std::size_t lines)
{
    const std::size_t start = source.size() + 1;
    std::size_t line = 0;
    if (!message.starts_with(source) || start >= message.size()) {
        return message;
    }
    const auto [end, error] = std::from_chars(message.data() + start, message.data() + message.size(), line);
    if (error != std::errc{} || line <= lines) {
        return message;
    }
    return message.replace(start, static_cast<std::size_t>(end - message.data()) - start, std::to_string(line - lines));
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
    const Additions additions = additions_of(*section->as_table(), text);
    const auto declared = declarations(base, additions.names);
    pki::Recipe extra;
    try {
        extra = pki::parse_recipe(joined(declared) + joined(additions.lines), source);
    } catch (const x509::ConfigError& error) { // only to point at the right line
        throw x509::ConfigError{moved_up(error.what(), source, declared.size())};
    }
    std::erase_if(extra.entries, [&](const pki::Entry& entry) { return !additions.names.contains(entry.name); });
    return pki::merge(base, extra);
}

} // namespace mtls::scenario
