#include "harness/raw/script.hpp"

namespace mtls::raw {

using scenario::Fault;
using scenario::Point;

namespace {

Buffer entry_of(const std::variant<std::string, x509::Der>& authority, const pki::Hierarchy& hierarchy)
{
    if (const auto* name = std::get_if<std::string>(&authority)) {
        return hierarchy.at(*name).certificate.subject().der();
    }
    return std::get<x509::Der>(authority);
}

} // namespace

scenario::Breakdown breakdown_in(const Script& script, scenario::TlsVersion version)
{
    if (!script.raw.endless) {
        return script.breakdown;
    }
    return version == scenario::TlsVersion::tls13
               ? scenario::Breakdown{.at = Point::after_client_certificate, .fault = Fault::endless_messages}
               : scenario::Breakdown{.at = Point::after_server_hello, .fault = Fault::hello_requests};
}

Script make_script(const scenario::Raw& raw, const scenario::Listener& listener, const pki::Hierarchy& hierarchy)
{
    Script script;
    script.raw = raw;
    script.versions = listener.tls;
    script.request = {.certificate_types = raw.request.certificate_types,
                      .signature_algorithms = raw.request.signature_algorithms,
                      .context = raw.request.context,
                      .authorities = std::nullopt,
                      .malformation = raw.request.malformation,
                      .body = raw.request.body};
    if (raw.request.authorities) {
        auto& entries = script.request.authorities.emplace();
        for (const auto& authority : *raw.request.authorities) {
            entries.push_back(entry_of(authority, hierarchy));
        }
    }
    script.breakdown = listener.breakdown;
    if (script.breakdown.at == Point::none) {
        script.breakdown = {.at = raw.stall, .fault = Fault::stall};
    }
    script.server = &hierarchy.at(listener.certificate);
    script.signature = signature_kind(script.server->key);
    return script;
}

} // namespace mtls::raw
