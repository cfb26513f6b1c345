#include <chrono>
#include <string>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "certs/x509/config_error.hpp"
#include "probe/cli/candidate_words.hpp"
#include "probe/cli/command_line.hpp"
#include "probe/cli/commands.hpp"
#include "probe/cli/decode_file.hpp"
#include "probe/cli/files.hpp"
#include "probe/cli/output.hpp"
#include "probe/cli/request_file.hpp"
#include "probe/report/clients_section.hpp"
#include "probe/report/json_text.hpp"
#include "probe/report/layout.hpp"
#include "probe/report/list_section.hpp"
#include "probe/verdict/judge.hpp"
#include "probe/verdict/phrases.hpp"

namespace mtls::cli {

namespace {

namespace json = boost::json;

const std::map<std::string, wire::ProtocolVersion> versions{{"1.0", wire::ProtocolVersion::tls10},
                                                            {"1.1", wire::ProtocolVersion::tls11},
                                                            {"1.2", wire::ProtocolVersion::tls12},
                                                            {"1.3", wire::ProtocolVersion::tls13}};

/// A run whose only connection is the request in the file.
verdict::Facts facts_of(observation::Observation seen, const Options& options)
{
    fleet::Inputs files = fleet::read_inputs(options);
    verdict::Inputs inputs;
    inputs.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    inputs.observations.push_back(std::move(seen));
    inputs.candidates = std::move(files.candidates);
    inputs.issuer_certificates = std::move(files.issuer_certificates);
    inputs.clients = options.clients;
    verdict::Facts facts = verdict::establish(std::move(inputs));
    // One that was cut short is no request that a normal client got, but it is the one that was asked for.
    return request_of(facts) == nullptr ? verdict::as_if_asked(std::move(facts), {0, 0}) : facts;
}

/// Request and candidates as a report has them, taken from one so that the two cannot differ.
json::value as_json(const verdict::Facts& facts, const RequestFile& file)
{
    report::Report whole;
    whole.facts = facts;
    const json::value parsed = json::parse(report::render_jsonl(whole));
    return {{"schema", "mtls-probe/match/1"},
            {"tls_version", wire::name(request_of(facts)->request.version)},
            {"observation", file.source ? json::value(file.seen.id) : json::value(nullptr)},
            {"status", parsed.at("request").at("status")},
            {"request", parsed.at("observations").at(0).at("certificate_requests").at(0)},
            {"candidates", parsed.at("candidates")}};
}

std::string as_text(const verdict::Facts& facts, const RequestFile& file, const report::TextStyle& style)
{
    report::Page page{style};
    const observation::RequestSeen& seen = *request_of(facts);
    page.put("",
             fmt::format("CertificateRequest of TLS {}, {}", wire::name(seen.request.version),
                         verdict::counted(seen.raw.size() + 4, "byte")),
             report::Tone::plain, report::Tone::strong);
    if (file.source) {
        page.put("  seen in     ", *file.source);
    }
    if (seen.request.error) {
        page.put("  malformed   ",
                 fmt::format("{} in {} at byte {}", wire::to_string(seen.request.error->reason),
                             seen.request.error->field, seen.request.error->offset),
                 report::Tone::bad);
    }
    if (facts.request.status == verdict::RequestStatus::empty) {
        page.put("  issuers     ", "none are named: any CA, as far as the request says");
    }
    report::put_list(page, facts, style);
    page.heading("Your certificates");
    for (const verdict::CandidateFacts& candidate : facts.candidates) {
        page.put("  ", x509::printable(candidate.name), report::Tone::plain, report::Tone::strong);
        page.put("            issuer   ", verdict::in_words(candidate.leaf.issuer()));
        page.put("            clients  ", report::clients_in_short(facts, candidate));
    }
    report::put_clients(page, facts, report::Matrix::always, style);
    return page.take();
}

} // namespace

int run_match(int argc, const char* const* argv)
{
    CLI::App app{
        "Which client programs would send a certificate in answer to a request, and why: by the rules of each,\n"
        "without asking the server again. Each candidate is judged as if it were the only one.\n"
        "Exit code: 0, or 3 if there is nothing to say.",
        "mtls-probe match"};
    std::string path;
    std::string version;
    std::string keylog;
    Options options;
    app.add_option("--request", path, "a JSON report of mtls-probe, or what mtls-probe decode reads; - is stdin")
        ->required()
        ->option_text("FILE");
    choice(app.add_option("--tls", version, "read it as this version's (default: the one that fits); not for reports"),
           versions);
    app.add_option("--keylog", keylog, "secrets to decrypt TLS 1.3 with, if the request is in a capture")
        ->option_text("FILE");
    const CandidateWords candidates{app};
    const OutputWords words{app};
    app.add_flag("-v,--verbose", options.verbose, "the reason for each, every name of a long list");
    app.formatter(std::make_shared<CompactHelp>());
    if (const auto done = parse_words(app, argc, argv)) {
        return *done;
    }
    words.take(options);
    candidates.take(options);
    if (options.candidates.empty()) {
        throw x509::ConfigError{"match: which certificate? Name it with --cert"};
    }

    auto files = files_of(options);
    files.push_back({"--request", path == "-" ? x509::standard_input : path, x509::FileUse::read});
    if (!keylog.empty()) {
        files.push_back({"--keylog", keylog, x509::FileUse::read});
    }
    x509::refuse_shared_files(files);
    const RequestFile file =
        read_request_file(path, version.empty() ? std::nullopt : std::optional{versions.at(version)},
                          keylog.empty() ? explain::SessionSecrets{} : read_secrets(keylog));
    const verdict::Facts facts = facts_of(file.seen, options);
    write_report(options, options.format == Format::json
                              ? report::json_text(as_json(facts, file), report::JsonShape::indented) + "\n"
                              : as_text(facts, file, text_style(options)));
    return 0;
}

} // namespace mtls::cli
