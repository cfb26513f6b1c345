#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

/// One TOML table read key by key; what nobody asked for is an error. Private to the scenario parser.
namespace mtls::scenario {

/// Throws ConfigError "source:line:column: message".
[[noreturn]] void fail_at(const toml::source_region& place, std::string_view message);

/// A word of a file and the value that it stands for.
template <class T> using Word = std::pair<std::string_view, T>;

class TableReader {
  public:
    explicit TableReader(const toml::table& table) : table_{table} {}

    /// The node under `key`, which counts as read; null if absent.
    [[nodiscard]] const toml::node* node(std::string_view key);

    [[nodiscard]] const toml::table* table(std::string_view key);
    [[nodiscard]] std::vector<const toml::table*> tables(std::string_view key); ///< of an array of tables

    void read(std::string_view key, std::string& value);
    void read(std::string_view key, bool& value);
    void read(std::string_view key, int& value);
    void read(std::string_view key, std::size_t& value);
    void read(std::string_view key, std::vector<std::string>& value);

    template <class T> void read(std::string_view key, std::optional<T>& value)
    {
        if (table_.contains(key)) {
            read(key, value.emplace());
        }
    }

    /// A value that must be one of `words`.
    template <class T, std::size_t N>
    void read_word(std::string_view key, T& value, const std::array<Word<T>, N>& words)
    {
        std::string text;
        read(key, text);
        if (!table_.contains(key)) {
            return;
        }
        std::string choices;
        for (const auto& [word, meaning] : words) {
            if (text == word) {
                value = meaning;
                return;
            }
            choices.append(choices.empty() ? "" : ", ").append(word);
        }
        fail_at(table_.get(key)->source(), std::string{key} + " must be one of " + choices);
    }

    [[nodiscard]] const toml::source_region& place_of(std::string_view key) const;

    /// Throws at the first key that was not asked for.
    void finish() const;

  private:
    const toml::table& table_;
    std::set<std::string, std::less<>> asked_;
};

} // namespace mtls::scenario
