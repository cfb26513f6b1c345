#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/scenario.hpp"
#include "harness/scenario/table_reader.hpp"

/// The sections of a scenario file, one reader each. Mistakes go to the reader's. Private to the scenario parser.
namespace mtls::scenario {

/// What names of certificates a scenario may use.
class Known {
  public:
    explicit Known(const pki::Recipe& recipe);

    /// The name, or each of the names, under `key` must be an entry of that role.
    void check(TableReader& reader, std::string_view key, pki::Role role) const { check_all(reader, key, role); }

    /// The same for any role: stores hold what they are given.
    void check(TableReader& reader, std::string_view key) const { check_all(reader, key, std::nullopt); }

    /// One element of the list under `key`.
    void check(TableReader& reader, std::string_view key, std::size_t index, const std::string& name,
               std::optional<pki::Role> role) const;

    void check_crls(TableReader& reader, std::string_view key, const std::vector<std::string>& names) const;

  private:
    void check_all(TableReader& reader, std::string_view key, std::optional<pki::Role> role) const;
    [[nodiscard]] std::vector<std::string> all(std::optional<pki::Role> role) const;

    std::map<std::string, pki::Role, std::less<>> roles_;
    std::vector<std::string> crls_;
};

[[nodiscard]] std::vector<Listener> read_listeners(TableReader& document, Personality personality, const Known& known);
[[nodiscard]] Iis read_iis(TableReader reader, const Known& known);
/// `at` and `fault` of a raw server's listener.
[[nodiscard]] Breakdown read_breakdown(TableReader& reader, const std::vector<TlsVersion>& versions);
[[nodiscard]] Raw read_raw(TableReader reader, const std::vector<Listener>& listeners, const Known& known);
[[nodiscard]] Try read_try(TableReader reader, const std::vector<Listener>& listeners, const Known& known);
[[nodiscard]] Expect read_expect(TableReader reader, const Try& attempt, const Known& known);

/// Settings that would do nothing where they stand: each is a mistake. Once all sections are read.
void check_idle(TableReader& document, const Scenario& scenario);
/// Its part for [iis] and [[iis.binding]].
void check_idle_iis(TableReader& document, const Scenario& scenario);
/// Its part for [raw] and the listeners of a raw server.
void check_idle_raw(TableReader& document, const Scenario& scenario);

/// Whether it is a numeric address, of which family there is.
[[nodiscard]] bool is_address(const std::string& text);

} // namespace mtls::scenario
