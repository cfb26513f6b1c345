#include "certs/pki/toml_table.hpp"

#include <algorithm>

#include "certs/pki/key_lengths.hpp"
#include "certs/pki/recipe_values.hpp"
#include "certs/pki/redefinition.hpp"

namespace mtls::pki {

void fail_in(std::string_view source, const toml::source_region& where, const std::string& why)
{
    throw FileError{source, {{.line = where.begin.line, .column = where.begin.column, .why = why}}};
}

toml::table parse_toml(std::string_view text, std::string_view source)
{
    if (auto mistake = key_that_is_too_long(text)) {
        throw FileError{source, {std::move(*mistake)}};
    }
    try { // toml++ as Debian builds it tells syntax errors by throwing
        return toml::parse(text, source);
    } catch (const toml::parse_error& error) {
        throw FileError{source, {mistake_of(error, text)}};
    }
}

void Table::fail_at(std::string_view key, const std::string& why) const
{
    const toml::node* const node = table_.get(key);
    fail_in(source_, node == nullptr ? table_.source() : node->source(), std::string{key} + ": " + why);
}

void Table::fail_at(std::string_view key, std::size_t index, const std::string& why) const
{
    const toml::node* const element = table_.get_as<toml::array>(key)->get(index);
    fail_in(source_, element->source(), std::string{key} + ": " + why);
}

const toml::node* Table::take(std::string_view key)
{
    taken_.insert(std::string{key});
    return table_.get(key);
}

template <class T> std::optional<T> Table::scalar(std::string_view key, const std::string& what)
{
    const toml::node* const node = take(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    auto value = node->value_exact<T>();
    if (!value) {
        fail_at(key, "must be " + what);
    }
    return value;
}

std::optional<std::string> Table::text(std::string_view key)
{
    return scalar<std::string>(key, "a string");
}

std::optional<std::int64_t> Table::integer(std::string_view key)
{
    return scalar<std::int64_t>(key, "an integer");
}

std::optional<bool> Table::boolean(std::string_view key)
{
    return scalar<bool>(key, "true or false");
}

std::optional<std::vector<std::string>> Table::texts(std::string_view key)
{
    const toml::node* const node = take(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    const toml::array* const array = node->as_array();
    if (array == nullptr) {
        fail_at(key, "must be an array of strings");
    }
    std::vector<std::string> values;
    for (const toml::node& item : *array) {
        auto value = item.value_exact<std::string>();
        if (!value) {
            fail_in(source_, item.source(), std::string{key} + ": must be an array of strings");
        }
        values.push_back(std::move(*value));
    }
    return values;
}

std::optional<std::string> Table::one_of(std::string_view key, std::span<const std::string_view> allowed)
{
    auto value = text(key);
    if (value && std::ranges::find(allowed, *value) == allowed.end()) {
        std::string message = quoted(*value) + " is none of";
        for (const std::string_view each : allowed) {
            message += " " + std::string{each};
        }
        fail_at(key, message);
    }
    return value;
}

void Table::finish() const
{
    const std::vector<std::string> known{taken_.begin(), taken_.end()};
    std::vector<Mistake> mistakes;
    for (const auto& [key, value] : table_) {
        if (!taken_.contains(key.str())) {
            mistakes.push_back({.line = key.source().begin.line,
                                .column = key.source().begin.column,
                                .why = "unknown key " + quoted(key.str()) + did_you_mean(key.str(), known)});
        }
    }
    if (!mistakes.empty()) {
        throw FileError{source_, std::move(mistakes)};
    }
}

} // namespace mtls::pki
