#include <iostream>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "certs/x509/config_error.hpp"
#include "certs/x509/file_bytes.hpp"
#include "probe/cli/command_line.hpp"
#include "probe/cli/commands.hpp"
#include "probe/cli/output.hpp"
#include "probe/explain/decode.hpp"
#include "probe/report/json_text.hpp"
#include "probe/report/layout.hpp"
#include "probe/report/list_section.hpp"
#include "probe/verdict/phrases.hpp"

namespace mtls::cli {

namespace {

namespace json = boost::json;
using explain::DecodedRequest;
using Layout = DecodedRequest::Layout;

const std::map<std::string, wire::ProtocolVersion> versions{{"1.0", wire::ProtocolVersion::tls10},
                                                            {"1.1", wire::ProtocolVersion::tls11},
                                                            {"1.2", wire::ProtocolVersion::tls12},
                                                            {"1.3", wire::ProtocolVersion::tls13}};

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

bool is_faulty(const DecodedRequest& decoded)
{
    return decoded.seen.request.error || facts_of(decoded).request.status == verdict::RequestStatus::malformed;
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

std::string as_text(const explain::Decoding& decoding, const report::TextStyle& style)
{
    report::Page out{style};
    for (const DecodedRequest& decoded : decoding.requests) {
        const wire::CertificateRequest& request = decoded.seen.request;
        if (&decoded != &decoding.requests.front()) {
            out.blank();
        }
        out.put("",
                fmt::format("CertificateRequest of TLS {}, {}", version_of(decoded),
                            verdict::counted(decoded.seen.raw.size() + 4, "byte")),
                report::Tone::plain, report::Tone::strong);
        out.put("  layout      ", layout_in_words(decoded));
        out.put("  found in    ", decoded.found_in + ", " + decoding.form);
        if (request.error) {
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
    return out.take();
}

/// The object that a report has for a request, taken from a report so that the two cannot differ.
json::value as_in_a_report(const DecodedRequest& decoded)
{
    report::Report whole;
    whole.facts = facts_of(decoded);
    const json::value parsed = json::parse(report::render_jsonl(whole));
    return parsed.at("observations").at(0).at("certificate_requests").at(0);
}

json::value as_json(const explain::Decoding& decoding)
{
    json::array requests;
    for (const DecodedRequest& decoded : decoding.requests) {
        json::array also;
        for (const wire::ProtocolVersion version : decoded.also) {
            also.emplace_back(wire::name(version));
        }
        requests.push_back({{"version", wire::name(decoded.seen.request.version)},
                            {"layout", to_string(decoded.layout)},
                            {"also_fits", also},
                            {"found_in", decoded.found_in},
                            {"request", as_in_a_report(decoded)}});
    }
    return {{"schema", "mtls-probe/decode/1"}, {"form", decoding.form}, {"requests", requests}};
}

} // namespace

int run_decode(int argc, const char* const* argv)
{
    CLI::App app{
        "Reads a CertificateRequest out of a file and prints it as a report does. The file holds hex (with any\n"
        "separators, a dump of Wireshark, xxd or openssl s_client -msg), base64 or binary, of the message's\n"
        "body, the handshake message or TLS records. Captures (pcap) are not read.\n"
        "Exit code: 0 well-formed, 2 malformed, 3 nothing found.",
        "mtls-probe decode"};
    std::string path;
    std::string version;
    Options output;
    app.add_option("FILE", path, "- is stdin")->required()->option_text(" ");
    choice(app.add_option("--tls", version, "read it as this version's (default: the one that fits)"), versions);
    const OutputWords words{app};
    app.add_flag("-v,--verbose", output.verbose, "every name of a long list");
    app.formatter(std::make_shared<CompactHelp>());
    if (const auto done = parse_words(app, argc, argv)) {
        return *done;
    }
    words.take(output);

    const auto file = x509::read_file(path == "-" ? "/dev/stdin" : path);
    if (file.problem) {
        throw x509::ConfigError{x509::read_error(path, *file.problem)};
    }
    const auto decoding =
        explain::decode(file.bytes, version.empty() ? std::nullopt : std::optional{versions.at(version)});
    if (decoding.requests.empty()) {
        throw x509::ConfigError{"decode " + x509::printable(path) + ": " + decoding.problem};
    }
    write_report(output, output.format == Format::json
                             ? report::json_text(as_json(decoding), report::JsonShape::indented) + "\n"
                             : as_text(decoding, text_style(output)));
    return std::any_of(decoding.requests.begin(), decoding.requests.end(), is_faulty) ? 2 : 0;
}

} // namespace mtls::cli
