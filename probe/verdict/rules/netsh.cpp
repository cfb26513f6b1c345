#include "probe/verdict/rules/netsh.hpp"

#include <fmt/format.h>

namespace mtls::verdict::rules {

namespace {

using iis::Binding;
using iis::BindingKind;

const observation::Observation* normal(const Facts& facts)
{
    return facts.request.observation ? &facts.observations[*facts.request.observation] : nullptr;
}

constexpr const char* what_to_fill_in =
    "For AS_SHOWN write what `show sslcert` prints (enable or disable; IIS's own appid is "
    "{4dc3e181-e14b-4a21-b022-59fc669b0914}), your store's name if it is not ClientAuthIssuer, and ipport=IP:PORT if "
    "the binding is listed so.";

/// How netsh names the binding that was asked.
std::string guessed_endpoint(const Facts& facts, const observation::Observation* seen)
{
    const int port = seen != nullptr ? seen->variant.port : facts.target.port;
    if (seen != nullptr && seen->variant.sni) {
        return fmt::format("hostnameport={}:{}", x509::printable(*seen->variant.sni), port);
    }
    return fmt::format("ipport=0.0.0.0:{}", port);
}

/// The server's certificate as netsh wants it: the SHA-1 thumbprint, which the handshake has shown.
std::string certificate_hash(const observation::Observation* seen)
{
    return seen != nullptr && !seen->server_certificates.empty() ? seen->server_certificates.front().sha1()
                                                                 : "THUMBPRINT_AS_SHOWN";
}

const char* as_shown(const std::optional<bool>& setting)
{
    return !setting ? "AS_SHOWN" : *setting ? "enable" : "disable";
}

std::string endpoint(const Binding& binding)
{
    if (binding.kind == BindingKind::central_store) {
        return fmt::format("ccs={}", binding.port);
    }
    return (binding.kind == BindingKind::ip_port ? "ipport=" : "hostnameport=") + x509::printable(iis::text(binding));
}

/// The central store has no certificate of its own.
std::string certificate(const Binding& binding)
{
    return binding.certificate_hash ? fmt::format(" certhash={} certstorename={}", *binding.certificate_hash,
                                                  x509::printable(binding.certificate_store.value_or("MY")))
                                    : "";
}

/// The line as far as a handshake tells. The well-known application id is IIS's own; others have theirs.
std::string guessed(const Facts& facts, const observation::Observation* seen, const char* negotiation)
{
    return fmt::format("netsh http update sslcert {} certhash={} appid=AS_SHOWN certstorename=AS_SHOWN "
                       "sslctlstorename=ClientAuthIssuer {} verifyclientcertrevocation=AS_SHOWN "
                       "verifyrevocationwithcachedclientcertonly=AS_SHOWN usagecheck=AS_SHOWN dsmapperusage=AS_SHOWN",
                       guessed_endpoint(facts, seen), certificate_hash(seen), negotiation);
}

} // namespace

std::string update_binding_of(const Facts& facts, const observation::Observation& seen)
{
    return guessed(facts, &seen, "clientcertnegotiation=enable");
}

std::string update_binding(const Facts& facts, const char* negotiation)
{
    if (!facts.iis_binding) {
        return guessed(facts, normal(facts), negotiation);
    }
    const Binding& binding = facts.iis_binding->binding;
    return fmt::format("netsh http update sslcert {}{} appid={} sslctlstorename={} {} verifyclientcertrevocation={} "
                       "verifyrevocationwithcachedclientcertonly={} usagecheck={} dsmapperusage={}",
                       endpoint(binding), certificate(binding), binding.application_id,
                       x509::printable(binding.ctl_store_name.value_or("ClientAuthIssuer")), negotiation,
                       as_shown(binding.verify_revocation), as_shown(binding.cached_revocation_only),
                       as_shown(binding.usage_check), as_shown(binding.ds_mapper));
}

std::string fill_in_guessed()
{
    return what_to_fill_in;
}

std::string fill_in(const Facts& facts)
{
    if (!facts.iis_binding) {
        return what_to_fill_in;
    }
    return facts.iis_binding->binding.ctl_store_name ? "The line keeps the store that the binding names."
                                                     : "Write your store's name if it is not ClientAuthIssuer.";
}

std::string add_to_store(const Facts& facts, const char* file)
{
    const auto named = facts.iis_binding ? facts.iis_binding->binding.ctl_store_name : std::nullopt;
    return fmt::format("certutil -addstore {} {}", named ? x509::printable(*named) : "ClientAuthIssuer", file);
}

} // namespace mtls::verdict::rules
