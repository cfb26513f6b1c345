#include <algorithm>
#include <cctype>

#include "harness/scenario/sections.hpp"

namespace mtls::scenario {
namespace {

constexpr std::array<Word<std::string_view>, 6> windows_versions{
    {{"2008R2", "2008R2"}, {"2012", "2012"}, {"2016", "2016"}, {"2019", "2019"}, {"2022", "2022"}, {"2025", "2025"}}};
constexpr std::array<Word<Access>, 3> accesses{
    {{"none", Access::none}, {"accept", Access::accept}, {"require", Access::require}}};
constexpr std::array<Word<LateTls13>, 3> late_requests{
    {{"reset", LateTls13::reset}, {"500", LateTls13::error_500}, {"post_handshake", LateTls13::post_handshake}}};

void read_registry(TableReader reader, Iis& iis)
{
    std::optional<int> send;
    reader.read("SendTrustedIssuerList", send);
    if (send && *send > 1) {
        reader.complain("SendTrustedIssuerList", "SendTrustedIssuerList is 0 or 1");
    }
    if (send) {
        iis.send_trusted_issuer_list = *send == 1;
    }
    reader.read("ClientAuthTrustMode", iis.client_auth_trust_mode);
    if (iis.client_auth_trust_mode > 2) {
        reader.complain("ClientAuthTrustMode", "ClientAuthTrustMode is 0, 1 or 2");
    }
    reader.finish();
}

void read_stores(TableReader reader, Iis& iis, const Known& known)
{
    for (const std::string& name : reader.keys()) {
        reader.read(name, iis.stores[name]);
        known.check(reader, name);
    }
}

void read_filler(TableReader reader, Iis& iis)
{
    constexpr std::size_t most = 2000; // each is issued at every start
    for (const std::string& name : reader.keys()) {
        reader.read(name, iis.filler[name], most);
    }
}

/// A store may hold nothing, but it must be there: a misspelt name would quietly be another scenario. Windows does not
/// tell upper from lower case in it.
void check_store(TableReader& reader, const std::string& name, const Iis& iis)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    const auto called = [&](const auto& store) { return std::ranges::equal(store.first, name, {}, lower, lower); };
    if (std::ranges::none_of(iis.stores, called) && std::ranges::none_of(iis.filler, called)) {
        std::vector<std::string> stores;
        for (const auto& [store, ignored] : iis.stores) {
            stores.push_back(store);
        }
        reader.complain("ctl_store_name",
                        "no store in [iis.stores] is called " + quoted(name) + pki::did_you_mean(name, stores));
    }
}

/// Letters of DNS, and the wildcard.
bool is_name(const std::string& text)
{
    const auto allowed = [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == '*';
    };
    return !text.empty() && std::ranges::all_of(text, allowed);
}

/// Which of the three kinds of binding it is; false if nobody can tell.
bool read_kind(TableReader& reader, IisBinding& binding)
{
    bool central = false;
    reader.read("central_store", central);
    const bool by_address = reader.has("ipport");
    const bool by_name = reader.has("hostnameport");
    const bool one = int{by_address} + int{by_name} + int{central} == 1;
    if (!one) {
        reader.complain("a binding has one of ipport, hostnameport and central_store = true");
    }
    binding.kind = central ? BindingKind::central_store : by_name ? BindingKind::hostname_port : BindingKind::ip_port;
    reader.read("hostnameport", binding.host);
    reader.read("ipport", binding.host);
    if (by_address && !is_address(binding.host)) {
        reader.complain("ipport", quoted(binding.host) + " is no address: the port is the listener's");
    }
    if (by_name && !is_name(binding.host)) {
        reader.complain("hostnameport", quoted(binding.host) + " is no name: the port is the listener's");
    }
    return one;
}

IisBinding read_binding(TableReader& reader, const Known& known, const Iis& iis)
{
    IisBinding binding;
    if (!read_kind(reader, binding)) {
        binding.host.clear(); // no other is for the same
    }
    const auto same = [&](const IisBinding& other) { return other.kind == binding.kind && other.host == binding.host; };
    const bool whose = binding.kind == BindingKind::central_store || !binding.host.empty();
    if (whose && std::ranges::any_of(iis.bindings, same)) {
        reader.complain("two bindings are for the same address or name");
    }
    reader.read("certificate", binding.certificate);
    known.check(reader, "certificate", pki::Role::server);
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

void read_access(TableReader reader, Iis& iis)
{
    for (const std::string& path : reader.keys()) {
        Access access = Access::require;
        reader.read_word(path, access, accesses);
        if (!path.starts_with('/')) {
            reader.complain_of_key(path, "a path starts with '/'");
        }
        iis.access.emplace_back(path, access);
    }
}

} // namespace

Iis read_iis(TableReader reader, const Known& known)
{
    Iis iis;
    std::string_view windows = iis.windows;
    reader.read_word("windows", windows, windows_versions);
    iis.windows = std::string{windows};
    if (const auto registry = reader.table("registry")) {
        read_registry(*registry, iis);
    }
    if (const auto stores = reader.table("stores")) {
        read_stores(*stores, iis, known);
    }
    if (const auto filler = reader.table("filler")) {
        read_filler(*filler, iis);
    }
    for (TableReader& binding : reader.tables("binding")) {
        iis.bindings.push_back(read_binding(binding, known, iis));
    }
    if (iis.bindings.empty() && !reader.has("binding")) {
        reader.complain("an [[iis.binding]] is missing");
    }
    iis.access.emplace_back("/", Access::require);
    if (const auto access = reader.table("access")) {
        iis.access.clear();
        read_access(*access, iis);
    }
    reader.read("crls", iis.crls);
    known.check_crls(reader, "crls", iis.crls);
    reader.read("revocation_offline", iis.revocation_offline);
    reader.read("issuer_list_limit", iis.issuer_list_limit);
    if (reader.has("late_tls13")) {
        reader.read_word("late_tls13", iis.late_tls13.emplace(), late_requests);
    }
    reader.read("upload_read_ahead_size", iis.upload_read_ahead_size);
    reader.read("self_hosted", iis.self_hosted);
    reader.read("detailed_errors", iis.detailed_errors);
    if (iis.self_hosted && iis.detailed_errors) {
        reader.complain("detailed_errors", "a self-hosted service has no error pages of IIS");
    }
    reader.finish();
    return iis;
}

} // namespace mtls::scenario
