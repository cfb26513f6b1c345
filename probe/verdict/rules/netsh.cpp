#include "probe/verdict/rules/netsh.hpp"

#include <fmt/format.h>

#include "probe/verdict/rules/endpoint.hpp"
#include "probe/verdict/rules/store.hpp"

namespace mtls::verdict::rules {

namespace {

using iis::Binding;
using observation::Observation;

constexpr const char* what_to_fill_in =
    "For AS_SHOWN write what `show sslcert` prints (enable or disable; IIS's own appid is "
    "{4dc3e181-e14b-4a21-b022-59fc669b0914})";

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

/// "sslctlstorename=Clients ", or "" where there is none to keep.
std::string store_of(const Binding* binding, const CtlStore& store)
{
    if (binding != nullptr && binding->ctl_store_name) {
        return "sslctlstorename=" + x509::printable(*binding->ctl_store_name) + " ";
    }
    if (!store.needed) { // a store that is not there cannot be kept, and netsh takes no empty name
        return binding != nullptr && binding->names_ctl_store ? "" : "sslctlstorename=AS_SHOWN ";
    }
    return "sslctlstorename=" + x509::printable(store.otherwise.value_or("ClientAuthIssuer")) + " ";
}

/// The line as far as a handshake tells. The well-known application id is IIS's own; others have theirs.
std::string guessed(const std::string& endpoint, const Observation& seen, const CtlStore& store,
                    const char* negotiation)
{
    return fmt::format("netsh http update sslcert {} certhash={} appid=AS_SHOWN certstorename=AS_SHOWN "
                       "{}{} verifyclientcertrevocation=AS_SHOWN "
                       "verifyrevocationwithcachedclientcertonly=AS_SHOWN usagecheck=AS_SHOWN dsmapperusage=AS_SHOWN",
                       endpoint, certificate_hash(seen), store_of(nullptr, store), negotiation);
}

std::string line_for(const Facts& facts, const Observation& seen, const CtlStore& store, const char* negotiation)
{
    const std::string endpoint = endpoint_of(facts, seen).parameter;
    const auto serving = saved_binding(facts, seen).serving;
    if (!serving) {
        return guessed(endpoint, seen, store, negotiation);
    }
    const Binding& binding = serving->binding;
    return fmt::format("netsh http update sslcert {}{} appid={} {}{} verifyclientcertrevocation={} "
                       "verifyrevocationwithcachedclientcertonly={} usagecheck={} dsmapperusage={}",
                       endpoint, certificate(binding), binding.application_id, store_of(&binding, store), negotiation,
                       as_shown(binding.verify_revocation), as_shown(binding.cached_revocation_only),
                       as_shown(binding.usage_check), as_shown(binding.ds_mapper));
}

/// What to write for the capitals of guessed().
std::string unknown_values(const CtlStore& store)
{
    if (!store.needed) {
        return std::string{what_to_fill_in} + "; leave sslctlstorename out where it prints (null).";
    }
    return std::string{what_to_fill_in} + (store.otherwise ? "." : ", and your store's name if not ClientAuthIssuer.");
}

} // namespace

std::string update_binding_of(const Facts& facts, const Observation& seen, const CtlStore& store)
{
    return line_for(facts, seen, store, "clientcertnegotiation=enable");
}

std::string update_binding(const Facts& facts, const CtlStore& store, const char* negotiation)
{
    return facts.request.observation
               ? line_for(facts, facts.observations[*facts.request.observation], store, negotiation)
               : guessed("ENDPOINT_AS_SHOWN", {}, store, negotiation);
}

std::optional<std::string> saved_store(const Facts& facts, const Observation& seen)
{
    const auto serving = saved_binding(facts, seen).serving;
    return serving ? serving->binding.ctl_store_name : std::nullopt;
}

std::string fill_in_of(const Facts& facts, const Observation& seen, const CtlStore& store)
{
    const Endpoint endpoint = endpoint_of(facts, seen);
    const auto serving = saved_binding(facts, seen).serving;
    std::string text = !serving                          ? unknown_values(store)
                       : serving->binding.ctl_store_name ? "The line keeps the store that the binding names."
                       : !store.needed && !serving->binding.names_ctl_store ? unknown_values(store)
                       : !store.needed   ? "The binding names no store, and the line adds none."
                       : store.otherwise ? "The line names the store of the binding that is right."
                                         : "Write your store's name if it is not ClientAuthIssuer.";
    return endpoint.advice.empty() ? text : text + " " + endpoint.advice;
}

std::string fill_in(const Facts& facts, const CtlStore& store)
{
    return facts.request.observation ? fill_in_of(facts, facts.observations[*facts.request.observation], store)
                                     : unknown_values(store);
}

CtlStore store_to_name(const Facts& facts)
{
    const Observation* right = variant_with_the_right_list(facts);
    return CtlStore::named(right == nullptr ? std::nullopt : saved_store(facts, *right));
}

std::string add_to_store(const Facts& facts, const char* file)
{
    const auto named = facts.iis_binding ? facts.iis_binding->binding.ctl_store_name : std::nullopt;
    return fmt::format("certutil -addstore {} {}",
                       x509::printable(named.value_or(store_to_name(facts).otherwise.value_or("ClientAuthIssuer"))),
                       file);
}

} // namespace mtls::verdict::rules
