#include <algorithm>

#include <fmt/format.h>

#include "probe/clients/signing.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"

namespace mtls::verdict::rules {

namespace {

Severity not_advertised(const Facts& facts, const CandidateFacts& candidate)
{
    if (was_rejected(candidate)) {
        return unless_wished(facts, candidate, Severity::critical);
    }
    return facts.expect_outcome == ExpectOutcome::accept ? Severity::critical : Severity::warning;
}

/// The names that were looked for in the list, nearest first.
std::string issuers_in_words(const CandidateFacts& candidate)
{
    std::string text = in_words(candidate.leaf.issuer());
    for (const x509::Certificate& above : candidate.above) {
        if (!above.is_self_issued()) {
            text += ", issued by " + in_words(above.issuer());
        }
    }
    return text;
}

} // namespace

std::optional<Finding> issuer_not_advertised(const Facts& facts)
{
    const auto found =
        candidates_where(facts, [](const CandidateFacts& each) { return each.issuer_match.advertised == false; });
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "issuer-not-advertised", .severity = Severity::info};
    finding.candidates = places(facts, found);
    for (const CandidateFacts* each : found) {
        finding.severity = std::max(finding.severity, not_advertised(facts, *each));
        finding.evidence.push_back(
            fmt::format("{}: issued by {}; not in the list", label(*each), issuers_in_words(*each)));
        if (each->above.empty() && !each->leaf.is_self_issued()) {
            finding.evidence.push_back(
                fmt::format("{}: the file holds no chain, so only its issuer's own name could be "
                            "compared; --issuer-certs FILE adds CAs",
                            label(*each)));
        }
    }
    const observation::RequestSeen* request = request_of(facts);
    finding.evidence.push_back(fmt::format("{} lists {}", normal_connection(facts),
                                           counted(request == nullptr ? 0 : request->authorities.size(), "name")));
    finding.evidence.emplace_back("browsers, .NET, Java and Go leave out a certificate whose issuer is not named: no "
                                  "prompt, nothing sent; this probe sends it anyway");
    finding.summary = found.size() == 1 ? fmt::format("The list names no issuer of {}: {}", labels(found),
                                                      clipped(in_words(found.front()->leaf.issuer()), 120))
                                        : fmt::format("The list names no issuers of {}", labels(found));
    finding.remedies = advertise_the_right_cas(facts);
    finding.references = {"RFC 8446 §4.2.4", "RFC 5246 §7.4.4", "RFC 5246 §7.4.6"};
    return finding;
}

std::optional<Finding> intermediate_missing(const Facts& facts)
{
    // A server that names the issuer itself has it, and one that let the certificate in needs nothing more.
    const auto found = candidates_where(facts, [](const CandidateFacts& each) {
        const bool server_has_it =
            each.issuer_match.depth == 1 || (each.attempt && each.attempt->result == AttemptResult::accepted);
        return !server_has_it && unsent_intermediate(each) != nullptr;
    });
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "intermediate-missing", .severity = Severity::info};
    finding.candidates = places(facts, found);
    for (const CandidateFacts* each : found) {
        finding.severity = std::max(finding.severity, unless_wished(facts, *each, Severity::warning));
        finding.evidence.push_back(fmt::format("{}: {} is not in the file and so not sent; the file's chain has {}",
                                               label(*each), in_words(unsent_intermediate(*each)->subject()),
                                               counted(each->chain.size(), "certificate")));
    }
    finding.summary = fmt::format("An intermediate CA is not sent with the certificate: {}", labels(found));
    finding.remedies = {{"client",
                         "Put the intermediate behind the certificate.",
                         {"cat CERTIFICATE.pem INTERMEDIATE.pem > CHAIN.pem"}},
                        {"iis",
                         "Have the client send it (below), or give it to the server: HTTP.sys does not fetch missing "
                         "intermediates.",
                         {"certutil -addstore CA INTERMEDIATE.cer"}}};
    finding.references = {"RFC 8446 §4.4.2", "RFC 5246 §7.4.2"};
    return finding;
}

