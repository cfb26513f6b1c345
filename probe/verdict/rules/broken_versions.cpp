#include <algorithm>

#include <fmt/format.h>

#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/disagreements.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/sightings.hpp"

namespace mtls::verdict::rules {

using observation::Observation;

namespace {

bool in_the_same_way(const BrokenOff& each)
{
    return each.fails->variant == each.works->variant;
}

/// Clients that offer both get this one, and do not try again with less.
bool keeps_clients_out(const BrokenOff& each)
{
    return in_the_same_way(each) || (each.fails->negotiated && each.works->negotiated &&
                                     each.fails->negotiated->version > each.works->negotiated->version);
}

std::string how_it_works(const Observation& works)
{
    const std::vector<Observation> alone{works};
    const auto told = answers(alone);
    return told.empty() ? ending(works) : what_is_asked(told.front());
}

/// RFC 8446 §4.3.2: all extensions of a request have 65,535 bytes together, and so has the list alone in TLS 1.2.
bool fills_all_extensions(const Observation& works)
{
    constexpr std::size_t most = 65'000; // the signature algorithms and the lengths need some, too
    return std::any_of(
        works.certificate_requests.begin(), works.certificate_requests.end(),
        [](const observation::RequestSeen& each) { return each.request.certificate_authorities_bytes > most; });
}

std::string usual_cause(const Observation& fails, const Observation& works)
{
    const bool tls13 = fails.negotiated && fails.negotiated->version == wire::ProtocolVersion::tls13;
    if (tls13 && fills_all_extensions(works)) {
        return "the usual cause: a list of so many bytes does not fit into the request of TLS 1.3";
    }
    if (tls13 && fails.alert && fails.alert->code == wire::AlertDescription::internal_error) {
        return "the usual cause with OpenSSL (nginx, Apache, HAProxy): the signature algorithms that clients may use "
               "leave none that TLS 1.3 has (RSA+SHA256 is PKCS #1, which is for certificates only there); the "
               "server's error log names the reason";
    }
    return "the server's log has the reason, unless a device on the way breaks the connection, which looks the same";
}

std::vector<Remedy> allow_an_algorithm_of_both()
{
    const std::string algorithms = "ClientSignatureAlgorithms ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256";
    const std::string text = "If this is set, name an algorithm that TLS 1.3 has, too. The error log tells.";
    return {{"nginx", text, {"ssl_conf_command " + algorithms + ";"}},
            {"apache", text, {"SSLOpenSSLConfCmd " + algorithms}},
            {"haproxy",
             "If client-sigalgs is set on the bind line, name an algorithm that TLS 1.3 has, too.",
             {"bind :443 ssl crt SERVER.pem ca-file CLIENT_CAS.pem verify required client-sigalgs "
              "ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256"}},
            {"any",
             "Until that is mended, switch the version that fails off on the server: clients that offer it do not "
             "fall back by themselves.",
             {}}};
}

Severity severity_of(const Facts& facts, const std::vector<BrokenOff>& all)
{
    const bool wanted = facts.expectation || !facts.candidates.empty() || facts.expect_outcome != ExpectOutcome::unset;
    const bool matters = std::any_of(all.begin(), all.end(), keeps_clients_out);
    return wanted && matters && !all_is_as_wished(facts) ? Severity::critical : Severity::warning;
}

} // namespace

std::optional<Finding> version_breaks_off(const Facts& facts)
{
    const auto all = broken_off(facts.observations);
    if (all.empty()) {
        return std::nullopt;
    }
    const BrokenOff& first = *std::max_element(all.begin(), all.end(), [](const auto& left, const auto& right) {
        return keeps_clients_out(left) < keeps_clients_out(right);
    });
    const bool by_chance = in_the_same_way(first);
    Finding finding{.id = "bindings-disagree", .severity = severity_of(facts, all)};
    finding.summary =
        by_chance ? fmt::format("Some connections break off before the server asks, and others of the same kind do "
                                "not: {}",
                                ending_in_short(*first.fails))
                  : fmt::format("{} breaks off before the server asks for a certificate, and {} works: {}",
                                version_in_words(*first.fails), version_in_words(*first.works),
                                ending_in_short(*first.fails));
    Sightings seen;
    for (const BrokenOff& each : all) {
        seen.add(*each.fails, "no CertificateRequest; " + ending(*each.fails));
    }
    for (const BrokenOff& each : all) {
        seen.add(*each.works, how_it_works(*each.works));
    }
    finding.evidence = seen.lines();
    finding.evidence.push_back(by_chance ? "the usual cause: a back end that is broken"
                                         : usual_cause(*first.fails, *first.works));
    if (by_chance) {
        finding.remedies = {ask_each_back_end(facts, Shown::without_candidates)};
    } else if (fills_all_extensions(*first.works)) {
        finding.remedies = {{"any", "Name fewer CAs: those that issue client certificates, and no others.", {}}};
    } else {
        finding.remedies = allow_an_algorithm_of_both();
    }
    finding.references = {"RFC 8446 §4.2.3", "RFC 8446 §4.3.2"};
    return finding;
}

} // namespace mtls::verdict::rules
