#include "probe/cli/decode_output.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "probe/report/layout.hpp"
#include "probe/report/list_section.hpp"
#include "probe/verdict/phrases.hpp"

namespace mtls::cli {

namespace {

namespace json = boost::json;
using explain::CapturedConnection;
using explain::DecodedRequest;
using Layout = DecodedRequest::Layout;
using Reading = CapturedConnection::Reading;

/// The facts of a report that knows nothing but this request.
verdict::Facts facts_of(const DecodedRequest& decoded)
{
    const bool bad_entry = std::any_of(decoded.seen.authorities.begin(), decoded.seen.authorities.end(),
                                       [](const observation::Authority& one) { return !one.is_name; });
    verdict::Facts facts;
    facts.observations.emplace_back();
    facts.observations.back().certificate_requests.push_back(decoded.seen);
    facts.request.observation = 0;
    facts.request.index = 0;
    facts.request.status = decoded.seen.request.framing_broken || bad_entry ? verdict::RequestStatus::malformed
                           : decoded.seen.authorities.empty()               ? verdict::RequestStatus::empty
                                                                            : verdict::RequestStatus::list;
    return facts;
}

std::string layout_in_words(const DecodedRequest& decoded)
{
    std::string others;
    for (const wire::ProtocolVersion version : decoded.also) {
        others += (others.empty() ? "" : ", ") + wire::name(version);
    }
    switch (decoded.layout) {
    case Layout::forced:
        return "as asked for";
    case Layout::from_server_hello:
        return "as the ServerHello before it says";
    case Layout::only_one:
        return "the only layout that fits";
    case Layout::several:
        return "a guess: " + others + " fits as well; choose with --tls";
    case Layout::none:
        return "no layout fits; this one gets furthest";
    }
    return "";
}

const char* to_string(Layout layout)
{
    switch (layout) {
    case Layout::forced:
        return "forced";
    case Layout::from_server_hello:
        return "server_hello";
    case Layout::only_one:
        return "only_one";
    case Layout::several:
        return "several";
    case Layout::none:
        return "none";
    }
    return "";
}

template <class Code>
void put_codes(report::Page& out, std::string_view lead, const std::optional<std::vector<Code>>& codes)
{
    if (!codes) {
        return;
    }
    std::string all;
    for (const Code code : *codes) {
        all += (all.empty() ? "" : ", ") + wire::name(code);
    }
    out.put(lead, all.empty() ? "none" : all);
}

/// TLS 1.1 has the layout of 1.0.
std::string version_of(const DecodedRequest& decoded)
{
    const bool old = decoded.seen.request.version == wire::ProtocolVersion::tls10 && decoded.layout != Layout::forced;
    return old ? "1.0 or 1.1" : wire::name(decoded.seen.request.version);
}

/// What a bystander can say of the request in one connection.
std::string reading_in_words(const CapturedConnection& connection)
{
    switch (connection.reading) {
    case Reading::request:
        return "asks for a certificate";
    case Reading::no_request:
        return connection.decrypted ? "asks for no certificate"
                                    : "asks for no certificate in the handshake (later it would be encrypted)";
    case Reading::resumed:
        return "resumes a session, in which nothing is asked";
    case Reading::encrypted:
        return "TLS 1.3 encrypts whether it asks (--keylog opens it, or probe the server itself)";
    case Reading::refused:
        return "ends in alert " + (connection.alert ? wire::name(*connection.alert) : std::string{"(cut)"});
    case Reading::incomplete:
        return "the capture lacks the end of what the server says first";
    }
    return "";
}

void put_connections(report::Page& out, const explain::Decoding& decoding)
{
    const capture::Summary& capture = *decoding.capture;
    out.put("",
            fmt::format("Capture of {}, {} of TCP, {}", verdict::counted(capture.packets, "packet"),
                        capture.tcp_packets, verdict::counted(decoding.connections.size(), "TLS connection")),
            report::Tone::plain, report::Tone::strong);
    for (const CapturedConnection& connection : decoding.connections) {
        const std::string sni = connection.sni ? "SNI " + x509::printable(*connection.sni) : "no SNI seen";
        const std::string version = connection.version ? ", TLS " + wire::name(*connection.version) : "";
        out.put(fmt::format("{:>4}  ", connection.number),
                fmt::format("{} to {}, {}{}: {}", to_string(connection.client), to_string(connection.server), sni,
                            version, reading_in_words(connection)));
        if (connection.lost > 0) {
            out.put("      ", fmt::format("{} of the server were not captured; what follows is not read",
                                          verdict::counted(connection.lost, "byte")));
        }
    }
    if (decoding.left_out > 0) {
        out.put("      ", fmt::format("and {} more, which are left out", decoding.left_out));
    }
    if (capture.fragments > 0) {
        out.put("  note  ", fmt::format("{} passed over", verdict::counted(capture.fragments, "IP fragment")));
    }
    if (!capture.broken_off.empty()) {
        out.put("  note  ",
                fmt::format("broken off after packet {}: {}", capture.packets, x509::printable(capture.broken_off)),
                report::Tone::warn);
    }
}

/// Connections that got the same request share its lines.
struct SharedRequest {
    const DecodedRequest* request = nullptr;
    std::vector<std::string> connections;
};

std::vector<SharedRequest> shared(const std::vector<DecodedRequest>& requests)
{
    std::vector<SharedRequest> groups;
    std::map<std::pair<wire::ProtocolVersion, std::vector<std::uint8_t>>, std::size_t> known;
    for (const DecodedRequest& one : requests) {
        const auto key = std::pair{one.seen.request.version, one.seen.raw};
        const bool fresh = !one.connection || !known.contains(key);
        if (fresh) {
            known[key] = groups.size();
            groups.push_back({&one, {}});
        }
        if (one.connection) {
            groups[known.at(key)].connections.push_back(std::to_string(*one.connection));
        }
    }
    return groups;
}

void put_request(report::Page& out, const SharedRequest& group, const std::string& form, const report::TextStyle& style)
{
    const DecodedRequest& decoded = *group.request;
    const wire::CertificateRequest& request = decoded.seen.request;
    out.put("",
            fmt::format("CertificateRequest of TLS {}, {}", version_of(decoded),
                        verdict::counted(decoded.seen.raw.size() + 4, "byte")),
            report::Tone::plain, report::Tone::strong);
    if (group.connections.empty()) {
        out.put("  layout      ", layout_in_words(decoded));
        out.put("  found in    ", decoded.found_in + ", " + form);
        if (decoded.left_over > 0) {
            out.put("  left over   ",
                    fmt::format("{} behind it, which {} no whole handshake message",
                                verdict::counted(decoded.left_over, "byte"), decoded.left_over == 1 ? "is" : "are"),
                    report::Tone::plain, report::Tone::warn);
        }
    } else {
        const bool several = group.connections.size() > 1;
        out.put(several ? "  connections " : "  connection  ", verdict::enumerated(group.connections));
    }
    if (is_cut(decoded)) {
        out.put("  cut         ", "the capture lacks the rest of it", report::Tone::warn);
    } else if (request.error) {
        out.put("  malformed   ",
                fmt::format("{} in {} at byte {}", wire::to_string(request.error->reason), request.error->field,
                            request.error->offset),
                report::Tone::bad);
    }
    if (!request.certificate_request_context.empty()) {
        out.put("  context     ", x509::hex(request.certificate_request_context));
    }
    put_codes(out, "  key types   ", request.certificate_types);
    put_codes(out, "  algorithms  ", request.signature_algorithms);
    put_codes(out, "  in certs    ", request.signature_algorithms_cert);
    if (!request.certificate_authorities) {
        out.put("  issuers     ", "no certificate_authorities");
    } else if (decoded.seen.authorities.empty()) {
        out.put("  issuers     ", "an empty list");
    }
    report::put_list(out, facts_of(decoded), style);
}

/// Where a layout stops making sense of the bytes.
std::string stop_in_words(const observation::RequestSeen& seen)
{
    return seen.request.error ? fmt::format("{} in {} at byte {}", wire::to_string(seen.request.error->reason),
                                            seen.request.error->field, seen.request.error->offset)
                              : "an authority is no distinguished name";
}

void put_unread(report::Page& out, const explain::Decoding& decoding)
{
    out.put("", unread_in_words(decoding), report::Tone::plain, report::Tone::strong);
    for (const observation::RequestSeen& seen : decoding.unread->tried) {
        out.put(fmt::format("  as TLS {:<5}", wire::name(seen.request.version)), stop_in_words(seen));
    }
    out.put("  to give     ",
            "the message's body, the handshake message or its TLS records, as hex, base64 or binary; a "
            "capture (pcap, pcapng); what `openssl s_client -msg` prints. Or probe the server itself.");
}

json::value unread_json(const explain::Decoding& decoding)
{
    if (!decoding.unread) {
        return nullptr;
    }
    json::array tried;
    for (const observation::RequestSeen& seen : decoding.unread->tried) {
        tried.push_back({{"version", wire::name(seen.request.version)}, {"stops_at", stop_in_words(seen)}});
    }
    const std::string& kind = decoding.unread->looks_like;
    return {{"bytes", decoding.unread->bytes},
            {"looks_like", kind.empty() ? json::value(nullptr) : json::value(kind)},
            {"tried", std::move(tried)}};
}

json::value end_json(const capture::Endpoint& end)
{
    return {{"address", capture::address_of(end)}, {"port", end.port}};
}

json::value or_null(const std::string& text)
{
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value connection_json(const CapturedConnection& connection)
{
    return {{"number", connection.number},
            {"client", end_json(connection.client)},
            {"server", end_json(connection.server)},
            {"sni", connection.sni ? json::value(x509::printable(*connection.sni)) : json::value(nullptr)},
            {"version", or_null(connection.version ? wire::name(*connection.version) : "")},
            {"reading", to_string(connection.reading)},
            {"alert", or_null(connection.alert ? wire::name(*connection.alert) : "")},
            {"decrypted", connection.decrypted},
            {"lost_bytes", connection.lost}};
}

json::value capture_json(const explain::Decoding& decoding)
{
    if (!decoding.capture) {
        return nullptr;
    }
    json::array connections;
    for (const CapturedConnection& connection : decoding.connections) {
        connections.push_back(connection_json(connection));
    }
    const capture::Summary& capture = *decoding.capture;
    return {{"link", capture.link},
            {"packets", capture.packets},
            {"tcp_packets", capture.tcp_packets},
            {"fragments", capture.fragments},
            {"broken_off", or_null(x509::printable(capture.broken_off))},
            {"connections", std::move(connections)},
            {"connections_left_out", decoding.left_out}};
}

/// The object that a report has for a request, taken from a report so that the two cannot differ.
json::value as_in_a_report(const DecodedRequest& decoded)
{
    report::Report whole;
    whole.facts = facts_of(decoded);
    const json::value parsed = json::parse(report::render_jsonl(whole));
    return parsed.at("observations").at(0).at("certificate_requests").at(0);
}

} // namespace

bool is_cut(const DecodedRequest& decoded)
{
    return decoded.connection && !decoded.seen.complete;
}

bool is_faulty(const DecodedRequest& decoded)
{
    return !is_cut(decoded) &&
           (decoded.seen.request.error || facts_of(decoded).request.status == verdict::RequestStatus::malformed);
}

std::string unread_in_words(const explain::Decoding& decoding)
{
    const explain::Unread& unread = *decoding.unread;
    const std::string layouts =
        unread.tried.size() == 1 ? "as TLS " + wire::name(unread.tried.front().request.version) : "in any layout";
    const std::string kind = unread.looks_like.empty() ? "" : "; it looks like " + unread.looks_like;
    return fmt::format("No CertificateRequest: {} of {} cannot be read as one {}{}",
                       verdict::counted(unread.bytes, "byte"), decoding.form, layouts, kind);
}

std::string decoding_text(const explain::Decoding& decoding, const report::TextStyle& style)
{
    report::Page out{style};
    if (decoding.capture) {
        put_connections(out, decoding);
    }
    if (decoding.unread) {
        put_unread(out, decoding);
    }
    bool first = !decoding.capture && !decoding.unread;
    for (const SharedRequest& group : shared(decoding.requests)) {
        if (!first) {
            out.blank();
        }
        first = false;
        put_request(out, group, decoding.form, style);
    }
    return out.take();
}

json::value decoding_json(const explain::Decoding& decoding)
{
    json::array requests;
    for (const DecodedRequest& decoded : decoding.requests) {
        json::array also;
        for (const wire::ProtocolVersion version : decoded.also) {
            also.emplace_back(wire::name(version));
        }
        requests.push_back(
            {{"version", wire::name(decoded.seen.request.version)},
             {"layout", to_string(decoded.layout)},
             {"also_fits", also},
             {"found_in", decoded.found_in},
             {"left_over", decoded.left_over},
             {"connection", decoded.connection ? json::value(*decoded.connection) : json::value(nullptr)},
             {"request", as_in_a_report(decoded)}});
    }
    return {{"schema", "mtls-probe/decode/1"},
            {"form", decoding.form},
            {"capture", capture_json(decoding)},
            {"unread", unread_json(decoding)},
            {"requests", requests}};
}

} // namespace mtls::cli
