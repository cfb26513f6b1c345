#include "probe/verdict/rules/netsh.hpp"

#include <fmt/format.h>

#include "probe/verdict/rules/endpoint.hpp"

namespace mtls::verdict::rules {

namespace {

using iis::Binding;
using observation::Observation;

constexpr const char* what_to_fill_in =
    "For AS_SHOWN write what `show sslcert` prints (enable or disable; IIS's own appid is "
    "{4dc3e181-e14b-4a21-b022-59fc669b0914}), and your store's name if not ClientAuthIssuer.";

/// The server's certificate as netsh wants it: the SHA-1 thumbprint, which the handshake has shown.
std::string certificate_hash(const Observation& seen)
{
    return seen.server_certificates.empty() ? "THUMBPRINT_AS_SHOWN" : seen.server_certificates.front().sha1();
}

const char* as_shown(const std::optional<bool>& setting)
{
    return !setting ? "AS_SHOWN" : *setting ? "enable" : "disable";
}

/// The central store has no certificate of its own.
std::string certificate(const Binding& binding)
{
    return binding.certificate_hash ? fmt::format(" certhash={} certstorename={}", *binding.certificate_hash,
                                                  x509::printable(binding.certificate_store.value_or("MY")))
                                    : "";
}

/// The line as far as a handshake tells. The well-known application id is IIS's own; others have theirs.
std::string guessed(const std::string& endpoint, const Observation& seen, const char* negotiation)
{
    return fmt::format("netsh http update sslcert {} certhash={} appid=AS_SHOWN certstorename=AS_SHOWN "
                       "sslctlstorename=ClientAuthIssuer {} verifyclientcertrevocation=AS_SHOWN "
                       "verifyrevocationwithcachedclientcertonly=AS_SHOWN usagecheck=AS_SHOWN dsmapperusage=AS_SHOWN",
                       endpoint, certificate_hash(seen), negotiation);
}

std::string line_for(const Facts& facts, const Observation& seen, const char* negotiation)
{
    const std::string endpoint = endpoint_of(facts, seen).parameter;
    const auto serving = saved_binding(facts, seen).serving;
    if (!serving) {
        return guessed(endpoint, seen, negotiation);
    }
    const Binding& binding = serving->binding;
    return fmt::format("netsh http update sslcert {}{} appid={} sslctlstorename={} {} verifyclientcertrevocation={} "
                       "verifyrevocationwithcachedclientcertonly={} usagecheck={} dsmapperusage={}",
                       endpoint, certificate(binding), binding.application_id,
                       x509::printable(binding.ctl_store_name.value_or("ClientAuthIssuer")), negotiation,
                       as_shown(binding.verify_revocation), as_shown(binding.cached_revocation_only),
                       as_shown(binding.usage_check), as_shown(binding.ds_mapper));
}

} // namespace

std::string update_binding_of(const Facts& facts, const Observation& seen)
{
    return line_for(facts, seen, "clientcertnegotiation=enable");
}

std::string update_binding(const Facts& facts, const char* negotiation)
{
    return facts.request.observation ? line_for(facts, facts.observations[*facts.request.observation], negotiation)
                                     : guessed("ENDPOINT_AS_SHOWN", {}, negotiation);
}

std::string fill_in_of(const Facts& facts, const Observation& seen)
{
    const Endpoint endpoint = endpoint_of(facts, seen);
    const auto serving = saved_binding(facts, seen).serving;
    std::string text = !serving                          ? what_to_fill_in
                       : serving->binding.ctl_store_name ? "The line keeps the store that the binding names."
                                                         : "Write your store's name if it is not ClientAuthIssuer.";
    return endpoint.advice.empty() ? text : text + " " + endpoint.advice;
}

std::string fill_in(const Facts& facts)
{
    return facts.request.observation ? fill_in_of(facts, facts.observations[*facts.request.observation])
                                     : what_to_fill_in;
}

std::string add_to_store(const Facts& facts, const char* file)
{
    const auto named = facts.iis_binding ? facts.iis_binding->binding.ctl_store_name : std::nullopt;
    return fmt::format("certutil -addstore {} {}", named ? x509::printable(*named) : "ClientAuthIssuer", file);
}

} // namespace mtls::verdict::rules
