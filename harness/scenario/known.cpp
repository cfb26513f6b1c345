#include <algorithm>

#include <arpa/inet.h>

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

Known::Known(const pki::Recipe& recipe)
{
    for (const pki::Entry& entry : recipe.entries) {
        roles_.emplace(entry.name, entry.role);
    }
    for (const pki::CrlEntry& crl : recipe.crls) {
        crls_.push_back(crl.name);
    }
}

std::vector<std::string> Known::all(std::optional<pki::Role> role) const
{
    std::vector<std::string> names;
    for (const auto& [name, is] : roles_) {
        if (!role || is == *role) {
            names.push_back(name);
        }
    }
    return names;
}

void Known::check(TableReader& reader, std::string_view key, std::size_t index, const std::string& name,
                  std::optional<pki::Role> role) const
{
    const auto found = roles_.find(name);
    if (found == roles_.end()) {
        reader.complain(key, index, "no certificate is called " + quoted(name) + pki::did_you_mean(name, all(role)));
    } else if (role && found->second != *role) {
        reader.complain(key, index, quoted(name) + " is " + article(found->second) + ", not " + article(*role));
    }
}

void Known::check_all(TableReader& reader, std::string_view key, std::optional<pki::Role> role) const
{
    const toml::node* found = reader.node(key);
    if (found == nullptr) {
        return;
    }
    if (const auto* text = found->as_string()) {
        check(reader, key, 0, text->get(), role);
    }
    const toml::array* array = found->as_array();
    for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
        if (const auto* text = (*array)[i].as_string()) { // what is none was complained of when it was read
            check(reader, key, i, text->get(), role);
        }
    }
}

void Known::check_crls(TableReader& reader, std::string_view key, const std::vector<std::string>& names) const
{
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (std::ranges::find(crls_, names[i]) == crls_.end()) {
            reader.complain(key, i, "no CRL is called " + quoted(names[i]) + pki::did_you_mean(names[i], crls_));
        }
    }
}

bool is_address(const std::string& text)
{
    in6_addr any{};
    return ::inet_pton(AF_INET, text.c_str(), &any) == 1 || ::inet_pton(AF_INET6, text.c_str(), &any) == 1;
}

} // namespace mtls::scenario