namespace {

/// " (RSA 2048 or EC P-256)": the everyday keys that can sign with one of these; "" if none can.
std::string kinds_for(const std::vector<wire::SignatureScheme>& offered, bool tls13)
{
    const bool rsa = std::ranges::any_of(offered, [&](wire::SignatureScheme scheme) {
        return clients::is_for_rsa_keys(scheme) && (!tls13 || clients::signs_in_tls13(scheme));
    });
    std::vector<std::string> kinds;
    if (rsa) {
        kinds.emplace_back("RSA 2048");
    }
    for (const auto& [scheme, kind] : {std::pair{wire::SignatureScheme::ecdsa_secp256r1_sha256, "EC P-256"},
                                       std::pair{wire::SignatureScheme::ecdsa_secp384r1_sha384, "EC P-384"}}) {
        if (std::ranges::find(offered, scheme) != offered.end()) {
            kinds.emplace_back(kind);
        }
    }
    return kinds.empty() ? "" : " (" + alternatives(kinds) + ")";
}

/// What OpenSSL calls the algorithm that a key needs, as its lists of signature algorithms take it. Every other kind of
/// RSA and EC key is served by its everyday list.
std::string openssl_name_for(const x509::Certificate& certificate)
{
    switch (certificate.key_type()) {
    case x509::KeyType::rsa_pss:
        return "rsa_pss_pss_sha256";
    case x509::KeyType::ed25519:
        return "ed25519";
    case x509::KeyType::ed448:
        return "ed448";
    case x509::KeyType::ec:
        return certificate.key_text() == "EC P-384"   ? "ECDSA+SHA384"
               : certificate.key_text() == "EC P-521" ? "ECDSA+SHA512"
                                                      : "ECDSA+SHA256";
    default:
        return "RSA-PSS+SHA256";
    }
}

/// A list that serves everyday keys and these.
std::string openssl_list_for(const std::vector<const CandidateFacts*>& candidates)
{
    std::vector<std::string> names{"RSA-PSS+SHA256", "ECDSA+SHA256", "RSA+SHA256"};
    for (const CandidateFacts* each : candidates) {
        const std::string name = openssl_name_for(each->leaf);
        if (std::ranges::find(names, name) == names.end()) {
            names.push_back(name);
        }
    }
    std::string list;
    for (const std::string& name : names) {
        list += (list.empty() ? "" : ":") + name;
    }
    return list;
}

std::string needed_by(const std::vector<const CandidateFacts*>& candidates)
{
    std::vector<std::string> names;
    for (const CandidateFacts* each : candidates) {
        std::string name = openssl_name_for(each->leaf);
        if (std::ranges::find(names, name) == names.end()) {
            names.push_back(std::move(name));
        }
    }
    return enumerated(names);
}

/// Whether a connection in TLS 1.2 was asked for something that the key can sign with.
const observation::Observation* older_version_that_takes(const Facts& facts, const CandidateFacts& candidate)
{
    for (const observation::Observation& seen : facts.observations) {
        for (const observation::RequestSeen& each : seen.certificate_requests) {
            const bool tls12 = each.request.version == wire::ProtocolVersion::tls12;
            if (tls12 && each.request.signature_algorithms && !each.request.framing_broken &&
                clients::can_sign_with_any(candidate.leaf, *each.request.signature_algorithms,
                                           clients::SigningRules::tls12) == true) {
                return &seen;
            }
        }
    }
    return nullptr;
}

} // namespace

std::optional<Finding> signature_algorithm_not_offered(const Facts& facts)
{
    const observation::RequestSeen* request = request_of(facts);
    // In a broken message the bytes at this place may be anything.
    if (request == nullptr || !request->request.signature_algorithms || request->request.framing_broken) {
        return std::nullopt;
    }
    const auto& offered = *request->request.signature_algorithms;
    const bool tls13 = request->request.version == wire::ProtocolVersion::tls13;
    const auto found = candidates_where(facts, [&](const CandidateFacts& each) {
        return clients::can_sign_with_any(each.leaf, offered,
                                          tls13 ? clients::SigningRules::tls13 : clients::SigningRules::tls12) == false;
    });
    if (found.empty()) {
        return std::nullopt;
    }
    std::string list;
    for (const wire::SignatureScheme scheme : offered) {
        list += (list.empty() ? "" : ", ") + wire::name(scheme);
    }
    Finding finding{.id = "signature-algorithm-not-offered", .severity = Severity::info};
    finding.candidates = places(facts, found);
    for (const CandidateFacts* each : found) {
        finding.severity = std::max(finding.severity, unless_wished(facts, *each, Severity::warning));
        finding.evidence.push_back(fmt::format("{}: its key is {}, which needs {}", label(*each), each->leaf.key_text(),
                                               openssl_name_for(each->leaf)));
        if (const auto* older = tls13 ? older_version_that_takes(facts, *each) : nullptr) {
            finding.evidence.push_back(fmt::format("{}: {} takes what its key can sign with: TLS 1.2 allows more",
                                                   label(*each), where(*older)));
        }
    }
    finding.evidence.push_back(fmt::format("{}: the server takes {}", normal_connection(facts),
                                           list.empty() ? "nothing" : clipped(list, 600)));
    finding.summary = fmt::format("The key cannot sign with any algorithm that the server takes: {}", labels(found));
    const std::string use = "Use a certificate with a key of a kind that the server takes" + kinds_for(offered, tls13);
    const std::string widen =
        fmt::format("Widen the list by what the key needs ({}), or leave it at OpenSSL's default.", needed_by(found));
    const std::string setting = "ClientSignatureAlgorithms " + openssl_list_for(found);
    finding.remedies = {{"client", use + ".", {}},
                        {"nginx", widen, {"ssl_conf_command " + setting + ";"}},
                        {"apache", "The same:", {"SSLOpenSSLConfCmd " + setting}}};
    finding.references = {"RFC 8446 §4.2.3", "RFC 5246 §7.4.4"};
    return finding;
}

} // namespace mtls::verdict::rules
