#include "probe/clients/fitness.hpp"
#include "probe/clients/names.hpp"
#include "probe/clients/rules.hpp"

/// .NET. dotnet/runtime was read (SslStream.Protocol.cs, CertificateHelper.cs, HttpClientHandler.cs); nothing was run.
namespace mtls::clients::rules {

namespace {

constexpr Repertoire repertoire{.sha1 = false, .sha224 = false, .ed25519 = false, .ed448 = false, .pss_keys = false};

/// .NET chooses, and Schannel, OpenSSL or Apple's library then signs: what that one does is known only when all is
/// well.
std::optional<Answer> up_to_the_platform(const Question& question)
{
    if (oddity_of(question.asked) != Oddity::none) {
        return not_known("what the platform's TLS does with this odd request was not looked at");
    }
    if (!has_everyday_key(question.held.leaf) || is_signed_weakly(question.held.leaf) || !type_is_asked_for(question) ||
        can_answer(question, repertoire) != true) {
        return not_known("whether it is sent is up to the platform's TLS, since the request does not suit the key");
    }
    return std::nullopt;
}

Answer some(const char* reason)
{
    Answer answer = offers(0, reason);
    answer.certificates = std::nullopt;
    return answer;
}

} // namespace

/// CertificateHelper.GetEligibleClientCertificate: usage, not dates; the list is dropped by the handler's callback.
Answer dotnet_httpclient(const Question& question)
{
    if (!has_client_usage(question.held.leaf)) {
        return withholds("its extended key usage has no clientAuth");
    }
    if (!question.held.leaf.allows_digital_signature()) {
        return withholds("its key usage has no digitalSignature");
    }
    if (auto open = up_to_the_platform(question)) {
        return *open;
    }
    return some("HttpClient takes the first with the right usage and does not look at the list");
}

/// SslStream.Protocol.cs, SelectClientCertificate: X509Chain.Build, and the issuer of each element as a string. A
/// second connection of the process may reuse the credential of the first certificate without looking at the list.
Answer dotnet_sslstream_windows(const Question& question)
{
    if (auto open = up_to_the_platform(question)) {
        return *open;
    }
    const Answer offer = some(question.no_list() ? "the server names nobody, so the first one will do"
                                                 : "an issuer of it is in the list");
    return store_not_listed(question, Compare::text, ".NET compares strings, in which case and blanks count", offer)
        .value_or(offer);
}

/// SslStreamPal.Unix.cs: there is no credentials handle, so the list is never come to, and OpenSSL gets the first one.
Answer dotnet_sslstream_linux(const Question& question)
{
    Answer answer = openssl(question);
    answer.certificates = std::nullopt;
    return answer;
}

} // namespace mtls::clients::rules
