#include <algorithm>

#include "probe/clients/fitness.hpp"
#include "probe/clients/names.hpp"
#include "probe/clients/rules.hpp"

/// NSS, and Firefox, whose choice is its own. Read, and run: tstclnt of NSS 3.87.1, Firefox ESR 153.7.
namespace mtls::clients::rules {

namespace {

constexpr Repertoire repertoire{.sha1 = true, .sha224 = false, .ed25519 = false, .ed448 = false, .pss_keys = true};

constexpr const char* no_algorithm = "the server takes no signature algorithm that this key can use";

/// lib/ssl/ssl3con.c: an answer must be possible with some key at all.
std::optional<Answer> obstacle(const Question& question)
{
    if (const auto& offered = question.asked.request.signature_algorithms) {
        const auto known = known_of(*offered, repertoire);
        const bool any = question.tls13 ? std::any_of(known.begin(), known.end(), signs_in_tls13) : !known.empty();
        if (!any) {
            return breaks_off("NSS ends the handshake when it knows none of the signature algorithms");
        }
    }
    if (!has_everyday_key(question.held.leaf)) {
        return not_known("what NSS does with this kind of key was not looked at");
    }
    return std::nullopt;
}

enum class Dates { matter, matter_nearly, do_not_matter };

/// lib/certdb/certdb.c, CERT_CheckCertValidTimes: `matter_nearly` is pendingSlop, a day of grace before the first date.
bool is_out_of_date(const Question& question, Dates dates)
{
    const auto begin = question.held.leaf.not_before();
    const auto end = question.held.leaf.not_after();
    const std::chrono::hours grace{dates == Dates::matter_nearly ? 24 : 0};
    return dates != Dates::do_not_matter && (!begin || !end || question.now + grace < *begin || question.now > *end);
}

/// lib/certdb/certdb.c, cert_ComputeCertType; lib/certhigh/certhigh.c, CERT_FindUserCertsByUsage; lib/ssl/authcert.c,
/// ssl_CertIsUsable. Null if nothing is wrong.
std::optional<Answer> unusable(const Question& question, Dates dates)
{
    if (!has_client_usage(question.held.leaf)) {
        return withholds("its extended key usage has no clientAuth, without which NSS does not take it for a client's");
    }
    if (!question.held.leaf.allows_digital_signature()) {
        return withholds("its key usage has no digitalSignature");
    }
    if (is_out_of_date(question, dates)) {
        return withholds("it is expired or not valid yet");
    }
    return std::nullopt;
}

std::optional<Answer> cannot_sign(const Question& question)
{
    return can_answer(question, repertoire) == true ? std::nullopt : std::optional{withholds(no_algorithm)};
}

/// From the database, without the root.
Answer from_the_database(const Question& question, const char* reason)
{
    return offers(1 + question.own_intermediates, reason);
}

/// lib/ssl/authcert.c, ssl_DistNamesToStrings: what cannot be written down drops out, and nothing left is no list. So
/// is the empty name.
bool counts_as_no_list(const Question& question)
{
    return std::none_of(question.asked.names.begin(), question.asked.names.end(),
                        [](const x509::Name& name) { return name.is_name() && !name.empty(); });
}

} // namespace

/// lib/ssl/authcert.c, NSS_GetClientAuthData; lib/certhigh/certvfy.c, CERT_FilterCertListByCANames: strcmp of the names
/// as text.
Answer nss(const Question& question)
{
    if (auto stopped = obstacle(question)) {
        return *stopped;
    }
    for (auto& refused : {unusable(question, Dates::matter_nearly), cannot_sign(question)}) {
        if (refused) {
            return *refused;
        }
    }
    if (counts_as_no_list(question)) {
        return from_the_database(question, "the server names nobody that NSS could look for");
    }
    const Answer offer = from_the_database(question, "an issuer of it is in the list");
    return store_not_listed(question, Compare::text, "NSS compares them as text, where case and blanks count", offer)
        .value_or(offer);
}

Answer nss_nickname(const Question& question)
{
    if (auto stopped = obstacle(question)) {
        return *stopped;
    }
    for (auto& refused : {unusable(question, Dates::do_not_matter), cannot_sign(question)}) {
        if (refused) {
            return *refused;
        }
    }
    return from_the_database(question, "a certificate that is named is sent whatever the list says");
}

/// lib/ssl/cmpcert.c, NSS_CmpCertChainWCANames, which fails on no names at all.
Answer nss_before_3_77(const Question& question)
{
    if (auto stopped = obstacle(question)) {
        return *stopped;
    }
    if (oddity_of(question.asked) != Oddity::none) {
        return not_known("what old NSS does with this odd request was not looked at");
    }
    for (auto& refused : {unusable(question, Dates::matter_nearly), cannot_sign(question)}) {
        if (refused) {
            return *refused;
        }
    }
    if (question.no_list()) {
        return withholds("the server names nobody, and then NSS before 3.77 finds no certificate");
    }
    const Answer offer = from_the_database(question, "an issuer of it is in the list");
    return store_not_listed(question, Compare::bytes, "NSS before 3.77 compares bytes", offer).value_or(offer);
}

/// security/manager/ssl/TLSClientAuthCertSelection.cpp: a certificate of the path is named by its subject or its
/// issuer. mozilla::pkix checks the dates before anybody is asked.
Answer firefox(const Question& question)
{
    if (auto stopped = obstacle(question)) {
        return *stopped;
    }
    for (auto& refused : {unusable(question, Dates::matter), cannot_sign(question)}) {
        if (refused) {
            return *refused;
        }
    }
    Answer offer = from_the_database(question, question.no_list() ? "the server names nobody, so any will do"
                                                                  : "it or an issuer of it is in the list");
    std::vector<x509::Name> subjects{question.held.leaf.subject()};
    for (const x509::Certificate& above : question.own_path) {
        subjects.push_back(above.subject());
    }
    if (meet(question, Compare::bytes, subjects).listed == Same::yes) {
        return offer;
    }
    return store_not_listed(question, Compare::bytes, "Firefox compares bytes", offer).value_or(offer);
}

} // namespace mtls::clients::rules
