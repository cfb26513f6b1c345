#include <algorithm>

#include <fmt/format.h>

#include "probe/clients/client.hpp"
#include "probe/verdict/command.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"
#include "probe/verdict/rules/sightings.hpp"

namespace mtls::verdict::rules {

using observation::Observation;
using observation::RequestSeen;

namespace {

/// Whether an entry that is a name, but an odd one, has made our own TLS library leave.
bool broke_our_handshake(const Observation& seen, const RequestSeen& request)
{
    const bool we_left = seen.outcome == observation::Outcome::protocol_error ||
                         (seen.alert && seen.alert->direction == observation::Direction::sent);
    return we_left && std::any_of(request.authorities.begin(), request.authorities.end(),
                                  [](const observation::Authority& authority) { return authority.error.has_value(); });
}

/// RFC 5246 §7.4.4, RFC 8446 §4.3.2: a first flight has one at most.
std::size_t in_the_first_flight(const Observation& seen)
{
    return static_cast<std::size_t>(
        std::count_if(seen.certificate_requests.begin(), seen.certificate_requests.end(),
                      [](const RequestSeen& each) { return each.stage == observation::Stage::handshake; }));
}

std::string several_in_one_flight(const Observation& seen)
{
    return counted(in_the_first_flight(seen), "CertificateRequest") + " in one flight";
}

bool is_malformed(const Observation& seen, const RequestSeen& request)
{
    if (!request.complete) {
        return false; // what broke off is the connection
    }
    return request.request.error || request.request.framing_broken || broke_our_handshake(seen, request) ||
           in_the_first_flight(seen) > 1 ||
           std::any_of(request.authorities.begin(), request.authorities.end(),
                       [](const observation::Authority& authority) { return !authority.is_name; });
}

/// What is wrong with one request, entry by entry.
void add_defects(const Observation& seen, const RequestSeen& request, Sightings& into)
{
    constexpr std::size_t shown = 8;
    if (in_the_first_flight(seen) > 1 && &request == &seen.certificate_requests.front()) {
        into.add(seen, several_in_one_flight(seen) + ", where one is allowed: clients break off");
    }
    if (request.request.error) {
        const wire::ParseError& error = *request.request.error;
        into.add(seen, fmt::format("{} in {} at byte {} of the message body", wire::to_string(error.reason),
                                   error.field, error.offset));
    }
    std::size_t bad = 0;
    for (std::size_t at = 0; at < request.authorities.size(); ++at) {
        const observation::Authority& entry = request.authorities[at];
        if (entry.error && bad++ < shown) {
            into.add(seen, fmt::format("entry {} of {} ({}): {}", at + 1, request.authorities.size(),
                                       clipped(in_words(entry.name), 120), *entry.error));
        }
    }
    if (bad > shown) {
        into.add(seen, fmt::format("{} more entries with errors, all in the JSON report", bad - shown));
    }
    if (broke_our_handshake(seen, request)) {
        into.add(seen, fmt::format("the TLS library of this probe refused the message ({})", ending(seen)));
    }
}

/// The defect that the summary names.
std::string first_defect(const Facts& facts)
{
    for (const Observation& seen : facts.observations) {
        for (const RequestSeen& request : seen.certificate_requests) {
            if (seen.purpose != observation::Purpose::variant || !is_malformed(seen, request)) {
                continue;
            }
            if (in_the_first_flight(seen) > 1) {
                return several_in_one_flight(seen);
            }
            if (request.request.error) {
                return fmt::format("{} in {}", wire::to_string(request.request.error->reason),
                                   request.request.error->field);
            }
            const auto bad =
                std::count_if(request.authorities.begin(), request.authorities.end(),
                              [](const observation::Authority& authority) { return authority.error.has_value(); });
            return fmt::format("{} of {} bad", bad, counted(request.authorities.size(), "name"));
        }
    }
    return {}; // GCOVR_EXCL_LINE: asked only where there is a defect
}

std::string not_asked(const Facts& facts, const Observation& seen)
{
    const char* through = seen.handshake_completed ? "the handshake completed" : "the server's flight was complete";
    std::string text = fmt::format("{} without a CertificateRequest", through);
    if (seen.http && facts.target.path) {
        text += fmt::format(", and none came after the request for {} either; the answer was {}",
                            x509::printable(*facts.target.path), ending(seen));
    } else if (seen.list_only) {
        text += "; no more was tried, so a request that comes later (renegotiation, post-handshake) was not seen";
    } else if (may_still_ask(seen)) {
        text += fmt::format("; what would have come after the HTTP request stays unknown: {}", ending(seen));
    }
    return text;
}

} // namespace

std::optional<Finding> no_certificate_request(const Facts& facts)
{
    if (facts.request.status != RequestStatus::none) {
        return std::nullopt;
    }
    Finding finding{.id = "no-certificate-request", .severity = Severity::warning};
    if (facts.expectation || !facts.candidates.empty() || facts.expect_outcome != ExpectOutcome::unset) {
        finding.severity = Severity::critical;
    }
    const bool left_early = facts.observations[*facts.request.observation].list_only;
    finding.summary = left_early ? "The server does not ask for a client certificate in the handshake, and only that "
                                   "was looked at"
                                 : "The server does not ask for a client certificate";
    Sightings found;
    for (const Observation& seen : facts.observations) {
        if (seen.purpose == observation::Purpose::variant && status_of(seen) == RequestStatus::none) {
            found.add(seen, not_asked(facts, seen));
        }
    }
    finding.evidence = found.lines();
    finding.references = {"RFC 8446 §4.3.2", "RFC 5246 §7.4.4"};
    if (!facts.target.path && !left_early) {
        finding.evidence.emplace_back("no HTTP request was sent, so a request that comes only after one was not seen");
    }
    const Observation& normal = facts.observations[*facts.request.observation];
    if (answer_is_from_behind(normal)) {
        const bool none = normal.http->certificate_page == observation::CertificatePage::none_sent;
        finding.summary = fmt::format("The server does not ask for a client certificate, and {}: TLS ends here",
                                      none ? "one behind it demands one, which it can never see"
                                           : "one behind it refuses the certificate that this server presents to it");
        finding.evidence.push_back(fmt::format("{}: {}{}", where(normal), server_log_hint(facts, normal),
                                               normal.variant.sni ? ""
                                                                  : "; without SNI it may also be another server "
                                                                    "block, chosen by the Host header"));
        finding.remedies = pass_the_certificate_on();
        return finding;
    }
    finding.remedies = ask_in_the_handshake(facts);
    const auto one_path =
        facts.target.starttls
            ? std::vector<std::string>{}
            : std::vector{command(facts.target, "--path /PATH_THAT_ASKS", {"--path", "--no-http", "--list-only"})};
    finding.remedies.push_back(
        {"client",
         "If only one path asks, name it; if a load balancer ends TLS before the server, ask it, not the server.",
         one_path});
    return finding;
}

std::optional<Finding> issuer_list_empty(const Facts& facts)
{
    const RequestSeen* request = request_of(facts);
    if (request == nullptr || facts.request.status != RequestStatus::empty) {
        return std::nullopt;
    }
    Finding finding{.id = "issuer-list-empty", .severity = facts.expectation ? Severity::warning : Severity::info};
    finding.summary = "The server asks for a certificate but names no CA: clients choose among all they have";
    finding.evidence.push_back(fmt::format("{}: {}", normal_connection(facts),
                                           request->request.certificate_authorities
                                               ? "certificate_authorities is there and empty"
                                               : "no certificate_authorities extension"));
    finding.remedies = send_the_list(facts);
    finding.references = {"RFC 5246 §7.4.4", "RFC 8446 §4.2.4",
                          "Microsoft: Overview of TLS - SSL (Schannel SSP), SendTrustedIssuerList"};
    return finding;
}

std::optional<Finding> malformed_certificate_request(const Facts& facts)
{
    Finding finding{.id = "malformed-certificate-request", .severity = Severity::critical};
    Sightings found;
    for (const Observation& seen : facts.observations) {
        for (const RequestSeen& request : seen.certificate_requests) {
            if (seen.purpose == observation::Purpose::variant && is_malformed(seen, request)) {
                add_defects(seen, request, found);
            }
        }
    }
    if (found.empty()) {
        return std::nullopt;
    }
    finding.evidence = found.lines();
    finding.summary =
        fmt::format("The server's CertificateRequest is malformed ({}): many clients end the handshake over it",
                    first_defect(facts));
    finding.remedies = {
        {"any",
         "Find the CA certificate that the bad entry comes from (its bytes are in the JSON report, `der`) and remove "
         "or "
         "reissue it. If a proxy or an appliance ends TLS, it is the one that builds this message.",
         {}},
        {"iis",
         "List the stores that the names can come from; the odd one shows here too.",
         {"Get-ChildItem Cert:\\LocalMachine\\ClientAuthIssuer, Cert:\\LocalMachine\\Root | Format-List "
          "Subject, Thumbprint"}},
        {"nginx",
         "Print the names in the order in which they are sent.",
         {"openssl storeutl -noout -text -certs CLIENT_CAS.pem | grep Subject:"}}};
    finding.references = {"RFC 5246 §7.4.4", "RFC 8446 §4.3.2", "RFC 5280 §4.1.2.4"};
    return finding;
}

namespace {

/// Everyday programs that a request of this kind does not reach.
std::vector<std::string> out_of_reach(observation::Stage stage)
{
    std::vector<std::string> names;
    for (const clients::Client& client : clients::known_clients()) {
        const auto& manner =
            stage == observation::Stage::renegotiation ? client.late.renegotiation : client.late.post_handshake;
        if (client.use == clients::Use::everyday && manner.kind == clients::Late::not_asked) {
            names.emplace_back(client.name);
        }
    }
    return names;
}

/// Who cannot answer, if a normal client is asked late.
void add_who_is_not_reached(const Facts& facts, Finding& finding)
{
    const RequestSeen* request = request_of(facts);
    if (request == nullptr || request->stage == observation::Stage::handshake) {
        return;
    }
    const auto names = out_of_reach(request->stage);
    const auto has = [&](std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };
    const bool browsers = has("firefox") && has("chromium-linux") && has("chromium-windows");
    const char* how = request->stage == observation::Stage::renegotiation ? "by renegotiation" : "in TLS 1.3";
    if (browsers) {
        finding.summary += fmt::format("; {} browsers cannot answer that", how);
    }
    std::string all;
    for (const std::string& name : names) {
        all += (all.empty() ? "" : ", ") + name;
    }
    if (!names.empty()) {
        finding.evidence.push_back(fmt::format("{}: not asked so, unless they are told to offer it: {}", how, all));
    }
}

} // namespace

std::optional<Finding> late_certificate_request(const Facts& facts)
{
    Finding finding{.id = "late-certificate-request", .severity = Severity::info};
    Sightings late;
    for (const Observation& seen : facts.observations) {
        for (const RequestSeen& request : seen.certificate_requests) {
            if (seen.purpose == observation::Purpose::variant && request.stage != observation::Stage::handshake) {
                late.add(seen, fmt::format("the CertificateRequest came {}", stage_in_words(request.stage)));
            }
        }
    }
    if (late.empty()) {
        return std::nullopt;
    }
    finding.evidence = late.lines();
    finding.summary = "The server asks only after the HTTP request, not in the first handshake";
    add_who_is_not_reached(facts, finding);
    finding.remedies = ask_in_the_handshake(facts);
    finding.remedies.push_back({"client",
                                "HTTP/2 cannot be asked late (RFC 8740 for TLS 1.3, RFC 9113 §9.2.3), few TLS 1.3 "
                                "clients offer post-handshake authentication, and a large upload can fail with 413.",
                                {}});
    finding.references = {"RFC 8446 §4.6.2", "RFC 5246 §7.4.1.1", "RFC 9113 §9.2.3", "RFC 8740"};
    return finding;
}

} // namespace mtls::verdict::rules
