#include <algorithm>

#include "harness/scenario/sections.hpp"

namespace mtls::scenario {
namespace {

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

template <std::size_t N>
void read_word(TableReader& reader, std::string_view key, std::optional<std::string>& value, const Words<N>& words)
{
    if (reader.node(key) != nullptr) {
        std::string_view word;
        reader.read_word(key, word, words);
        value = std::string{word};
    }
}

ExpectRequestError read_request_error(const toml::table& table)
{
    TableReader reader{table};
    ExpectRequestError error;
    reader.read("reason", error.reason);
    reader.read("field", error.field);
    reader.read("offset", error.offset);
    reader.finish();
    return error;
}

std::vector<ExpectCandidate> read_candidates(const toml::table& table, const Try& attempt)
{
    std::vector<ExpectCandidate> candidates;
    TableReader reader{table};
    for (const auto& [key, value] : table) {
        ExpectCandidate candidate;
        candidate.name = key.str();
        if (std::ranges::find(attempt.candidates, candidate.name) == attempt.candidates.end()) {
            fail_at(key.source(), "'" + candidate.name + "' is not a candidate of [try]");
        }
        TableReader entry{*reader.table(key.str())};
        read_word(entry, "result", candidate.result, results);
        read_word(entry, "by", candidate.by, ways);
        entry.read("advertised", candidate.advertised);
        entry.finish();
        candidates.push_back(std::move(candidate));
    }
    return candidates;
}

} // namespace

Try read_try(const toml::table& table, const std::vector<Listener>& listeners, const Known& known)
{
    TableReader reader{table};
    Try attempt;
    reader.read("listener", attempt.listener);
    const auto chosen = std::ranges::find(listeners, attempt.listener, &Listener::name);
    if (!attempt.listener.empty() && (chosen == listeners.end() || chosen->back_end_of)) {
        fail_at(reader.place_of("listener"), "no listener with a socket is called '" + attempt.listener + "'");
    }
    reader.read("candidates", attempt.candidates);
    known.check(reader, "candidates", pki::Role::client, attempt.candidates);
    reader.read("expect_issuers", attempt.expect_issuers);
    known.check(reader, "expect_issuers", pki::Role::authority, attempt.expect_issuers);
    reader.read("issuer_certs", attempt.issuer_certs);
    known.check(reader, "issuer_certs", pki::Role::authority, attempt.issuer_certs);
    reader.read("sni", attempt.sni);
    reader.read("path", attempt.path);
    if (!attempt.path.starts_with('/')) {
        fail_at(reader.place_of("path"), "a path starts with '/'");
    }
    reader.read("upload", attempt.upload);
    reader.read("arguments", attempt.arguments);
    reader.finish();
    return attempt;
}

Expect read_expect(const toml::table& table, const Try& attempt, const Known& known)
{
    TableReader reader{table};
    Expect expect;
    read_word(reader, "verdict", expect.verdict, verdicts);
    reader.read("exit", expect.exit);
    read_word(reader, "request", expect.request, statuses);
    read_word(reader, "required", expect.required, yes_or_no);
    read_word(reader, "expected", expect.expected, comparisons);
    read_word(reader, "without_certificate", expect.without_certificate, results);
    read_word(reader, "outcome", expect.outcome, outcomes);
    reader.read("authorities", expect.authorities);
    reader.read("authority_errors", expect.authority_errors);
    if (const toml::table* error = reader.table("request_error")) {
        expect.request_error = read_request_error(*error);
    }
    reader.read("list", expect.list);
    if (expect.list) {
        known.check(reader, "list", pki::Role::authority, *expect.list);
    }
    reader.read("list_size", expect.list_size);
    reader.read("findings", expect.findings);
    reader.read("no_findings", expect.no_findings);
    if (const toml::table* candidates = reader.table("candidates")) {
        expect.candidates = read_candidates(*candidates, attempt);
    }
    reader.finish();
    return expect;
}

} // namespace mtls::scenario
