#include <algorithm>

#include "harness/scenario/sections.hpp"

namespace mtls::scenario {
namespace {

const char* article(pki::Role role)
{
    switch (role) {
    case pki::Role::authority:
        return "an authority";
    case pki::Role::server:
        return "a server";
    case pki::Role::client:
        break;
    }
    return "a client";
}

} // namespace

void Known::check(const TableReader& reader, std::string_view key, pki::Role role,
                  const std::vector<std::string>& names) const
{
    check(reader, key, names);
    for (const std::string& name : names) {
        const auto entry = std::ranges::find(recipe_.entries, name, &pki::Entry::name);
        if (entry->role != role) {
            fail_at(reader.place_of(key), "'" + name + "' is " + article(entry->role) + ", not " + article(role));
        }
    }
}

void Known::check(const TableReader& reader, std::string_view key, const std::vector<std::string>& names) const
{
    for (const std::string& name : names) {
        if (std::ranges::find(recipe_.entries, name, &pki::Entry::name) == recipe_.entries.end()) {
            fail_at(reader.place_of(key), "no certificate is called '" + name + "'");
        }
    }
}

void Known::check_crls(const TableReader& reader, std::string_view key, const std::vector<std::string>& names) const
{
    for (const std::string& name : names) {
        if (std::ranges::find(recipe_.crls, name, &pki::CrlEntry::name) == recipe_.crls.end()) {
            fail_at(reader.place_of(key), "no CRL is called '" + name + "'");
        }
    }
}

} // namespace mtls::scenario
