#include <algorithm>

#include "harness/scenario/sections.hpp"

namespace mtls::scenario {
namespace {

/// RFC 8446 came to Windows with Server 2022.
bool windows_has_tls13(const std::string& windows)
{
    return windows == "2022" || windows == "2025";
}

bool speaks_tls13(const Listener& listener, bool by_default)
{
    return listener.tls.empty() ? by_default : listener.tls.back() == TlsVersion::tls13;
}

bool speaks_older(const Listener& listener)
{
    return listener.tls.empty() || listener.tls.front() < TlsVersion::tls13;
}

/// A version of Windows without TLS 1.3 does not get it from a setting.
void check_old_windows(TableReader& document, TableReader& section, const Scenario& scenario)
{
    const std::string why = "Windows " + scenario.iis->windows + " speaks no TLS 1.3 (2022 and 2025 do)";
    auto listeners = document.tables("listener");
    for (TableReader& reader : listeners) {
        std::vector<std::string> versions;
        reader.read("tls", versions);
        const auto found = std::ranges::find(versions, "1.3");
        if (found != versions.end()) {
            reader.complain("tls", static_cast<std::size_t>(found - versions.begin()), why);
        }
    }
    section.complain_of_idle({"late_tls13"}, why);
    for (TableReader& binding : section.tables("binding")) {
        binding.complain_of_idle({"disable_tls13"}, why);
    }
}

/// SNI and the central certificate store came with Server 2012 (IIS 8.0).
void check_bindings_of_2008r2(TableReader& section)
{
    for (TableReader& binding : section.tables("binding")) {
        for (const char* key : {"hostnameport", "central_store"}) {
            if (binding.has(key)) {
                binding.complain_of_key(key, "Windows 2008R2 binds to addresses only (ipport)");
            }
        }
    }
}

/// What becomes of a late request matters where there can be one.
void check_late_requests(TableReader& section, const Scenario& scenario, bool tls13)
{
    const std::initializer_list<std::string_view> all{"late_tls13", "upload_read_ahead_size"};
    const Iis& iis = *scenario.iis;
    const auto wants_none = [](const auto& place) { return place.second == Access::none; };
    const auto bindings = section.tables("binding");
    if (!std::ranges::all_of(bindings, [](const TableReader& each) { return each.sound("negotiate"); })) {
        return;
    }
    if (std::ranges::all_of(iis.bindings, &IisBinding::negotiate)) {
        section.complain_of_idle(all, "every binding asks in the handshake (negotiate = false asks late)");
    } else if (std::ranges::all_of(iis.access, wants_none)) {
        section.complain_of_idle(all, "[iis.access] wants no certificate");
    } else if (std::ranges::none_of(scenario.listeners, speaks_older)) {
        section.complain_of_idle({"upload_read_ahead_size"}, "TLS 1.3 has no renegotiation");
    } else if (tls13 &&
               (std::ranges::all_of(iis.bindings, &IisBinding::disable_tls13) ||
                std::ranges::none_of(scenario.listeners, [](const auto& each) { return speaks_tls13(each, true); }))) {
        section.complain_of_idle({"late_tls13"}, "TLS 1.3 is off");
    }
}

void check_revocation(TableReader& section, const Iis& iis)
{
    if (std::ranges::none_of(iis.bindings, &IisBinding::verify_revocation)) {
        section.complain_of_idle({"crls", "revocation_offline"}, "no binding checks revocation");
    } else if (iis.revocation_offline) {
        section.complain_of_idle({"crls"}, "revocation_offline = true finds none");
    }
}

/// A binding that switches off the only version of a listener serves nobody.
void check_versions_left(TableReader& section, const Scenario& scenario)
{
    const bool older = std::ranges::all_of(scenario.listeners, speaks_older);
    for (TableReader& binding : section.tables("binding")) {
        bool off = false;
        binding.read("disable_tls13", off);
        if (off && !older) {
            binding.complain_of_key("disable_tls13", "no version is left where a listener has tls = [\"1.3\"]");
        }
    }
}

} // namespace

void check_idle_iis(TableReader& document, const Scenario& scenario)
{
    auto section = document.table("iis");
    if (!section || !scenario.iis) {
        return;
    }
    const bool tls13 = windows_has_tls13(scenario.iis->windows);
    if (!tls13) {
        check_old_windows(document, *section, scenario);
    }
    if (scenario.iis->windows == "2008R2") {
        check_bindings_of_2008r2(*section);
    }
    check_versions_left(*section, scenario);
    if (!scenario.iis->bindings.empty()) {
        check_late_requests(*section, scenario, tls13);
        check_revocation(*section, *scenario.iis);
    }
}

} // namespace mtls::scenario
