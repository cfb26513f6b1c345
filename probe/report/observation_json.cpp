#include "probe/report/observation_json.hpp"

#include <memory>

#include "probe/observation/per_request.hpp"
#include "probe/report/json_parts.hpp"
#include "probe/report/nameless_entries.hpp"

namespace mtls::report {

namespace {

void write_variant(JsonWriter& out, const observation::Variant& way)
{
    out.object("variant", [&] {
        out.member("address", way.address);
        out.member("port", way.port);
        write_printable(out, "sni", way.sni);
        out.array("tls_offered", way.tls_offered,
                  [&](wire::ProtocolVersion version) { out.value(wire::name(version)); });
    });
}

void write_negotiated(JsonWriter& out, const std::optional<observation::Negotiated>& maybe)
{
    out.null_or("negotiated", maybe, [&](const observation::Negotiated& agreed) {
        out.object([&] {
            out.member("version", wire::name(agreed.version));
            out.member("cipher", agreed.cipher);
            out.member("group", agreed.group);
            write_printable(out, "alpn", agreed.alpn);
        });
    });
}

void write_alert(JsonWriter& out, const std::optional<observation::AlertSeen>& maybe)
{
    out.null_or("alert", maybe, [&](const observation::AlertSeen& seen) {
        out.object([&] {
            out.member("direction", to_string(seen.direction));
            out.member("code", static_cast<int>(seen.code));
            out.member("name", wire::name(seen.code));
            out.member("phase", to_string(seen.phase));
        });
    });
}

void write_message(JsonWriter& out, const observation::Message& seen)
{
    out.object([&] {
        out.member("from", to_string(seen.from));
        out.member("name", wire::name(seen.type));
        out.member("bytes", seen.bytes);
        out.member("at_ms", rounded(seen.at_ms));
    });
}

void write_server_certificate(JsonWriter& out, const x509::Certificate& certificate)
{
    out.object([&] {
        out.member("subject", certificate.subject().text());
        out.member("issuer", certificate.issuer().text());
        out.member("sha256", certificate.sha256());
        write_time(out, "not_before", certificate.not_before());
        write_time(out, "not_after", certificate.not_after());
        out.array("names", certificate.names(), [&](const std::string& name) { out.value(name); }); // escaped already
    });
}

void write_authority(JsonWriter& out, const observation::Authority& entry)
{
    out.object([&] {
        out.member("name", entry.name.text());
        out.member("der", x509::hex(entry.name.der()));
        out.member("sha256", entry.name.sha256());
        write_printable(out, "error", entry.error);
    });
}

void write_authorities(JsonWriter& out, const observation::RequestSeen& seen)
{
    NamelessEntries nameless;
    if (seen.request.certificate_authorities) {
        out.array("certificate_authorities", seen.authorities, [&](const observation::Authority& entry) {
            if (nameless.tells(entry)) {
                write_authority(out, entry);
            }
        });
    } else {
        out.member("certificate_authorities", nullptr);
    }
    out.member("certificate_authorities_left_out", nameless.left_out());
}

void write_extension(JsonWriter& out, const wire::Extension& extension)
{
    out.object([&] {
        out.member("code", static_cast<int>(extension.type));
        out.member("name", wire::name(extension.type));
        out.member("bytes", extension.data.size());
    });
}

void write_parse_error(JsonWriter& out, const wire::ParseError& error)
{
    out.object([&] {
        out.member("reason", wire::to_string(error.reason));
        out.member("field", error.field);
        out.member("offset", error.offset);
    });
}

void write_certificate_request(JsonWriter& out, const observation::RequestSeen& seen)
{
    constexpr std::size_t handshake_header = 4;
    const wire::CertificateRequest& request = seen.request;
    out.object([&] {
        out.member("stage", to_string(seen.stage));
        out.member("complete", seen.complete);
        out.null_or("after", seen.after, [&](wire::HandshakeType type) { out.value(wire::name(type)); });
        out.member("bytes", seen.raw.size() + handshake_header);
        out.member("raw", x509::hex(seen.raw));
        write_codes(out, "certificate_types", request.certificate_types);
        write_codes(out, "signature_algorithms", request.signature_algorithms);
        write_codes(out, "signature_algorithms_cert", request.signature_algorithms_cert);
        out.array("extensions", request.extensions,
                  [&](const wire::Extension& extension) { write_extension(out, extension); });
        write_authorities(out, seen);
        out.member("certificate_authorities_bytes", request.certificate_authorities_bytes);
        out.null_or("error", request.error, [&](const wire::ParseError& error) { write_parse_error(out, error); });
    });
}

/// The same as text on one line, which is most of a target's line: made once by each thread of what is sent alike.
const std::string& request_line(const std::shared_ptr<const observation::RequestSeen>& seen)
{
    thread_local observation::PerRequest<std::string> known;
    return known.of(seen, [](const observation::RequestSeen& request) {
        JsonWriter line{JsonShape::one_line};
        write_certificate_request(line, request);
        return line.take();
    });
}

void write_http(JsonWriter& out, const std::optional<observation::HttpAnswer>& maybe)
{
    out.null_or("http", maybe, [&](const observation::HttpAnswer& answer) {
        out.object([&] {
            out.member("status", answer.status);
            write_printable(out, "reason", answer.reason);
            out.member("substatus", answer.substatus);
            out.member("about_certificate", answer.about_certificate);
            const std::string page = observation::to_string(answer.certificate_page);
            out.member("certificate_page", page.empty() ? std::nullopt : std::optional{page});
            write_printable(out, "server", answer.server);
            out.member("location", answer.location.empty() ? std::nullopt : std::optional{answer.location});
        });
    });
}

} // namespace

void write_observation(JsonWriter& out, const observation::Observation& seen)
{
    const auto write_request = [&](const std::shared_ptr<const observation::RequestSeen>& each) {
        if (out.shape() == JsonShape::one_line) {
            out.written_before(request_line(each));
        } else {
            write_certificate_request(out, *each);
        }
    };
    out.object([&] {
        out.member("id", seen.id);
        out.member("purpose", to_string(seen.purpose));
        write_variant(out, seen.variant);
        out.member("outcome", to_string(seen.outcome));
        write_negotiated(out, seen.negotiated);
        write_alert(out, seen.alert);
        out.array("messages", seen.messages, [&](const observation::Message& each) { write_message(out, each); });
        out.array("server_certificates", seen.server_certificates,
                  [&](const x509::Certificate& each) { write_server_certificate(out, each); });
        out.array("certificate_requests", seen.certificate_requests.shared(), write_request);
        out.member("list_only", seen.list_only);
        out.member("handshake_completed", seen.handshake_completed);
        write_http(out, seen.http);
        out.member("certificate_sent", seen.certificate_sent);
    });
}

} // namespace mtls::report
