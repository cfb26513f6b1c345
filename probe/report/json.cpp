#include "probe/report/json_parts.hpp"
#include "probe/report/observation_json.hpp"
#include "probe/report/report.hpp"

namespace mtls::report {

namespace {

void write_target(JsonWriter& out, const verdict::TargetFacts& facts)
{
    out.object("target", [&] {
        write_printable(out, "input", facts.input);
        write_printable(out, "host", facts.host);
        out.member("port", facts.port);
        write_printable(out, "starttls", facts.starttls);
        write_printable(out, "connect", facts.connect);
        write_printable(out, "path", facts.path);
    });
}

/// The id of the observation at this place in the facts.
int id_of(const verdict::Facts& facts, std::size_t observation)
{
    return facts.observations.at(observation).id;
}

void write_reading(JsonWriter& out, const verdict::Facts& facts)
{
    const verdict::RequestReading& request = facts.request;
    out.object("request", [&] {
        out.member("status", to_string(request.status));
        out.null_or("observation", request.observation, [&](std::size_t index) { out.value(id_of(facts, index)); });
        out.member("index", request.index);
        out.member("required", to_string(request.required));
    });
}

void write_encoding(JsonWriter& out, const std::optional<x509::NameMatch>& match)
{
    out.null_or("encoding", match, [&](x509::NameMatch how) {
        out.value(how == x509::NameMatch::identical ? "identical" : "equivalent");
    });
}

void write_name(JsonWriter& out, const x509::Name& name)
{
    out.member("name", name.text());
    out.member("sha256", name.sha256());
}

void write_comparison(JsonWriter& out, const issuers::Expectation& expectation, const issuers::Comparison& comparison)
{
    const auto write_compared = [&](const issuers::Compared& entry) {
        out.object([&] {
            write_name(out, entry.name);
            write_encoding(out, entry.encoding);
        });
    };
    const auto write_duplicate = [&](const issuers::Duplicate& entry) {
        out.object([&] {
            write_name(out, entry.name);
            out.member("count", entry.count);
        });
    };
    out.object([&] {
        out.array("sources", expectation.sources,
                  [&](const std::string& source) { out.value(x509::printable(source)); });
        out.member("mode", to_string(expectation.mode));
        out.member("result", to_string(comparison.result));
        out.array("matched", comparison.matched, write_compared);
        out.array("missing", comparison.missing, write_compared);
        out.array("unexpected", comparison.unexpected, write_compared);
        out.array("duplicates", comparison.duplicates, write_duplicate);
    });
}

void write_expected(JsonWriter& out, const verdict::Facts& facts)
{
    out.key("expected");
    if (facts.expectation && facts.comparison) {
        write_comparison(out, *facts.expectation, *facts.comparison);
    } else {
        out.value(nullptr);
    }
}

void write_names(JsonWriter& out, std::string_view key, const std::vector<x509::Name>& names)
{
    out.array(key, names, [&](const x509::Name& name) { out.object([&] { write_name(out, name); }); });
}

void write_change(JsonWriter& out, const verdict::Facts& facts, const verdict::VariantChange& seen)
{
    out.object([&] {
        out.member("observation", id_of(facts, seen.observation));
        out.member("baseline_observation", facts.baseline->observations.at(seen.earlier).id);
        out.member("status", to_string(seen.status_then));
        write_names(out, "added", seen.added);
        write_names(out, "removed", seen.removed);
        write_names(out, "recoded", seen.recoded);
        out.member("reordered", seen.reordered);
        out.null_or("stage", seen.stage_then, [&](observation::Stage stage) { out.value(to_string(stage)); });
        write_codes(out, "certificate_types", seen.types_then);
    });
}

void write_gap(JsonWriter& out, const verdict::Facts& facts, const verdict::BaselineGap& gap)
{
    out.object([&] {
        out.member("reason", to_string(gap.reason));
        out.null_or("observation", gap.observation, [&](std::size_t index) { out.value(id_of(facts, index)); });
        out.null_or("baseline_observation", gap.earlier,
                    [&](std::size_t index) { out.value(facts.baseline->observations.at(index).id); });
    });
}

void write_baseline(JsonWriter& out, const verdict::Facts& facts)
{
    out.null_or("baseline", facts.baseline, [&](const verdict::Baseline& earlier) {
        out.object([&] {
            write_printable(out, "source", earlier.source);
            out.member("started", earlier.started.empty() ? std::nullopt : std::optional{earlier.started});
            out.member("compared", facts.reach.compared);
            out.array("not_compared", facts.reach.gaps,
                      [&](const verdict::BaselineGap& gap) { write_gap(out, facts, gap); });
            out.array("changes", facts.changes,
                      [&](const verdict::VariantChange& seen) { write_change(out, facts, seen); });
            out.null_or("without_certificate", facts.door_then, [&](const verdict::Attempt& then) {
                out.object([&] {
                    out.member("baseline_observation", earlier.observations.at(then.observation).id);
                    out.member("result", to_string(then.result));
                });
            });
        });
    });
}

void write_issuer_match(JsonWriter& out, const issuers::IssuerMatch& match)
{
    out.object("issuer_match", [&] {
        out.member("advertised", match.advertised);
        out.member("depth", match.depth);
        out.null_or("name", match.name, [&](const x509::Name& name) { out.value(name.text()); });
        write_encoding(out, match.encoding);
    });
}

void write_prediction(JsonWriter& out, const clients::Prediction& each)
{
    out.object([&] {
        out.member("client", each.client->name);
        out.member("sends", to_string(each.answer.sends));
        out.member("reason", each.answer.reason);
        out.member("as_given", to_string(each.answer.given));
        out.member("on_the_wire", to_string(each.answer.wire));
        out.member("certificates", each.answer.certificates);
        out.member("basis", to_string(each.client->basis));
    });
}

void write_attempt(JsonWriter& out, const verdict::Facts& facts, const std::optional<verdict::Attempt>& maybe)
{
    out.null_or("attempt", maybe, [&](const verdict::Attempt& made) {
        out.object([&] {
            out.member("observation", id_of(facts, made.observation));
            out.member("result", to_string(made.result));
            out.null_or("by", made.by, [&](verdict::RejectedBy by) { out.value(to_string(by)); });
        });
    });
}

void write_candidate(JsonWriter& out, const verdict::Facts& facts, const verdict::CandidateFacts& each)
{
    const auto write_link = [&](const x509::Certificate& certificate) {
        out.object([&] {
            out.member("subject", certificate.subject().text());
            out.member("sha256", certificate.sha256());
            write_time(out, "not_before", certificate.not_before());
            write_time(out, "not_after", certificate.not_after());
        });
    };
    out.object([&] {
        write_printable(out, "label", each.label);
        out.member("subject", each.leaf.subject().text());
        out.member("issuer", each.leaf.issuer().text());
        out.member("sha256", each.leaf.sha256());
        write_time(out, "not_before", each.leaf.not_before());
        write_time(out, "not_after", each.leaf.not_after());
        out.member("key", each.leaf.key_text());
        out.null_or("extended_key_usage", each.leaf.extended_key_usage(), [&](const std::vector<std::string>& usages) {
            out.array(usages, [&](const std::string& usage) { out.value(x509::printable(usage)); });
        });
        out.array("chain", each.chain, write_link);
        write_issuer_match(out, each.issuer_match);
        out.array("predicted", each.predicted, [&](const clients::Prediction& one) { write_prediction(out, one); });
        write_attempt(out, facts, each.attempt);
    });
}

void write_without_certificate(JsonWriter& out, const verdict::Facts& facts)
{
    out.null_or("without_certificate", facts.without_certificate, [&](const verdict::Attempt& attempt) {
        out.object([&] {
            out.member("observation", id_of(facts, attempt.observation));
            out.member("result", to_string(attempt.result));
        });
    });
}

/// What a rule writes is safe already: the names in it are escaped, and escaping twice would change them.
void write_lines(JsonWriter& out, std::string_view key, const std::vector<std::string>& lines)
{
    out.array(key, lines, [&](const std::string& line) { out.value(line); });
}

void write_remedy(JsonWriter& out, const verdict::Remedy& remedy)
{
    out.object([&] {
        out.member("applies_to", remedy.applies_to);
        out.member("text", explained(remedy));
        write_lines(out, "commands", remedy.commands);
    });
}

void write_finding(JsonWriter& out, const verdict::Finding& found)
{
    out.object([&] {
        out.member("id", found.id);
        out.member("severity", to_string(found.severity));
        out.member("summary", found.summary);
        write_lines(out, "follows_from", found.follows_from);
        write_lines(out, "evidence", found.evidence);
        out.array("remedies", found.remedies, [&](const verdict::Remedy& remedy) { write_remedy(out, remedy); });
        write_lines(out, "references", found.references);
    });
}

void write_server_trust(JsonWriter& out, const verdict::Facts& facts, const ServerTrust& trust)
{
    const bool trusted = trust.verdict.trusted;
    out.object([&] {
        out.member("observation", id_of(facts, trust.observation));
        write_printable(out, "host", trust.host);
        out.member("trusted", trusted);
        out.member("code", trusted ? std::nullopt : std::optional{trust.verdict.code});
        out.member("problem", trusted ? std::nullopt : std::optional{trust.verdict.problem});
        out.member("name_matches", trust.verdict.name_matches);
    });
}

void write_report(JsonWriter& out, const Report& report)
{
    const verdict::Facts& facts = report.facts;
    out.object([&] {
        out.member("schema", "mtls-probe/report/1");
        out.object("tool", [&] {
            out.member("version", report.tool_version);
            out.member("tls_library", report.tls_library);
        });
        out.member("started", report.started);
        out.member("duration_ms", rounded(report.duration_ms));
        write_target(out, facts.target);
        out.member("verdict", to_string(report.judgement.verdict));
        out.member("summary", report.judgement.summary);
        out.array("observations", facts.observations,
                  [&](const observation::Observation& seen) { write_observation(out, seen); });
        write_reading(out, facts);
        write_expected(out, facts);
        write_baseline(out, facts);
        out.array("candidates", facts.candidates,
                  [&](const verdict::CandidateFacts& each) { write_candidate(out, facts, each); });
        write_without_certificate(out, facts);
        out.null_or("server_trust", report.server_trust, [&](const std::vector<ServerTrust>& all) {
            out.array(all, [&](const ServerTrust& trust) { write_server_trust(out, facts, trust); });
        });
        out.array("findings", report.judgement.findings,
                  [&](const verdict::Finding& found) { write_finding(out, found); });
    });
}

} // namespace

std::string render_json(const Report& report)
{
    JsonWriter out{JsonShape::indented};
    write_report(out, report);
    return out.take() + "\n";
}

std::string render_json(const std::vector<Report>& reports)
{
    JsonWriter out{JsonShape::indented};
    out.array(reports, [&](const Report& report) { write_report(out, report); });
    return out.take() + "\n";
}

std::string render_jsonl(const Report& report)
{
    JsonWriter out{JsonShape::one_line};
    write_report(out, report);
    return out.take();
}

} // namespace mtls::report
