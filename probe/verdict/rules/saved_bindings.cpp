#include <algorithm>

#include <fmt/format.h>

#include "probe/iis/text.hpp"
#include "probe/verdict/command.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/rule.hpp"

namespace mtls::verdict::rules {

using observation::Observation;

namespace {

std::string in_words(const iis::Binding& binding)
{
    return x509::printable(iis::text(binding));
}

std::vector<std::string> all_of_them(const std::vector<iis::Binding>& bindings)
{
    std::vector<std::string> texts;
    texts.reserve(bindings.size());
    for (const iis::Binding& each : bindings) {
        texts.push_back(in_words(each));
    }
    return texts;
}

/// "127.0.0.1:8443 or server.test:8443".
std::string what_was_asked(const observation::Variant& variant)
{
    const bool v6 = variant.address.find(':') != std::string::npos;
    const std::string address = v6 ? "[" + variant.address + "]" : variant.address;
    return fmt::format("{}:{}{}", address, variant.port,
                       variant.sni ? fmt::format(" or {}:{}", x509::printable(*variant.sni), variant.port) : "");
}

/// The bindings for others that have the certificate which was presented.
std::vector<std::string> elsewhere(const Facts& facts, const std::string& hash)
{
    std::vector<std::string> texts;
    for (const iis::Binding& each : facts.iis_bindings) {
        if (each.certificate_hash && iis::lower(*each.certificate_hash) == hash) {
            texts.push_back(in_words(each));
        }
    }
    return texts;
}

std::vector<Remedy> ask_the_server_itself(const Facts& facts, const std::string& hash)
{
    return {{"iis",
             "On the server that answers, save its bindings anew; the second line (PowerShell) shows which of them "
             "have this certificate.",
             {"netsh http show sslcert > sslcert.txt",
              fmt::format("netsh http show sslcert | Select-String -Context 1,11 {}", hash)}},
            {"any",
             "If something before the server ends TLS, ask the server itself:",
             {command(facts.target, "--connect SERVER_ADDRESS", {"--connect"})}}};
}

} // namespace

std::optional<Finding> iis_bindings_not_used(const Facts& facts)
{
    if (facts.iis_bindings.empty() || facts.iis_binding || !facts.request.observation) {
        return std::nullopt;
    }
    const Observation& seen = facts.observations[*facts.request.observation];
    Finding finding{.id = "iis-bindings-not-used", .severity = Severity::info};
    const std::string hash = seen.server_certificates.empty() ? "" : seen.server_certificates.front().sha1();
    if (facts.contradicted_binding) {
        const iis::Serving& should = *facts.contradicted_binding;
        finding.summary = fmt::format("The saved binding {} has another certificate than the server presents: nothing "
                                      "is concluded from the file of --iis-bindings",
                                      in_words(should.binding));
        finding.evidence.push_back(fmt::format("the file: Certificate Hash {} for {}, which should answer since {}",
                                               iis::lower(*should.binding.certificate_hash), in_words(should.binding),
                                               should.why));
    } else {
        finding.summary = fmt::format("No saved binding is for {}: nothing is concluded from the file of "
                                      "--iis-bindings",
                                      what_was_asked(seen.variant));
        finding.evidence.push_back("the file has bindings for " + enumerated(all_of_them(facts.iis_bindings)));
    }
    if (hash.empty()) {
        finding.evidence.push_back(where(seen) + ": no certificate of the server was seen");
    } else {
        finding.evidence.push_back(
            fmt::format("{} presented the certificate with SHA-1 {}: {}", where(seen), hash,
                        clipped(verdict::in_words(seen.server_certificates.front().subject()), 120)));
        const auto others = elsewhere(facts, hash);
        finding.evidence.push_back(
            others.empty() ? "no binding of the file has that certificate"
                           : "the file has that certificate for " + enumerated(others) +
                                 ", which was not asked for: a port or a name may be translated on the way");
    }
    finding.evidence.emplace_back("so the file may be another server's, or older than the last change there; or a load "
                                  "balancer or a proxy ends TLS before IIS; or one of several back ends answered");
    finding.remedies = ask_the_server_itself(facts, hash.empty() ? "CERTIFICATE_HASH" : hash);
    finding.references = {"Microsoft: netsh http show sslcert"};
    return finding;
}

} // namespace mtls::verdict::rules
