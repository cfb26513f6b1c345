#include "probe/clients/fitness.hpp"
#include "probe/clients/names.hpp"
#include "probe/clients/rules.hpp"

/// Schannel, and the programs on Windows that leave the choice to it or filter for it. Nothing here could be run:
/// InitializeSecurityContext (Schannel) and "SSL in WinHTTP" on learn.microsoft.com, CERT_CHAIN_FIND_BY_ISSUER_PARA in
/// MicrosoftDocs/sdk-api. What they leave open stays open.
namespace mtls::clients::rules {

namespace {

constexpr Repertoire repertoire{.sha1 = true, .sha224 = false, .ed25519 = false, .ed448 = false, .pss_keys = false};

constexpr const char* how = "how CryptoAPI compares such names is not documented";

/// What is open whatever the list says; null if nothing is.
std::optional<Answer> open_question(const Question& question)
{
    if (oddity_of(question.asked) != Oddity::none) {
        return not_known("what Schannel does with this odd request is not documented");
    }
    if (!has_everyday_key(question.held.leaf) || !type_is_asked_for(question) ||
        can_answer(question, repertoire) != true) {
        return not_known("what Schannel does with a key that the request does not suit is not documented");
    }
    return std::nullopt;
}

Answer some(const char* reason)
{
    Answer answer = offers(0, reason);
    answer.certificates = std::nullopt;
    return answer;
}

bool is_fit(const Question& question)
{
    return has_client_usage(question.held.leaf) && question.held.leaf.allows_digital_signature() && !question.expired();
}

} // namespace

/// SEC_I_INCOMPLETE_CREDENTIALS goes to the program when it finds none.
Answer schannel(const Question& question)
{
    if (auto open = open_question(question)) {
        return *open;
    }
    if (question.no_list()) {
        return not_known(
            "Schannel looks through the user's certificates by itself; which it takes when the server names "
            "nobody is not documented");
    }
    const Answer offer =
        perhaps(some(""), "an issuer of it is in the list, so Schannel may find it; what else it looks at "
                          "is not documented");
    return store_not_listed(question, Compare::cryptoapi, how, offer).value_or(offer);
}

/// The first request ends with ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED; then the program looks with CertFindChainInStore
/// by issuer ("cIssuer ... zero, any issuer can be a match") and asks again. WinINet shows a dialog of the same.
Answer winhttp(const Question& question)
{
    if (auto open = open_question(question)) {
        return *open;
    }
    if (!is_fit(question)) {
        return not_known("whether the program minds usage and dates is its own matter");
    }
    const Answer offer = some(question.no_list() ? "the server names nobody, so that any issuer is a match"
                                                 : "an issuer of it is in the list");
    return store_not_listed(question, Compare::cryptoapi, how, offer).value_or(offer);
}

/// lib/vtls/schannel.c: --cert goes to Schannel; without it nothing is sent (SCH_CRED_NO_DEFAULT_CREDS).
Answer schannel_given_one(const Question& question)
{
    if (auto open = open_question(question)) {
        return *open;
    }
    const auto own = issuers_of(question.held.leaf, question.own_path);
    if (!question.no_list() && meet(question, Compare::cryptoapi, own).listed != Same::yes) {
        return not_known("whether Schannel looks at the list when it is handed a certificate is not documented");
    }
    return some("it is handed to Schannel, and nothing in the request speaks against it");
}

} // namespace mtls::clients::rules
