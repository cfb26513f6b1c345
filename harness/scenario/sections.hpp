#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/scenario.hpp"
#include "harness/scenario/table_reader.hpp"

/// The sections of a scenario file, one reader each. Private to the scenario parser.
namespace mtls::scenario {

/// What names of certificates a scenario may use.
class Known {
  public:
    explicit Known(const pki::Recipe& recipe) : recipe_{recipe} {}

    /// Throws ConfigError at `key` of `reader` unless each of `names` is an entry of that role.
    void check(const TableReader& reader, std::string_view key, pki::Role role,
               const std::vector<std::string>& names) const;

    /// The same for any role: stores hold what they are given.
    void check(const TableReader& reader, std::string_view key, const std::vector<std::string>& names) const;

    void check_crls(const TableReader& reader, std::string_view key, const std::vector<std::string>& names) const;

  private:
    const pki::Recipe& recipe_;
};

[[nodiscard]] std::vector<Listener> read_listeners(TableReader& document, Personality personality, const Known& known);
[[nodiscard]] Iis read_iis(const toml::table& table, const Known& known);
/// `at` and `fault` of a raw server's listener.
[[nodiscard]] Breakdown read_breakdown(TableReader& reader);
[[nodiscard]] Raw read_raw(const toml::table& table, const Known& known);
[[nodiscard]] Try read_try(const toml::table& table, const std::vector<Listener>& listeners, const Known& known);
[[nodiscard]] Expect read_expect(const toml::table& table, const Try& attempt, const Known& known);

} // namespace mtls::scenario
