#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "certs/pki/mistakes.hpp"

namespace mtls::pki {

/// Throws FileError.
[[noreturn]] void fail_in(std::string_view source, const toml::source_region& where, const std::string& why);

/// The one way to toml++: it is never given a key with so many parts that its recursion would overflow the stack.
/// Throws FileError with the place of a syntax error.
[[nodiscard]] toml::table parse_toml(std::string_view text, std::string_view source);

/// A table whose keys are taken one by one; what is left over at finish() is an error. All errors are FileError.
/// Borrows the table and the source's name.
class Table {
  public:
    Table(const toml::table& table, std::string_view source) : table_{table}, source_{source} {}

    /// At the key's value, or at the table if the key is absent.
    [[noreturn]] void fail_at(std::string_view key, const std::string& why) const;

    /// At one element of the key's array.
    [[noreturn]] void fail_at(std::string_view key, std::size_t index, const std::string& why) const;

    /// Keys that may be there although a mistake before may keep them from being taken.
    void allow(std::initializer_list<std::string_view> keys) { taken_.insert(keys.begin(), keys.end()); }

    [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }

    /// Null if the key is absent.
    [[nodiscard]] std::optional<std::string> text(std::string_view key);
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key);
    [[nodiscard]] std::optional<bool> boolean(std::string_view key);
    [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view key);
    [[nodiscard]] std::optional<std::string> one_of(std::string_view key, std::span<const std::string_view> allowed);

    /// Throws if a key was never asked for.
    void finish() const;

  private:
    const toml::node* take(std::string_view key);
    template <class T> std::optional<T> scalar(std::string_view key, const std::string& what);

    const toml::table& table_;
    std::string_view source_;
    std::set<std::string, std::less<>> taken_;
};

} // namespace mtls::pki
