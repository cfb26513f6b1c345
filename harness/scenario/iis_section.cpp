#include <algorithm>

#include "harness/scenario/sections.hpp"

namespace mtls::scenario {
namespace {

constexpr std::array<Word<std::string_view>, 6> windows_versions{
    {{"2008R2", "2008R2"}, {"2012", "2012"}, {"2016", "2016"}, {"2019", "2019"}, {"2022", "2022"}, {"2025", "2025"}}};
constexpr std::array<Word<Access>, 3> accesses{
    {{"none", Access::none}, {"accept", Access::accept}, {"require", Access::require}}};
constexpr std::array<Word<LateTls13>, 3> late_requests{
    {{"reset", LateTls13::reset}, {"500", LateTls13::error_500}, {"post_handshake", LateTls13::post_handshake}}};

void read_registry(const toml::table& table, Iis& iis)
{
    TableReader reader{table};
    std::optional<int> send;
    reader.read("SendTrustedIssuerList", send);
    if (send && *send > 1) {
        fail_at(reader.place_of("SendTrustedIssuerList"), "SendTrustedIssuerList is 0 or 1");
    }
    if (send) {
        iis.send_trusted_issuer_list = *send == 1;
    }
    reader.read("ClientAuthTrustMode", iis.client_auth_trust_mode);
    if (iis.client_auth_trust_mode > 2) {
        fail_at(reader.place_of("ClientAuthTrustMode"), "ClientAuthTrustMode is 0, 1 or 2");
    }
    reader.finish();
}

void read_stores(const toml::table& table, Iis& iis, const Known& known)
{
    TableReader reader{table};
    for (const auto& [key, value] : table) {
        const std::string name{key.str()};
        reader.read(name, iis.stores[name]);
        known.check(reader, name, iis.stores[name]);
    }
}

void read_filler(const toml::table& table, Iis& iis)
{
    constexpr std::size_t most = 2000; // each is issued at every start
    TableReader reader{table};
    for (const auto& [key, value] : table) {
        std::size_t& count = iis.filler[std::string{key.str()}];
        reader.read(key.str(), count);
        if (count > most) {
            fail_at(value.source(), std::string{key.str()} + " must be at most " + std::to_string(most));
        }
    }
}

/// A store may hold nothing, but it must be there: a misspelt name would quietly be another scenario. Windows does not
/// tell upper from lower case in it.
void check_store(const TableReader& reader, const std::string& name, const Iis& iis)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    const auto called = [&](const auto& store) { return std::ranges::equal(store.first, name, {}, lower, lower); };
    if (std::ranges::none_of(iis.stores, called) && std::ranges::none_of(iis.filler, called)) {
        fail_at(reader.place_of("ctl_store_name"), "no store in [iis.stores] is called '" + name + "'");
    }
}

IisBinding read_binding(const toml::table& table, const Known& known, const Iis& iis)
{
    TableReader reader{table};
    IisBinding binding;
    bool central = false;
    reader.read("central_store", central);
    const bool by_address = reader.node("ipport") != nullptr;
    const bool by_name = reader.node("hostnameport") != nullptr;
    if (int{by_address} + int{by_name} + int{central} != 1) {
        fail_at(table.source(), "a binding has one of ipport, hostnameport and central_store = true");
    }
    if (by_address) {
        reader.read("ipport", binding.host);
    }
    if (by_name) {
        binding.kind = BindingKind::hostname_port;
        reader.read("hostnameport", binding.host);
    }
    if (central) {
        binding.kind = BindingKind::central_store;
    }
    reader.read("certificate", binding.certificate);
    known.check(reader, "certificate", pki::Role::server, {binding.certificate});
    reader.read("ctl_store_name", binding.ctl_store_name);
    if (binding.ctl_store_name) {
        check_store(reader, *binding.ctl_store_name, iis);
    }
    reader.read("negotiate", binding.negotiate);
    reader.read("verify_revocation", binding.verify_revocation);
    reader.read("usage_check", binding.usage_check);
    reader.read("disable_tls13", binding.disable_tls13);
    reader.finish();
    return binding;
}

void read_access(const toml::table& table, Iis& iis)
{
    TableReader reader{table};
    for (const auto& [key, value] : table) {
        Access access = Access::require;
        reader.read_word(key.str(), access, accesses);
        if (!key.str().starts_with('/')) {
            fail_at(key.source(), "a path starts with '/'");
        }
        iis.access.emplace_back(std::string{key.str()}, access);
    }
}

} // namespace

Iis read_iis(const toml::table& table, const Known& known)
{
    TableReader reader{table};
    Iis iis;
    std::string_view windows = iis.windows;
    reader.read_word("windows", windows, windows_versions);
    iis.windows = std::string{windows};
    if (const toml::table* registry = reader.table("registry")) {
        read_registry(*registry, iis);
    }
    if (const toml::table* stores = reader.table("stores")) {
        read_stores(*stores, iis, known);
    }
    if (const toml::table* filler = reader.table("filler")) {
        read_filler(*filler, iis);
    }
    for (const toml::table* binding : reader.tables("binding")) {
        iis.bindings.push_back(read_binding(*binding, known, iis));
    }
    if (iis.bindings.empty()) {
        fail_at(table.source(), "an [[iis.binding]] is missing");
    }
    iis.access.emplace_back("/", Access::require);
    if (const toml::table* access = reader.table("access")) {
        iis.access.clear();
        read_access(*access, iis);
    }
    reader.read("crls", iis.crls);
    known.check_crls(reader, "crls", iis.crls);
    reader.read("revocation_offline", iis.revocation_offline);
    reader.read("issuer_list_limit", iis.issuer_list_limit);
    if (reader.node("late_tls13") != nullptr) {
        reader.read_word("late_tls13", iis.late_tls13.emplace(), late_requests);
    }
    reader.read("upload_read_ahead_size", iis.upload_read_ahead_size);
    reader.read("self_hosted", iis.self_hosted);
    reader.read("detailed_errors", iis.detailed_errors);
    if (iis.self_hosted && iis.detailed_errors) {
        fail_at(reader.place_of("detailed_errors"), "a self-hosted service has no error pages of IIS");
    }
    reader.finish();
    return iis;
}

} // namespace mtls::scenario
