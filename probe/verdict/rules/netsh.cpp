#include "probe/verdict/rules/netsh.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "probe/verdict/rules/endpoint.hpp"
#include "probe/verdict/rules/store.hpp"

namespace mtls::verdict::rules {

namespace {

using iis::Binding;
using observation::Observation;

constexpr const char* what_to_fill_in = "For AS_SHOWN write what `show sslcert` prints (enable or disable)";

/// For a name that is not fit for a command line.
constexpr const char* in_capitals = "NAME_AS_SHOWN";

/// The server's certificate as netsh wants it: the SHA-1 thumbprint, which the handshake has shown.
std::string certificate_hash(const Observation& seen)
{
    return seen.server_certificates.empty() ? "THUMBPRINT_AS_SHOWN" : seen.server_certificates.front().sha1();
}

const char* as_shown(const std::optional<bool>& setting)
{
    return !setting ? "AS_SHOWN" : *setting ? "enable" : "disable";
}

/// A name as `cmd` takes it. What `cmd` would read as something else is not written at all.
std::string word(const std::string& name)
{
    const auto only = [&](std::string_view more) {
        return !name.empty() && std::all_of(name.begin(), name.end(), [&](char each) {
            const bool plain = (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') ||
                               (each >= '0' && each <= '9') || static_cast<unsigned char>(each) >= 0x80;
            return plain || more.find(each) != std::string_view::npos;
        });
    };
    if (x509::printable(name) != name) {
        return in_capitals;
    }
    return only("._-") ? name : only("._- ()+#@,;=[]{}~$'") ? "\"" + name + "\"" : in_capitals;
}

/// The central store has no certificate of its own.
std::string certificate(const Binding& binding)
{
    return binding.certificate_hash ? fmt::format(" certhash={} certstorename={}", *binding.certificate_hash,
                                                  word(binding.certificate_store.value_or("MY")))
                                    : "";
}

/// "sslctlstorename=Clients ", or "" where there is none to keep.
std::string store_of(const Binding* binding, const CtlStore& store)
{
    if (binding != nullptr && binding->ctl_store_name) {
        return "sslctlstorename=" + word(*binding->ctl_store_name) + " ";
    }
    if (!store.needed) { // a store that is not there cannot be kept, and netsh takes no empty name
        return binding != nullptr && binding->names_ctl_store ? "" : "sslctlstorename=AS_SHOWN ";
    }
    return "sslctlstorename=" + word(store.otherwise.value_or("ClientAuthIssuer")) + " ";
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

/// " disablehttp2=enable": what is set beyond the classic lines. What is as usual needs no word.
std::string further_settings(const Binding& binding, std::string_view negotiation)
{
    std::string text;
    if (binding.revocation_freshness_time != 0) {
        text += fmt::format(" revocationfreshnesstime={}", binding.revocation_freshness_time);
    }
    if (binding.url_retrieval_timeout != 0) {
        text += fmt::format(" urlretrievaltimeout={}", binding.url_retrieval_timeout);
    }
    if (binding.ctl_identifier) {
        text += " sslctlidentifier=" + word(*binding.ctl_identifier);
    }
    for (const std::string& parameter : binding.also_set) {
        if (negotiation.find(parameter) == std::string_view::npos) {
            text += " " + parameter + "=enable";
        }
    }
    return text;
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
                       "verifyrevocationwithcachedclientcertonly={} usagecheck={} dsmapperusage={}{}",
                       endpoint, certificate(binding), binding.application_id, store_of(&binding, store), negotiation,
                       as_shown(binding.verify_revocation), as_shown(binding.cached_revocation_only),
                       as_shown(binding.usage_check), as_shown(binding.ds_mapper),
                       further_settings(binding, negotiation));
}

/// What to write for the capitals of guessed().
std::string unknown_values(const CtlStore& store)
{
    const std::string rest = " Add what else is not 0, (null) or Not Set.";
    if (!store.needed) {
        return std::string{what_to_fill_in} + "; leave sslctlstorename out where it prints (null)." + rest;
    }
    return std::string{what_to_fill_in} + (store.otherwise ? "." : ", and your store's name if not ClientAuthIssuer.") +
           rest;
}

/// What the line does with the store of a binding that is known.
std::string about_the_store(const Binding& binding, const CtlStore& store)
{
    if (binding.ctl_store_name) {
        return "The line keeps the store that the binding names.";
    }
    if (!store.needed) {
        return binding.names_ctl_store ? "The binding names no store, and the line adds none." : unknown_values(store);
    }
    return store.otherwise ? fmt::format("The line names the store {}.", store.whose)
                           : "Write your store's name if it is not ClientAuthIssuer.";
}

std::string about(const Binding& binding, const CtlStore& store)
{
    std::string text = about_the_store(binding, store);
    if (!binding.verify_revocation || !binding.cached_revocation_only || !binding.usage_check || !binding.ds_mapper) {
        text += std::string{" "} + what_to_fill_in + "."; // a language whose words for it are not known here
    }
    if (binding.more_is_set) {
        text += " The file has more settings that are on and not known here: add them.";
    }
    for (const auto& name : {binding.ctl_store_name, binding.ctl_identifier, store.otherwise}) {
        if (name && word(*name) == in_capitals) {
            return text + " NAME_AS_SHOWN stands for a name with characters that a command prompt would act on.";
        }
    }
    return text;
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
    const std::string text = serving ? about(serving->binding, store) : unknown_values(store);
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
    if (auto store = right == nullptr ? std::nullopt : saved_store(facts, *right)) {
        return CtlStore::named(std::move(store), "of the binding that is right");
    }
    std::optional<std::string> only;
    for (const Binding& binding : facts.iis_bindings) {
        if (binding.ctl_store_name && only && *only != *binding.ctl_store_name) {
            return CtlStore::named();
        }
        only = binding.ctl_store_name ? binding.ctl_store_name : only;
    }
    return CtlStore::named(std::move(only), "that other bindings of the file name");
}

std::string add_to_store(const Facts& facts, const char* file)
{
    const auto named = facts.iis_binding ? facts.iis_binding->binding.ctl_store_name : std::nullopt;
    return fmt::format("certutil -addstore {} {}",
                       word(named.value_or(store_to_name(facts).otherwise.value_or("ClientAuthIssuer"))), file);
}

} // namespace mtls::verdict::rules
