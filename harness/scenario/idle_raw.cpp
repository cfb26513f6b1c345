#include <algorithm>

#include "harness/scenario/sections.hpp"

namespace mtls::scenario {
namespace {

bool speaks(const std::vector<Listener>& listeners, TlsVersion from, TlsVersion to)
{
    return std::ranges::any_of(listeners, [&](const Listener& listener) {
        return std::ranges::any_of(listener.tls, [&](TlsVersion each) { return from <= each && each <= to; });
    });
}

/// A point that needs the client's Finished understood: in TLS 1.0 and 1.1 it is not.
bool needs_keys(Point point)
{
    return point >= Point::after_client_certificate;
}

void check_request(TableReader& request, const RawRequest& wanted, const std::vector<Listener>& listeners)
{
    const std::initializer_list<std::string_view> parts{"certificate_types", "signature_algorithms", "context",
                                                        "authorities"};
    if (wanted.body) {
        request.complain_of_idle(parts, "body is the whole request");
        if (wanted.malformation != Malformation::giant_length) { // which is of the header
            request.complain_of_idle({"malformation"}, "body is the whole request");
        }
        return;
    }
    const bool older = speaks(listeners, TlsVersion::tls10, TlsVersion::tls12);
    const bool algorithms = speaks(listeners, TlsVersion::tls12, TlsVersion::tls13);
    if (!older) {
        request.complain_of_idle({"certificate_types"}, "TLS 1.3 has none");
    }
    if (!algorithms) {
        request.complain_of_idle({"signature_algorithms"}, "TLS 1.0 and 1.1 have none");
    }
    if (!speaks(listeners, TlsVersion::tls13, TlsVersion::tls13)) {
        request.complain_of_idle({"context"}, "only TLS 1.3 has one");
    }
    switch (wanted.malformation) {
    case Malformation::missing_algorithms:
        request.complain_of_idle({"signature_algorithms"}, "malformation = \"missing_algorithms\" leaves them out");
        if (!algorithms) {
            request.complain_of_idle({"malformation"}, "TLS 1.0 and 1.1 have no algorithms");
        }
        break;
    case Malformation::entry_too_long:
        if (!wanted.authorities || wanted.authorities->empty()) {
            request.complain_of_idle({"malformation"}, "there is no entry (authorities)");
        }
        break;
    case Malformation::duplicate_extension:
        if (!wanted.authorities) {
            request.complain_of_idle({"malformation"}, "it repeats the extension of authorities, which are left out");
        }
        break;
    case Malformation::list_too_long:
    case Malformation::trailing_bytes_in_list:
        if (!wanted.authorities && !older) {
            request.complain_of_idle({"malformation"}, "without authorities TLS 1.3 has no list");
        }
        break;
    default:
        break;
    }
}

/// What goes wrong first leaves nothing for the others.
void check_faults(TableReader& section, std::vector<TableReader>& tables, const Scenario& scenario)
{
    constexpr std::string_view instead = "instead is said, and no TLS";
    const Raw& raw = *scenario.raw;
    if (!raw.instead.empty()) {
        section.complain_of_idle({"request", "fragment", "stall", "endless"}, instead);
        for (TableReader& reader : tables) {
            reader.complain_of_idle({"tls", "certificate", "at", "fault"}, instead);
        }
        return;
    }
    if (raw.endless) {
        section.complain_of_idle({"stall"}, "endless = true goes on for ever");
        for (TableReader& reader : tables) {
            reader.complain_of_idle({"at", "fault"}, "endless = true of [raw] goes before it");
        }
        return;
    }
    const auto has_own = [](const Listener& listener) { return listener.breakdown.at != Point::none; };
    if (std::ranges::all_of(scenario.listeners, has_own)) {
        section.complain_of_idle({"stall"}, "every listener has an at of its own, which goes before it");
    }
    if (needs_keys(raw.stall) && !speaks(scenario.listeners, TlsVersion::tls12, TlsVersion::tls13)) {
        section.complain("stall", "only TLS 1.2 and 1.3 get there, which are not spoken here");
    }
}

void check_listener(TableReader& reader, const Listener& listener, const Raw& raw)
{
    if (needs_keys(listener.breakdown.at) && reader.sound("tls") && listener.tls.back() < TlsVersion::tls12) {
        reader.complain("at", "only TLS 1.2 and 1.3 get there, which are not spoken here");
    }
    if (listener.breakdown.fault == Fault::slow && raw.byte_interval.count() > 0) {
        reader.complain_of_idle({"fault"}, "byte_interval_ms of [raw] sets the pace from the start");
    }
}

} // namespace

void check_idle_raw(TableReader& document, const Scenario& scenario)
{
    auto tables = document.tables("listener");
    for (std::size_t i = 0; i < std::min(tables.size(), scenario.listeners.size()); ++i) {
        if (!scenario.listeners[i].tls.empty()) {
            check_listener(tables[i], scenario.listeners[i], *scenario.raw);
        }
    }
    auto section = document.table("raw");
    if (!section) {
        return;
    }
    check_faults(*section, tables, scenario);
    if (auto request = section->table("request")) {
        check_request(*request, scenario.raw->request, scenario.listeners);
    }
}

} // namespace mtls::scenario
