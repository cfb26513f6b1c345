#include <algorithm>

#include <fmt/format.h>

#include "probe/clients/signing.hpp"
#include "probe/verdict/phrases.hpp"
#include "probe/verdict/rules/about.hpp"
#include "probe/verdict/rules/remedies.hpp"
#include "probe/verdict/rules/rule.hpp"

namespace mtls::verdict::rules {

using wire::ClientCertificateType;

std::optional<Finding> certificate_type_not_offered(const Facts& facts)
{
    const observation::RequestSeen* request = request_of(facts);
    if (request == nullptr || !request->request.certificate_types || request->request.certificate_types->empty()) {
        return std::nullopt; // TLS 1.3 has no types; none at all is malformed-certificate-request
    }
    const auto& offered = *request->request.certificate_types;
    const auto found = candidates_where(facts, [&](const CandidateFacts& each) {
        const auto type = clients::certificate_type_of(each.leaf.key_type());
        return type && std::find(offered.begin(), offered.end(), *type) == offered.end();
    });
    if (found.empty()) {
        return std::nullopt;
    }
    Finding finding{.id = "certificate-type-not-offered", .severity = Severity::info};
    finding.candidates = places(facts, found);
    for (const CandidateFacts* each : found) {
        finding.severity = std::max(finding.severity, unless_wished(facts, *each, Severity::warning));
        finding.evidence.push_back(fmt::format("{}: its key is {}, which needs {}", label(*each), each->leaf.key_text(),
                                               wire::name(*clients::certificate_type_of(each->leaf.key_type()))));
    }
    std::string list;
    for (const ClientCertificateType type : offered) {
        list += (list.empty() ? "" : ", ") + wire::name(type);
    }
    finding.evidence.push_back(fmt::format("{}: the server asks for {}", normal_connection(facts), clipped(list, 300)));
    finding.summary = fmt::format("The server does not ask for certificates with this kind of key: {}", labels(found));
    finding.remedies = offer_every_key(offered);
    finding.references = {"RFC 5246 §7.4.4", "RFC 8422 §5.5"};
    return finding;
}

} // namespace mtls::verdict::rules
