#include "harness/cli/check_report.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace mtls::harness {
namespace json = boost::json;

namespace {

using Complaints = std::vector<std::string>;

/// The value at a path of keys; JSON null if anything on the way is missing.
const json::value& at(const json::value& value, std::initializer_list<std::string_view> keys)
{
    static const json::value null;
    const json::value* here = &value;
    for (const std::string_view key : keys) {
        const json::object* object = here->if_object();
        here = object == nullptr ? nullptr : object->if_contains(key);
        if (here == nullptr) {
            return null;
        }
    }
    return *here;
}

const json::value& element(const json::value& array, const json::value& index)
{
    static const json::value null;
    const auto* values = array.if_array();
    const auto* position = index.if_int64();
    if (values == nullptr || position == nullptr || *position < 0 ||
        static_cast<std::size_t>(*position) >= values->size()) {
        return null;
    }
    return (*values)[static_cast<std::size_t>(*position)];
}

std::string shown(const json::value& value)
{
    return x509::printable(value.is_string() ? std::string{value.get_string()} : json::serialize(value));
}

void compare(Complaints& list, std::string_view what, const json::value& seen, const json::value& wanted)
{
    if (seen != wanted) {
        list.push_back(std::string{what} + " is " + shown(seen) + ", not " + shown(wanted));
    }
}

void compare(Complaints& list, std::string_view what, const json::value& seen, const std::optional<std::string>& wanted)
{
    if (wanted) {
        compare(list, what, seen, json::value(*wanted));
    }
}

std::string listed(const std::vector<std::string>& ids)
{
    std::string all;
    for (const std::string& id : ids) {
        all += (all.empty() ? "" : " ") + id;
    }
    return all.empty() ? "none" : all;
}

/// Ids of the report that are wanted, or all of them, against what the scenario says.
void compare(Complaints& list, std::string_view what, const std::vector<std::string>& seen,
             const std::optional<std::vector<std::string>>& wanted)
{
    if (wanted && seen != *wanted) {
        list.push_back(std::string{what} + ": " + listed(seen) + "; not: " + listed(*wanted));
    }
}

void check_findings(Complaints& list, const json::value& report, const scenario::Expect& expect)
{
    std::vector<std::string> ids;
    std::vector<std::string> causes;
    if (const auto* findings = at(report, {"findings"}).if_array()) {
        for (const json::value& finding : *findings) {
            ids.push_back(shown(at(finding, {"id"})));
            const auto* follows = at(finding, {"follows_from"}).if_array();
            if (at(finding, {"severity"}) != "info" && (follows == nullptr || follows->empty())) {
                causes.push_back(ids.back());
            }
        }
    }
    compare(list, "findings", ids, expect.findings);
    compare(list, "causes", causes, expect.causes);
    for (const std::string& id : expect.no_findings) {
        if (std::find(ids.begin(), ids.end(), id) != ids.end()) {
            list.push_back("finding " + id + " should not be there");
        }
    }
}

/// The connection that a normal client makes; the first if there was no request.
const json::value& normal_observation(const json::value& report)
{
    const json::value& asked = element(at(report, {"observations"}), at(report, {"request", "observation"}));
    return asked.is_null() ? element(at(report, {"observations"}), json::value(std::int64_t{0})) : asked;
}

const json::value& normal_request(const json::value& report)
{
    const auto& observation = element(at(report, {"observations"}), at(report, {"request", "observation"}));
    return element(at(observation, {"certificate_requests"}), at(report, {"request", "index"}));
}

json::value number(std::size_t value)
{
    // NOLINTNEXTLINE(modernize-return-braced-init-list): Boost.JSON takes braces for an array
    return json::value(static_cast<std::int64_t>(value));
}

void check_request_error(Complaints& list, const json::value& request, const scenario::ExpectRequestError& wanted)
{
    const json::value& error = at(request, {"error"});
    if (!wanted.reason && !wanted.field && !wanted.offset) {
        compare(list, "the request's error", error, json::value{});
    }
    compare(list, "the request's error.reason", at(error, {"reason"}), wanted.reason);
    compare(list, "the request's error.field", at(error, {"field"}), wanted.field);
    if (wanted.offset) {
        compare(list, "the request's error.offset", at(error, {"offset"}), number(*wanted.offset));
    }
}

void check_request(Complaints& list, const json::value& report, const scenario::Expect& expect)
{
    const json::value& request = normal_request(report);
    if (expect.request_error) {
        check_request_error(list, request, *expect.request_error);
    }
    const auto* authorities = at(request, {"certificate_authorities"}).if_array();
    if (expect.authorities) {
        compare(list, "the number of authorities", authorities == nullptr ? json::value{} : number(authorities->size()),
                number(*expect.authorities));
    }
    if (expect.authority_errors && authorities != nullptr) {
        const auto wrong =
            std::ranges::count_if(*authorities, [](const json::value& one) { return !at(one, {"error"}).is_null(); });
        compare(list, "the number of authorities with an error", number(static_cast<std::size_t>(wrong)),
                number(*expect.authority_errors));
    }
}

/// The names of the trusted issuer list, as hex.
std::vector<std::string> issuers_seen(const json::value& report)
{
    const auto& request = normal_request(report);
    std::vector<std::string> seen;
    if (const auto* authorities = at(request, {"certificate_authorities"}).if_array()) {
        for (const json::value& authority : *authorities) {
            seen.push_back(shown(at(authority, {"der"})));
        }
    }
    return seen;
}

void check_list(Complaints& list, const json::value& report, const std::vector<std::string>& names,
                const pki::Hierarchy& hierarchy)
{
    const auto seen = issuers_seen(report);
    std::vector<std::string> wanted;
    wanted.reserve(names.size());
    for (const std::string& name : names) {
        wanted.push_back(x509::hex(hierarchy.at(name).certificate.subject().der()));
    }
    if (seen != wanted) {
        list.push_back("the trusted issuer list has " + std::to_string(seen.size()) + " names, not the " +
                       std::to_string(wanted.size()) + " configured, or in another order");
    }
}

void check_candidates(Complaints& list, const json::value& report, const scenario::Scenario& scenario)
{
    for (const auto& wanted : scenario.expect.candidates) {
        const auto position = std::ranges::find(scenario.attempt.candidates, wanted.name);
        const auto index = std::distance(scenario.attempt.candidates.begin(), position);
        const json::value& candidate = element(at(report, {"candidates"}), json::value(index));
        compare(list, wanted.name + ": attempt.result", at(candidate, {"attempt", "result"}), wanted.result);
        if (wanted.by) {
            const json::value by = wanted.by->empty() ? json::value{} : json::value(*wanted.by);
            compare(list, wanted.name + ": attempt.by", at(candidate, {"attempt", "by"}), by);
        }
        if (wanted.advertised) {
            compare(list, wanted.name + ": issuer_match.advertised", at(candidate, {"issuer_match", "advertised"}),
                    json::value(*wanted.advertised));
        }
    }
}

std::string first_line(const std::string& text)
{
    return x509::printable(text.substr(0, text.find('\n')));
}

} // namespace

