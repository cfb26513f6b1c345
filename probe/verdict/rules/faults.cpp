#include "probe/verdict/rules/faults.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/server_product.hpp"

namespace mtls::verdict::rules {

using x509::Flaw;
using x509::FlawKind;

namespace {

bool is_of_usage(const Flaw& flaw)
{
    return flaw.kind == FlawKind::any_usage || flaw.kind == FlawKind::other_usage;
}

bool is_minded_by_openssl_alone(const Flaw& flaw)
{
    return flaw.kind == FlawKind::any_usage || flaw.kind == FlawKind::weak_key || flaw.kind == FlawKind::weak_signature;
}

std::vector<Flaw> minded(const Facts& facts, const CandidateFacts& candidate, bool of_usage)
{
    std::vector<Flaw> found;
    const bool windows = server_product(facts) == "iis";
    std::copy_if(candidate.flaws.begin(), candidate.flaws.end(), std::back_inserter(found), [&](const Flaw& flaw) {
        return is_of_usage(flaw) == of_usage && !(windows && is_minded_by_openssl_alone(flaw));
    });
    return found;
}

/// Alerts that say another thing than that something is wrong with the certificate itself rule it out.
bool leaves_the_reason_open(const Facts& facts, const CandidateFacts& candidate)
{
    if (!was_rejected(candidate)) {
        return false;
    }
    const observation::Observation& seen = facts.observations[candidate.attempt->observation];
    if (seen.http || !seen.alert) {
        return seen.certificate_sent;
    }
    switch (seen.alert->code) {
    case wire::AlertDescription::unknown_ca:
    case wire::AlertDescription::certificate_revoked:
    case wire::AlertDescription::certificate_expired:
    case wire::AlertDescription::access_denied:
        return false;
    default:
        return seen.certificate_sent;
    }
}

const x509::Certificate& bearer(const CandidateFacts& candidate, const Flaw& flaw)
{
    return flaw.height == 0 ? candidate.leaf : candidate.above[flaw.height - 1];
}

std::string of_whom(const CandidateFacts& candidate, const Flaw& flaw)
{
    return flaw.height == 0 ? ""
                            : fmt::format(" of {} above it", clipped(in_words(bearer(candidate, flaw).subject()), 120));
}

std::string whose(const CandidateFacts& candidate, const Flaw& flaw)
{
    return flaw.height == 0 ? "it" : clipped(in_words(bearer(candidate, flaw).subject()), 120) + " above it";
}

std::string unknown_extensions(const CandidateFacts& candidate, const Flaw& flaw)
{
    return enumerated(x509::unknown_critical_extensions(bearer(candidate, flaw)));
}

std::string harmless_extensions(const CandidateFacts& candidate, const Flaw& flaw)
{
    return fmt::format("no critical extension that servers do not know (here: {}); one that is not critical does no "
                       "harm.",
                       unknown_extensions(candidate, flaw));
}

} // namespace

std::vector<Flaw> flaws_to_mind(const Facts& facts, const CandidateFacts& candidate)
{
    return minded(facts, candidate, false);
}

std::vector<Flaw> usages_to_mind(const Facts& facts, const CandidateFacts& candidate)
{
    return leaves_the_reason_open(facts, candidate) ? minded(facts, candidate, true) : std::vector<Flaw>{};
}

std::string in_short(const CandidateFacts& candidate, const Flaw& flaw)
{
    const std::string of = of_whom(candidate, flaw);
    switch (flaw.kind) {
    case FlawKind::weak_key:
        return fmt::format("the weak key{} ({})", of, bearer(candidate, flaw).key_text());
    case FlawKind::weak_signature:
        return fmt::format("the weak signature{} ({})", of, bearer(candidate, flaw).signature_algorithm());
    case FlawKind::critical_extension:
        return fmt::format("a critical extension{} that it does not know ({})", of,
                           unknown_extensions(candidate, flaw));
    case FlawKind::name_constraints:
        return "the name constraints of a CA above it";
    case FlawKind::path_length:
        return fmt::format("the path length{}", of);
    case FlawKind::no_ca:
        return fmt::format("an issuer that may not issue certificates ({})",
                           clipped(in_words(bearer(candidate, flaw).subject()), 120));
    case FlawKind::any_usage:
    case FlawKind::other_usage:
        break;
    }
    return fmt::format("the extended key usage{}", of);
}

std::string in_full(const CandidateFacts& candidate, const Flaw& flaw)
{
    const std::string who = whose(candidate, flaw);
    switch (flaw.kind) {
    case FlawKind::any_usage:
        return fmt::format("{} has the extended key usage {}, and OpenSSL (nginx, Apache, HAProxy) does not take that "
                           "for clientAuth (1.3.6.1.5.5.7.3.2)",
                           who, usages_in_words(bearer(candidate, flaw)));
    case FlawKind::other_usage:
        return flaw.height == 0
                   ? "its extensions do not allow it for clients of TLS (openssl x509 -noout -purpose)"
                   : fmt::format("{} has the extended key usage {}, without clientAuth (1.3.6.1.5.5.7.3.2), which "
                                 "limits whatever it issues",
                                 who, usages_in_words(bearer(candidate, flaw)));
    case FlawKind::weak_key:
        return fmt::format("{} has a key of {}, and OpenSSL at security level 2 (the default of Debian and Ubuntu) "
                           "refuses it: RSA needs 2048 bits, EC 224",
                           who, bearer(candidate, flaw).key_text());
    case FlawKind::weak_signature:
        return fmt::format("{} is signed with {}, and OpenSSL at security level 2 (the default of Debian and Ubuntu) "
                           "refuses it: it needs SHA-224 or better",
                           who, bearer(candidate, flaw).signature_algorithm());
    case FlawKind::critical_extension:
        return fmt::format("{} has a critical extension ({}) that OpenSSL does not know: a server that does not know "
                           "one must refuse the certificate (RFC 5280 §4.2)",
                           who, unknown_extensions(candidate, flaw));
    case FlawKind::name_constraints:
        return fmt::format("a CA above it has name constraints, and they exclude the names of {}",
                           flaw.height == 0 ? "the certificate" : who);
    case FlawKind::path_length:
        return fmt::format("{} allows fewer CAs below it (path length) than there are", who);
    case FlawKind::no_ca:
        break;
    }
    return fmt::format("{} may not issue certificates (basicConstraints CA:TRUE, keyCertSign)", who);
}

Remedy reissue_without(const CandidateFacts& candidate, const Flaw& flaw)
{
    const bool own = flaw.height == 0;
    const std::string show =
        own ? "openssl x509 -noout -text -in CERTIFICATE.pem" : "openssl x509 -noout -text -in CA.pem";
    const char* const from = own ? "Get a new certificate with" : "Get a new certificate, from a CA with";
    switch (flaw.kind) {
    case FlawKind::weak_key:
        return {"client", fmt::format("{} a key of RSA 2048, EC P-256 or more.", from), {show}};
    case FlawKind::weak_signature:
        return {"client", fmt::format("{} a signature by SHA-256.", from), {show}};
    case FlawKind::critical_extension:
        return {"client", fmt::format("{} {}", from, harmless_extensions(candidate, flaw)), {show}};
    case FlawKind::name_constraints:
        return {"client",
                "Get a new certificate with names that the CA's name constraints allow, or from a CA without them.",
                {"openssl x509 -noout -ext nameConstraints -in CA.pem",
                 "openssl x509 -noout -subject -ext subjectAltName -in CERTIFICATE.pem"}};
    case FlawKind::path_length:
        return {"client",
                "Get a new certificate with fewer CAs above it, or have that CA issued anew with a longer path length.",
                {"openssl x509 -noout -ext basicConstraints -in CA.pem"}};
    case FlawKind::no_ca:
        return {"client",
                "Get a new certificate from a CA that may issue some.",
                {"openssl x509 -noout -ext basicConstraints,keyUsage -in CA.pem"}};
    case FlawKind::any_usage:
    case FlawKind::other_usage:
        break;
    }
    return {
        "client", fmt::format("{} the extended key usage clientAuth{}.", from, own ? "" : ", or with none"), {show}};
}

std::string usages_in_words(const x509::Certificate& certificate)
{
    std::string text;
    for (const std::string& name : certificate.extended_key_usage().value_or(std::vector<std::string>{})) {
        text += (text.empty() ? "" : ", ") + x509::printable(name);
    }
    return text.empty() ? "(an empty one)" : text;
}

} // namespace mtls::verdict::rules
