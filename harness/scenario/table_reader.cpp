#include "harness/scenario/table_reader.hpp"

#include "certs/x509/name.hpp"

namespace mtls::scenario {

void Mistakes::add(const toml::source_region& place, std::string_view why)
{
    const Position position{place.begin.line, place.begin.column};
    if (!spoiled_.contains(position)) {
        mistakes_.push_back({.line = position.first, .column = position.second, .why = x509::printable(why)});
    }
}

void Mistakes::add_wrong_type(const toml::source_region& place, std::string_view why)
{
    add(place, why);
    spoiled_.emplace(place.begin.line, place.begin.column);
}

void Mistakes::add(const pki::FileError& error)
{
    mistakes_.insert(mistakes_.end(), error.mistakes().begin(), error.mistakes().end());
}

void Mistakes::raise(std::string_view file) const
{
    if (!mistakes_.empty()) {
        throw pki::FileError{file, mistakes_};
    }
}

const toml::node* TableReader::node(std::string_view key)
{
    asked_.emplace(key);
    return table_->get(key);
}

std::vector<std::string> TableReader::keys() const
{
    std::vector<std::string> result;
    for (const auto& [key, value] : *table_) {
        result.emplace_back(key.str());
    }
    return result;
}

void TableReader::wrong_type(const toml::node& node, std::string_view key, std::string_view wanted)
{
    mistakes_->add_wrong_type(node.source(), std::string{key} + " must be " + std::string{wanted});
}

template <class T> std::optional<T> TableReader::value_of(std::string_view key, std::string_view wanted)
{
    const toml::node* found = node(key);
    if (found == nullptr) {
        return std::nullopt;
    }
    auto value = found->value_exact<T>();
    if (!value) {
        wrong_type(*found, key, wanted);
    }
    return value;
}

std::optional<TableReader> TableReader::table(std::string_view key)
{
    const toml::node* found = node(key);
    if (found == nullptr) {
        return std::nullopt;
    }
    if (!found->is_table()) {
        wrong_type(*found, key, "a table");
        return std::nullopt;
    }
    return TableReader{*found->as_table(), *mistakes_};
}

std::vector<TableReader> TableReader::tables(std::string_view key)
{
    const toml::node* found = node(key);
    if (found == nullptr) {
        return {};
    }
    const toml::array* array = found->as_array();
    if (array == nullptr) {
        wrong_type(*found, key, "an array of tables, [[" + std::string{key} + "]]");
        return {};
    }
    std::vector<TableReader> result;
    for (const toml::node& element : *array) {
        if (const toml::table* one = element.as_table()) {
            result.emplace_back(*one, *mistakes_);
        } else {
            wrong_type(element, key, "an array of tables");
        }
    }
    return result;
}

void TableReader::read(std::string_view key, std::string& value)
{
    if (auto text = word(key)) {
        value = std::move(*text);
    }
}

void TableReader::read(std::string_view key, bool& value)
{
    value = value_of<bool>(key, "true or false").value_or(value);
}

void TableReader::read(std::string_view key, int& value)
{
    constexpr std::int64_t largest = 0x7fffffff;
    const auto number = value_of<std::int64_t>(key, "a whole number");
    if (number && (*number < 0 || *number > largest)) {
        wrong_type(*node(key), key, "a whole number from 0 to 2147483647");
    } else if (number) {
        value = static_cast<int>(*number);
    }
}

void TableReader::read(std::string_view key, std::size_t& value)
{
    int number = static_cast<int>(value);
    read(key, number);
    value = static_cast<std::size_t>(number);
}

void TableReader::read(std::string_view key, std::size_t& value, std::size_t most)
{
    read(key, value);
    if (has(key) && value > most) {
        complain(key, std::string{key} + " must be at most " + std::to_string(most));
        value = most;
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
        return;
    }
    value.clear();
    for (const toml::node& element : *array) {
        if (!element.is_string()) {
            wrong_type(element, key, "a list of strings");
        }
        value.push_back(element.value_or(std::string{})); // one for each, so that places can be told
    }
}

std::optional<std::string> TableReader::word(std::string_view key)
{
    return value_of<std::string>(key, "a string");
}

void TableReader::complain_of_word(std::string_view key, const std::string& text,
                                   const std::vector<std::string>& choices)
{
    std::string all;
    for (const std::string& choice : choices) {
        all += (all.empty() ? "" : ", ") + choice;
    }
    complain(key, std::string{key} + " must be one of " + all + pki::did_you_mean(text, choices));
}

void TableReader::complain(std::string_view key, std::string_view why)
{
    const toml::node* found = table_->get(key);
    mistakes_->add(found == nullptr ? table_->source() : found->source(), why);
}

void TableReader::complain(std::string_view key, std::size_t index, std::string_view why)
{
    const toml::array* array = table_->get_as<toml::array>(key);
    if (array == nullptr || index >= array->size()) {
        complain(key, why);
        return;
    }
    mistakes_->add((*array)[index].source(), why);
}

void TableReader::complain_of_key(std::string_view key, std::string_view why)
{
    const auto found = table_->find(key);
    mistakes_->add(found == table_->end() ? table_->source() : found->first.source(), why);
}

void TableReader::complain(std::string_view why)
{
    mistakes_->add(table_->source(), why);
}

void TableReader::finish()
{
    const std::vector<std::string> known{asked_.begin(), asked_.end()};
    for (const auto& [key, value] : *table_) {
        if (!asked_.contains(key.str())) {
            mistakes_->add(key.source(),
                           "unknown key '" + std::string{key.str()} + "'" + pki::did_you_mean(key.str(), known));
        }
    }
}

} // namespace mtls::scenario