std::vector<std::string> complaints(const scenario::Scenario& scenario, const pki::Hierarchy& hierarchy,
                                    const ChildResult& run)
{
    if (run.timed_out) {
        return {"the probe did not end in time"};
    }
    Complaints list;
    const scenario::Expect& expect = scenario.expect;
    if (!run.exit_code) {
        list.emplace_back("the probe was killed by a signal");
    } else if (expect.exit && *run.exit_code != *expect.exit) {
        list.push_back("exit code is " + std::to_string(*run.exit_code) + ", not " + std::to_string(*expect.exit));
    }
    boost::system::error_code error;
    const json::value report = json::parse(run.output, error);
    if (error) {
        list.push_back("stdout is not JSON: " + error.message());
        if (!run.errors.empty()) {
            list.push_back("stderr: " + first_line(run.errors));
        }
        return list;
    }
    compare(list, "schema", at(report, {"schema"}), json::value("mtls-probe/report/1"));
    compare(list, "verdict", at(report, {"verdict"}), expect.verdict);
    compare(list, "request.status", at(report, {"request", "status"}), expect.request);
    compare(list, "request.required", at(report, {"request", "required"}), expect.required);
    compare(list, "expected.result", at(report, {"expected", "result"}), expect.expected);
    compare(list, "without_certificate.result", at(report, {"without_certificate", "result"}),
            expect.without_certificate);
    compare(list, "outcome", at(normal_observation(report), {"outcome"}), expect.outcome);
    check_request(list, report, expect);
    if (expect.list) {
        check_list(list, report, *expect.list, hierarchy);
    }
    if (expect.list_size) {
        compare(list, "the number of names", json::value(issuers_seen(report).size()), json::value(*expect.list_size));
    }
    check_findings(list, report, expect);
    check_candidates(list, report, scenario);
    return list;
}

} // namespace mtls::harness
