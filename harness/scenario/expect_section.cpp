#include <algorithm>

#include "harness/scenario/finding_ids.hpp"
#include "harness/scenario/sections.hpp"

namespace mtls::scenario {
namespace {

bool is_one_word(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
}

template <std::size_t N> using Words = std::array<Word<std::string_view>, N>;

constexpr Words<4> verdicts{{{"ok", "ok"}, {"warning", "warning"}, {"critical", "critical"}, {"unknown", "unknown"}}};
constexpr Words<5> statuses{{{"none", "none"},
                             {"empty", "empty"},
                             {"list", "list"},
                             {"malformed", "malformed"},
                             {"undetermined", "undetermined"}}};
constexpr Words<3> yes_or_no{{{"yes", "yes"}, {"no", "no"}, {"undetermined", "undetermined"}}};
constexpr Words<4> comparisons{
    {{"match", "match"}, {"differs", "differs"}, {"no_request", "no_request"}, {"undetermined", "undetermined"}}};
constexpr Words<4> results{{{"accepted", "accepted"},
                            {"rejected", "rejected"},
                            {"not_requested", "not_requested"},
                            {"undetermined", "undetermined"}}};
constexpr Words<4> ways{{{"alert", "alert"}, {"http", "http"}, {"close", "close"}, {"null", ""}}};

constexpr Words<9> outcomes{{{"completed", "completed"},
                             {"alert", "alert"},
                             {"closed", "closed"},
                             {"reset", "reset"},
                             {"refused", "refused"},
                             {"unreachable", "unreachable"},
                             {"timeout", "timeout"},
                             {"not_tls", "not_tls"},
                             {"protocol_error", "protocol_error"}}};

constexpr Words<8> reasons{{{"truncated", "truncated"},
                            {"too_short", "too_short"},
                            {"too_long", "too_long"},
                            {"odd_length", "odd_length"},
                            {"trailing_bytes", "trailing_bytes"},
                            {"duplicate", "duplicate"},
                            {"bad_value", "bad_value"},
                            {"missing", "missing"}}};

template <std::size_t N>
void read_word(TableReader& reader, std::string_view key, std::optional<std::string>& value, const Words<N>& words)
{
    constexpr std::string_view none{"?"};
    std::string_view word = none;
    reader.read_word(key, word, words);
    if (word != none) {
        value = std::string{word};
    }
}

ExpectRequestError read_request_error(TableReader reader)
{
    ExpectRequestError error;
    read_word(reader, "reason", error.reason, reasons);
    reader.read("field", error.field);
    reader.read("offset", error.offset);
    reader.finish();
    return error;
}

void read_findings(TableReader& reader, std::string_view key, std::vector<std::string>& ids)
{
    reader.read(key, ids);
    const std::vector<std::string>& known = finding_ids();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (std::ranges::find(known, ids[i]) == known.end()) {
            reader.complain(key, i, "no finding is called " + quoted(ids[i]) + pki::did_you_mean(ids[i], known));
        }
    }
}

void read_findings(TableReader& reader, std::string_view key, std::optional<std::vector<std::string>>& ids)
{
    if (reader.has(key)) {
        read_findings(reader, key, ids.emplace());
    }
}

std::vector<ExpectCandidate> read_candidates(TableReader reader, const Try& attempt)
{
    std::vector<ExpectCandidate> candidates;
    for (const std::string& name : reader.keys()) {
        if (std::ranges::find(attempt.candidates, name) == attempt.candidates.end()) {
            reader.complain_of_key(name, quoted(name) + " is not a candidate of [try]" +
                                             pki::did_you_mean(name, attempt.candidates));
        }
        ExpectCandidate candidate;
        candidate.name = name;
        if (auto entry = reader.table(name)) {
            read_word(*entry, "result", candidate.result, results);
            read_word(*entry, "by", candidate.by, ways);
            entry->read("advertised", candidate.advertised);
            entry->finish();
        }
        candidates.push_back(std::move(candidate));
    }
    return candidates;
}

} // namespace

Try read_try(TableReader reader, const std::vector<Listener>& listeners, const Known& known)
{
    constexpr std::size_t largest_upload = std::size_t{16} * 1024 * 1024;
    Try attempt;
    reader.read("listener", attempt.listener);
    const auto chosen = std::ranges::find(listeners, attempt.listener, &Listener::name);
    if (!attempt.listener.empty() && (chosen == listeners.end() || chosen->back_end_of)) {
        reader.complain("listener", "no listener with a socket is called " + quoted(attempt.listener));
    }
    reader.read("candidates", attempt.candidates);
    known.check(reader, "candidates", pki::Role::client);
    reader.read("expect_issuers", attempt.expect_issuers);
    known.check(reader, "expect_issuers", pki::Role::authority);
    reader.read("issuer_certs", attempt.issuer_certs);
    known.check(reader, "issuer_certs", pki::Role::authority);
    reader.read("sni", attempt.sni);
    reader.read("path", attempt.path);
    if (!attempt.path.starts_with('/')) {
        reader.complain("path", "a path starts with '/'");
    } else if (!is_one_word(attempt.path)) {
        reader.complain("path", "a path holds no blank and no control character (write %20)");
    }
    if (attempt.sni && !is_one_word(*attempt.sni)) {
        reader.complain("sni", "a server name holds no blank and no control character");
    }
    if (reader.has("upload")) {
        reader.read("upload", attempt.upload.emplace(), largest_upload);
    }
    reader.read("arguments", attempt.arguments);
    reader.finish();
    return attempt;
}

Expect read_expect(TableReader reader, const Try& attempt, const Known& known)
{
    constexpr int worst_exit = 3;
    Expect expect;
    read_word(reader, "verdict", expect.verdict, verdicts);
    reader.read("exit", expect.exit);
    if (expect.exit && *expect.exit > worst_exit) {
        reader.complain("exit", "exit is from 0 to 3");
    }
    read_word(reader, "request", expect.request, statuses);
    read_word(reader, "required", expect.required, yes_or_no);
    read_word(reader, "expected", expect.expected, comparisons);
    read_word(reader, "without_certificate", expect.without_certificate, results);
    read_word(reader, "outcome", expect.outcome, outcomes);
    reader.read("authorities", expect.authorities);
    reader.read("authority_errors", expect.authority_errors);
    if (const auto error = reader.table("request_error")) {
        expect.request_error = read_request_error(*error);
    }
    reader.read("list", expect.list);
    known.check(reader, "list", pki::Role::authority);
    reader.read("list_size", expect.list_size);
    read_findings(reader, "findings", expect.findings);
    read_findings(reader, "causes", expect.causes);
    read_findings(reader, "no_findings", expect.no_findings);
    if (const auto candidates = reader.table("candidates")) {
        expect.candidates = read_candidates(*candidates, attempt);
    }
    reader.finish();
    return expect;
}

} // namespace mtls::scenario
