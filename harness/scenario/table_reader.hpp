#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "certs/pki/mistakes.hpp"

/// TOML tables read key by key; what nobody asked for is a mistake. Private to the scenario parser.
namespace mtls::scenario {

/// A word of the file as a message shows it.
[[nodiscard]] std::string quoted(std::string_view text);

/// What is wrong with a file, gathered while reading goes on with defaults.
class Mistakes {
  public:
    void add(const toml::source_region& place, std::string_view why);

    [[nodiscard]] bool told_of(const toml::source_region& place) const;

    /// A value of the wrong type: whatever else is said of that place would only follow from it.
    void add_wrong_type(const toml::source_region& place, std::string_view why);

    void add(pki::Mistake mistake);

    /// Those of a part that another parser has read.
    void add(const pki::FileError& error);

    /// Throws FileError if there are any.
    void raise(std::string_view file) const;

  private:
    using Position = std::pair<std::size_t, std::size_t>;

    std::vector<pki::Mistake> mistakes_;
    std::set<Position> spoiled_;
};

/// A word of a file and the value that it stands for.
template <class T> using Word = std::pair<std::string_view, T>;

/// One table. A key that is absent leaves the value as it is; so does one that is wrong, and that is a mistake. Borrows
/// the document.
class TableReader {
  public:
    TableReader(const toml::table& table, Mistakes& mistakes) : table_{&table}, mistakes_{&mistakes} {}

    /// The node under `key`, which counts as read; null if absent.
    [[nodiscard]] const toml::node* node(std::string_view key);

    [[nodiscard]] bool has(std::string_view key) { return node(key) != nullptr; }

    [[nodiscard]] std::vector<std::string> keys() const;

    [[nodiscard]] std::optional<TableReader> table(std::string_view key);
    [[nodiscard]] std::vector<TableReader> tables(std::string_view key); ///< of an array of tables

    void read(std::string_view key, std::string& value);
    void read(std::string_view key, bool& value);
    void read(std::string_view key, int& value);
    void read(std::string_view key, std::size_t& value);
    void read(std::string_view key, std::vector<std::string>& value);

    /// A number of at most `most`.
    void read(std::string_view key, std::size_t& value, std::size_t most);

    template <class T> void read(std::string_view key, std::optional<T>& value)
    {
        if (has(key)) {
            read(key, value.emplace());
        }
    }

    /// A value that must be one of `words`.
    template <class T, std::size_t N>
    void read_word(std::string_view key, T& value, const std::array<Word<T>, N>& words)
    {
        const auto text = word(key);
        std::vector<std::string> choices;
        for (const auto& [each, meaning] : words) {
            if (text == each) {
                value = meaning;
                return;
            }
            choices.emplace_back(each);
        }
        if (text) {
            complain_of_word(key, *text, choices);
        }
    }

    /// At the key's value; at the table if the key is absent.
    void complain(std::string_view key, std::string_view why);

    /// At an element of the key's array; at its value if it is none.
    void complain(std::string_view key, std::size_t index, std::string_view why);

    void complain_of_key(std::string_view key, std::string_view why); ///< where the key itself stands

    /// At each of the keys that is there: it would do nothing, because of `why`.
    void complain_of_idle(std::initializer_list<std::string_view> keys, std::string_view why);

    /// Whether the key's value, if it is there, is no mistake.
    [[nodiscard]] bool sound(std::string_view key) const;

    void complain(std::string_view why); ///< where the table begins

    [[nodiscard]] const toml::table& document() const { return *table_; }

    [[nodiscard]] Mistakes& mistakes() { return *mistakes_; }

    /// Every key that was not asked for is a mistake.
    void finish();

  private:
    [[nodiscard]] std::optional<std::string> word(std::string_view key);
    void complain_of_word(std::string_view key, const std::string& text, const std::vector<std::string>& choices);
    void wrong_type(const toml::node& node, std::string_view key, std::string_view wanted);
    template <class T> std::optional<T> value_of(std::string_view key, std::string_view wanted);

    const toml::table* table_;
    Mistakes* mistakes_;
    std::set<std::string, std::less<>> asked_;
};

} // namespace mtls::scenario
