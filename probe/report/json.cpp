#include <cmath>
#include <unordered_map>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "probe/report/json_text.hpp"
#include "probe/report/report.hpp"

namespace mtls::report {

namespace json = boost::json;
using x509::printable;

namespace {

/// Milliseconds with three decimals: more would be noise.
double rounded(double value)
{
    return std::round(value * 1000) / 1000;
}

/// `null`, or what `make` makes of the value.
template <class T, class Make> json::value null_or(const std::optional<T>& value, Make make)
{
    return value ? json::value(make(*value)) : json::value(nullptr);
}

template <class T> json::value null_or(const std::optional<T>& value)
{
    return null_or(value, [](const T& present) { return json::value(present); });
}

template <class Range, class Make> json::array array_of(const Range& range, Make make)
{
    json::array items;
    for (const auto& item : range) {
        items.push_back(make(item));
    }
    return items;
}

json::array texts(const std::vector<std::string>& range)
{
    return array_of(range, [](const std::string& text) { return json::value(printable(text)); });
}

json::value time(const std::optional<x509::Time>& value)
{
    return null_or(value, [](x509::Time when) { return json::value(x509::rfc3339(when)); });
}

template <class Code> json::value code(Code value)
{
    return json::object{{"code", static_cast<int>(value)}, {"name", wire::name(value)}};
}

template <class Code> json::value codes(const std::optional<std::vector<Code>>& values)
{
    return null_or(values, [](const std::vector<Code>& present) { return array_of(present, code<Code>); });
}

json::value target(const verdict::TargetFacts& facts)
{
    return json::object{{"input", printable(facts.input)},
                        {"host", printable(facts.host)},
                        {"port", facts.port},
                        {"starttls", null_or(facts.starttls, printable)},
                        {"path", null_or(facts.path, printable)}};
}

json::value variant(const observation::Variant& way)
{
    return json::object{{"address", way.address},
                        {"port", way.port},
                        {"sni", null_or(way.sni, printable)},
                        {"tls_offered", array_of(way.tls_offered, [](wire::ProtocolVersion version) {
                             return json::value(wire::name(version));
                         })}};
}

json::value negotiated(const observation::Negotiated& agreed)
{
    return json::object{{"version", wire::name(agreed.version)},
                        {"cipher", agreed.cipher},
                        {"group", null_or(agreed.group)},
                        {"alpn", null_or(agreed.alpn, printable)}};
}

json::value alert(const observation::AlertSeen& seen)
{
    return json::object{{"direction", to_string(seen.direction)},
                        {"code", static_cast<int>(seen.code)},
                        {"name", wire::name(seen.code)},
                        {"phase", to_string(seen.phase)}};
}

json::value message(const observation::Message& seen)
{
    return json::object{{"from", to_string(seen.from)},
                        {"name", wire::name(seen.type)},
                        {"bytes", seen.bytes},
                        {"at_ms", rounded(seen.at_ms)}};
}

json::value server_certificate(const x509::Certificate& certificate)
{
    return json::object{{"subject", certificate.subject().text()},
                        {"issuer", certificate.issuer().text()},
                        {"sha256", certificate.sha256()},
                        {"not_before", time(certificate.not_before())},
                        {"not_after", time(certificate.not_after())},
                        {"names", array_of(certificate.names(), [](const std::string& name) {
                             return json::value(name); // escaped already
                         })}};
}

json::value authority(const observation::Authority& entry)
{
    return json::object{{"name", entry.name.text()},
                        {"der", x509::hex(entry.name.der())},
                        {"sha256", entry.name.sha256()},
                        {"error", null_or(entry.error, printable)}};
}

json::value parse_error(const wire::ParseError& error)
{
    return json::object{{"reason", wire::to_string(error.reason)}, {"field", error.field}, {"offset", error.offset}};
}

json::value certificate_request(const observation::RequestSeen& seen)
{
    constexpr std::size_t handshake_header = 4;
    const wire::CertificateRequest& request = seen.request;
    json::value authorities = nullptr;
    if (request.certificate_authorities) {
        authorities = array_of(seen.authorities, authority);
    }
    return json::object{
        {"stage", to_string(seen.stage)},
        {"complete", seen.complete},
        {"after", null_or(seen.after, [](wire::HandshakeType type) { return json::value(wire::name(type)); })},
        {"bytes", seen.raw.size() + handshake_header},
        {"raw", x509::hex(seen.raw)},
        {"certificate_types", codes(request.certificate_types)},
        {"signature_algorithms", codes(request.signature_algorithms)},
        {"signature_algorithms_cert", codes(request.signature_algorithms_cert)},
        {"extensions", array_of(request.extensions,
                                [](const wire::Extension& extension) {
                                    return json::value{{"code", static_cast<int>(extension.type)},
                                                       {"name", wire::name(extension.type)},
                                                       {"bytes", extension.data.size()}};
                                })},
        {"certificate_authorities", authorities},
        {"certificate_authorities_bytes", request.certificate_authorities_bytes},
        {"error", null_or(request.error, parse_error)}};
}

/// The same as text on one line. Every target of a fleet has the same few requests, and this is most of its line: each
/// thread remembers those that it wrote last. A request is what its bytes say (observation::read_request).
json::value request_line(const observation::RequestSeen& seen)
{
    constexpr std::size_t most = 64; // requests of at most 64 KiB, whose text is ten times as long
    thread_local std::unordered_map<std::string, std::string> known;
    std::string key{static_cast<char>(seen.stage), static_cast<char>(seen.after.value_or(wire::HandshakeType{0xff})),
                    static_cast<char>(seen.request.version), static_cast<char>(seen.complete)};
    key.append(reinterpret_cast<const char*>(seen.raw.data()), seen.raw.size());
    if (const auto found = known.find(key); found != known.end()) {
        return written_before(found->second);
    }
    if (known.size() >= most) {
        known.clear();
    }
    const auto added = known.emplace(std::move(key), json_text(certificate_request(seen), JsonShape::one_line)).first;
    return written_before(added->second);
}

json::value http(const observation::HttpAnswer& answer)
{
    return json::object{{"status", answer.status},
                        {"reason", printable(answer.reason)},
                        {"substatus", null_or(answer.substatus)},
                        {"server", printable(answer.server)}};
}

json::value observed(const observation::Observation& seen, JsonShape shape)
{
    const auto request = [&](const observation::RequestSeen& each) {
        return shape == JsonShape::one_line ? request_line(each) : certificate_request(each);
    };
    return json::object{{"id", seen.id},
                        {"purpose", to_string(seen.purpose)},
                        {"variant", variant(seen.variant)},
                        {"outcome", to_string(seen.outcome)},
                        {"negotiated", null_or(seen.negotiated, negotiated)},
                        {"alert", null_or(seen.alert, alert)},
                        {"messages", array_of(seen.messages, message)},
                        {"server_certificates", array_of(seen.server_certificates, server_certificate)},
                        {"certificate_requests", array_of(seen.certificate_requests, request)},
                        {"list_only", seen.list_only},
                        {"handshake_completed", seen.handshake_completed},
                        {"http", null_or(seen.http, http)},
                        {"certificate_sent", seen.certificate_sent}};
}

/// The id of the observation at this place in the facts.
int id_of(const verdict::Facts& facts, std::size_t observation)
{
    return facts.observations.at(observation).id;
}

json::value reading(const verdict::Facts& facts)
{
    const verdict::RequestReading& request = facts.request;
    return json::object{{"status", to_string(request.status)},
                        {"observation", null_or(request.observation,
                                                [&](std::size_t index) { return json::value(id_of(facts, index)); })},
                        {"index", null_or(request.index)},
                        {"required", to_string(request.required)}};
}

json::value encoding(x509::NameMatch match)
{
    return match == x509::NameMatch::identical ? "identical" : "equivalent";
}

json::value compared(const issuers::Compared& entry)
{
    return json::object{
        {"name", entry.name.text()}, {"sha256", entry.name.sha256()}, {"encoding", null_or(entry.encoding, encoding)}};
}

json::value expected(const verdict::Facts& facts)
{
    if (!facts.expectation || !facts.comparison) {
        return nullptr;
    }
    const issuers::Comparison& comparison = *facts.comparison;
    return json::object{
        {"sources", texts(facts.expectation->sources)},
        {"mode", to_string(facts.expectation->mode)},
        {"result", to_string(comparison.result)},
        {"matched", array_of(comparison.matched, compared)},
        {"missing", array_of(comparison.missing, compared)},
        {"unexpected", array_of(comparison.unexpected, compared)},
        {"duplicates", array_of(comparison.duplicates, [](const issuers::Duplicate& entry) {
             return json::value{{"name", entry.name.text()}, {"sha256", entry.name.sha256()}, {"count", entry.count}};
         })}};
}

json::array names(const std::vector<x509::Name>& all)
{
    return array_of(all, [](const x509::Name& name) {
        return json::object{{"name", name.text()}, {"sha256", name.sha256()}};
    });
}

json::value change(const verdict::Facts& facts, const verdict::VariantChange& seen)
{
    return json::object{
        {"observation", id_of(facts, seen.observation)},
        {"baseline_observation", facts.baseline->observations.at(seen.earlier).id},
        {"status", to_string(seen.status_then)},
        {"added", names(seen.added)},
        {"removed", names(seen.removed)},
        {"recoded", names(seen.recoded)},
        {"reordered", seen.reordered},
        {"stage", null_or(seen.stage_then, [](observation::Stage stage) { return json::value(to_string(stage)); })},
        {"certificate_types", codes(seen.types_then)}};
}

json::value baseline(const verdict::Facts& facts)
{
    return null_or(facts.baseline, [&](const verdict::Baseline& earlier) {
        const auto one = [&](const verdict::VariantChange& seen) { return change(facts, seen); };
        return json::object{{"source", printable(earlier.source)},
                            {"started", earlier.started},
                            {"changes", array_of(facts.changes, one)}};
    });
}

json::value issuer_match(const issuers::IssuerMatch& match)
{
    return json::object{{"advertised", null_or(match.advertised)},
                        {"depth", null_or(match.depth)},
                        {"name", null_or(match.name, [](const x509::Name& name) { return json::value(name.text()); })},
                        {"encoding", null_or(match.encoding, encoding)}};
}

json::value prediction(const clients::Prediction& each)
{
    return json::object{{"client", each.client->name},
                        {"sends", to_string(each.answer.sends)},
                        {"reason", each.answer.reason},
                        {"as_given", to_string(each.answer.given)},
                        {"on_the_wire", to_string(each.answer.wire)},
                        {"certificates", null_or(each.answer.certificates)},
                        {"basis", to_string(each.client->basis)}};
}

json::value candidate(const verdict::Facts& facts, const verdict::CandidateFacts& each)
{
    const auto attempt = [&](const verdict::Attempt& made) {
        return json::object{
            {"observation", id_of(facts, made.observation)},
            {"result", to_string(made.result)},
            {"by", null_or(made.by, [](verdict::RejectedBy by) { return json::value(to_string(by)); })}};
    };
    return json::object{
        {"label", printable(each.label)},
        {"subject", each.leaf.subject().text()},
        {"issuer", each.leaf.issuer().text()},
        {"sha256", each.leaf.sha256()},
        {"not_before", time(each.leaf.not_before())},
        {"not_after", time(each.leaf.not_after())},
        {"key", each.leaf.key_text()},
        {"extended_key_usage", null_or(each.leaf.extended_key_usage(), texts)},
        {"chain",
         array_of(each.chain,
                  [](const x509::Certificate& certificate) {
                      return json::value{{"subject", certificate.subject().text()}, {"sha256", certificate.sha256()}};
                  })},
        {"issuer_match", issuer_match(each.issuer_match)},
        {"predicted", array_of(each.predicted, prediction)},
        {"attempt", null_or(each.attempt, attempt)}};
}

json::value without_certificate(const verdict::Facts& facts)
{
    return null_or(facts.without_certificate, [&](const verdict::Attempt& attempt) {
        return json::object{{"observation", id_of(facts, attempt.observation)}, {"result", to_string(attempt.result)}};
    });
}

/// What a rule writes is safe already: the names in it are escaped, and escaping twice would change them.
json::array written(const std::vector<std::string>& lines)
{
    return array_of(lines, [](const std::string& line) { return json::value(line); });
}

json::value finding(const verdict::Finding& found)
{
    return json::object{{"id", found.id},
                        {"severity", to_string(found.severity)},
                        {"summary", found.summary},
                        {"evidence", written(found.evidence)},
                        {"remedies", array_of(found.remedies,
                                              [](const verdict::Remedy& remedy) {
                                                  return json::value{{"applies_to", remedy.applies_to},
                                                                     {"text", remedy.text},
                                                                     {"commands", written(remedy.commands)}};
                                              })},
                        {"references", written(found.references)}};
}

json::value server_trust(const verdict::Facts& facts, const ServerTrust& trust)
{
    const bool trusted = trust.verdict.trusted;
    return json::object{{"observation", id_of(facts, trust.observation)},
                        {"host", printable(trust.host)},
                        {"trusted", trusted},
                        {"code", trusted ? json::value(nullptr) : json::value(trust.verdict.code)},
                        {"problem", trusted ? json::value(nullptr) : json::value(trust.verdict.problem)},
                        {"name_matches", trust.verdict.name_matches}};
}

json::value to_json(const Report& report, JsonShape shape)
{
    const verdict::Facts& facts = report.facts;
    const auto one = [&](const verdict::CandidateFacts& each) { return candidate(facts, each); };
    const auto observation = [&](const observation::Observation& seen) { return observed(seen, shape); };
    const auto all_trust = [&](const std::vector<ServerTrust>& all) {
        return json::value(array_of(all, [&](const ServerTrust& trust) { return server_trust(facts, trust); }));
    };
    return json::object{{"schema", "mtls-probe/report/1"},
                        {"tool", {{"version", report.tool_version}, {"tls_library", report.tls_library}}},
                        {"started", report.started},
                        {"duration_ms", rounded(report.duration_ms)},
                        {"target", target(facts.target)},
                        {"verdict", to_string(report.judgement.verdict)},
                        {"summary", report.judgement.summary},
                        {"observations", array_of(facts.observations, observation)},
                        {"request", reading(facts)},
                        {"expected", expected(facts)},
                        {"baseline", baseline(facts)},
                        {"candidates", array_of(facts.candidates, one)},
                        {"without_certificate", without_certificate(facts)},
                        {"server_trust", null_or(report.server_trust, all_trust)},
                        {"findings", array_of(report.judgement.findings, finding)}};
}

} // namespace

std::string render_json(const Report& report)
{
    return json_text(to_json(report, JsonShape::indented), JsonShape::indented) + "\n";
}

std::string render_json(const std::vector<Report>& reports)
{
    const auto indented = [](const Report& report) { return to_json(report, JsonShape::indented); };
    return json_text(array_of(reports, indented), JsonShape::indented) + "\n";
}

std::string render_jsonl(const Report& report)
{
    return json_text(to_json(report, JsonShape::one_line), JsonShape::one_line);
}

} // namespace mtls::report
