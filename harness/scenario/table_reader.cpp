#include "harness/scenario/table_reader.hpp"

#include "certs/x509/config_error.hpp"
#include "certs/x509/name.hpp"

namespace mtls::scenario {
namespace {

[[noreturn]] void wrong_type(const toml::node& node, std::string_view key, std::string_view wanted)
{
    fail_at(node.source(), std::string{key} + " must be " + std::string{wanted});
}

template <class T> T value_of(const toml::node& node, std::string_view key, std::string_view wanted)
{
    const auto value = node.value_exact<T>();
    if (!value) {
        wrong_type(node, key, wanted);
    }
    return *value;
}

} // namespace

void fail_at(const toml::source_region& place, std::string_view message)
{
    std::string text = place.path ? *place.path : std::string{"scenario"};
    text += ":" + std::to_string(place.begin.line) + ":" + std::to_string(place.begin.column) + ": ";
    throw x509::ConfigError{text.append(x509::printable(message))};
}

const toml::node* TableReader::node(std::string_view key)
{
    asked_.emplace(key);
    return table_.get(key);
}

const toml::table* TableReader::table(std::string_view key)
{
    const toml::node* found = node(key);
    if (found == nullptr) {
        return nullptr;
    }
    if (!found->is_table()) {
        wrong_type(*found, key, "a table");
    }
    return found->as_table();
}

std::vector<const toml::table*> TableReader::tables(std::string_view key)
{
    const toml::node* found = node(key);
    if (found == nullptr) {
        return {};
    }
    const toml::array* array = found->as_array();
    if (array == nullptr) {
        wrong_type(*found, key, "an array of tables, [[" + std::string{key} + "]]");
    }
    std::vector<const toml::table*> result;
    for (const toml::node& element : *array) {
        if (!element.is_table()) {
            wrong_type(element, key, "an array of tables");
        }
        result.push_back(element.as_table());
    }
    return result;
}

void TableReader::read(std::string_view key, std::string& value)
{
    if (const toml::node* found = node(key)) {
        value = value_of<std::string>(*found, key, "a string");
    }
}

void TableReader::read(std::string_view key, bool& value)
{
    if (const toml::node* found = node(key)) {
        value = value_of<bool>(*found, key, "true or false");
    }
}

void TableReader::read(std::string_view key, int& value)
{
    if (const toml::node* found = node(key)) {
        const auto number = value_of<std::int64_t>(*found, key, "a whole number");
        if (number < 0 || number > 0x7fffffff) {
            wrong_type(*found, key, "a whole number from 0 to 2147483647");
        }
        value = static_cast<int>(number);
    }
}

void TableReader::read(std::string_view key, std::size_t& value)
{
    int number = 0;
    read(key, number);
    if (table_.contains(key)) {
        value = static_cast<std::size_t>(number);
    }
}

void TableReader::read(std::string_view key, std::vector<std::string>& value)
{
    const toml::node* found = node(key);
    if (found == nullptr) {
        return;
    }
    const toml::array* array = found->as_array();
    if (array == nullptr) {
        wrong_type(*found, key, "a list of strings");
    }
    value.clear();
    for (const toml::node& element : *array) {
        value.push_back(value_of<std::string>(element, key, "a list of strings"));
    }
}

const toml::source_region& TableReader::place_of(std::string_view key) const
{
    const toml::node* found = table_.get(key);
    return found == nullptr ? table_.source() : found->source();
}

void TableReader::finish() const
{
    for (const auto& [key, value] : table_) {
        if (!asked_.contains(key.str())) {
            fail_at(key.source(), "unknown key '" + std::string{key.str()} + "'");
        }
    }
}

} // namespace mtls::scenario
