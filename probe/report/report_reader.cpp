#include "probe/report/report_reader.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "probe/report/json_fields.hpp"

namespace mtls::report {

using observation::Observation;

namespace {

constexpr std::string_view schema = "mtls-probe/report/1";

/// Walks one report.
class ReportReader : public JsonFields {
  public:
    std::optional<EarlierReport> read(const json::value& value)
    {
        const json::object* report = value.if_object();
        const json::value* named = report == nullptr ? nullptr : report->if_contains("schema");
        if (named == nullptr || !named->is_string()) {
            problem_ = "not a report of mtls-probe: it names no schema";
        } else if (named->get_string() != schema) {
            problem_ = fmt::format("its schema is '{}', and only {} can be read",
                                   x509::printable(std::string_view{named->get_string()}.substr(0, 80)), schema);
        }
        if (problem_) {
            return std::nullopt;
        }
        EarlierReport made;
        made.baseline.started = text(*report, "started");
        if (made.baseline.started.empty()) {
            fail("started");
        }
        read_target(*report, made.target);
        made.baseline.path = printable_or_null(object(*report, "target"), "path");
        read_place(object(*report, "request"), made);
        for (const json::value& each : list(*report, "observations")) {
            if (auto seen = read_observation(each)) {
                auto& among =
                    seen->purpose == observation::Purpose::variant ? made.baseline.observations : made.attempts;
                among.push_back(std::move(*seen));
            }
        }
        read_door(*report, made.baseline);
        return problem_ ? std::nullopt : std::optional{std::move(made)};
    }

  private:
    wire::ProtocolVersion version(const json::value& value)
    {
        using wire::ProtocolVersion;
        for (const auto each : {ProtocolVersion::ssl3, ProtocolVersion::tls10, ProtocolVersion::tls11,
                                ProtocolVersion::tls12, ProtocolVersion::tls13}) {
            if (value.is_string() && value.get_string() == wire::name(each)) {
                return each;
            }
        }
        fail("version");
        return {};
    }

    void read_target(const json::object& report, verdict::TargetFacts& target)
    {
        const json::object& from = object(report, "target");
        target.host = text_or_null(from, "host").value_or("");
        target.port = static_cast<std::uint16_t>(number(from, "port", 0xffff));
        target.starttls = text_or_null(from, "starttls");
    }

    void read_place(const json::object& from, EarlierReport& made)
    {
        const json::value* normal = find(from, "observation");
        if (normal != nullptr && !normal->is_null()) {
            made.normal = static_cast<int>(number(from, "observation", 1'000'000));
        }
        const json::value* index = find(from, "index");
        if (index != nullptr && !index->is_null()) {
            made.request = EarlierReport::Place{static_cast<int>(number(from, "observation", 1'000'000)),
                                                static_cast<std::size_t>(number(from, "index", 1'000'000))};
        }
    }

    /// What became of a normal client without a certificate; null with --list-only.
    void read_door(const json::object& report, verdict::Baseline& baseline)
    {
        using verdict::AttemptResult;
        const json::value* door = find(report, "without_certificate");
        if (door == nullptr || !door->is_object()) {
            return;
        }
        const int id = static_cast<int>(number(door->get_object(), "observation", 1'000'000));
        const std::string named = text(door->get_object(), "result");
        for (std::size_t at = 0; at < baseline.observations.size(); ++at) {
            for (const auto result : {AttemptResult::accepted, AttemptResult::rejected}) {
                if (baseline.observations[at].id == id && named == to_string(result)) {
                    baseline.without_certificate = verdict::Attempt{at, result, std::nullopt};
                }
            }
        }
    }

    void read_http(const json::object& from, Observation& seen)
    {
        seen.http.emplace();
        seen.http->status = static_cast<int>(number(from, "status", 999));
        seen.http->reason = text_or_null(from, "reason").value_or("");
        seen.http->server = text_or_null(from, "server").value_or("");
        if (from.contains("location")) { // older reports have none
            seen.http->location = printable_or_null(from, "location").value_or("");
        }
    }

    void read_outcome(const json::object& from, Observation& seen)
    {
        using observation::Outcome;
        const std::string named = text(from, "outcome");
        for (const Outcome each :
             {Outcome::completed, Outcome::alert, Outcome::closed, Outcome::reset, Outcome::refused,
              Outcome::unreachable, Outcome::timeout, Outcome::not_tls, Outcome::protocol_error}) {
            if (named == to_string(each)) {
                seen.outcome = each;
            }
        }
    }

    /// Null after the first problem.
    std::optional<Observation> read_observation(const json::value& value)
    {
        if (!value.is_object()) {
            fail("observations");
        }
        if (problem_) {
            return std::nullopt;
        }
        const json::object& from = value.get_object();
        Observation seen;
        if (text(from, "purpose") != to_string(observation::Purpose::variant)) {
            seen.purpose = observation::Purpose::candidate;
        }
        seen.id = static_cast<int>(number(from, "id", 1'000'000));
        read_variant(object(from, "variant"), seen.variant);
        seen.handshake_completed = flag(from, "handshake_completed");
        seen.list_only = flag(from, "list_only");
        read_outcome(from, seen);
        const json::value* http = find(from, "http");
        if (http != nullptr && http->is_object()) {
            read_http(http->get_object(), seen);
        }
        const json::value* alert = find(from, "alert");
        if (alert != nullptr && alert->is_object()) {
            read_alert(alert->get_object(), seen);
        }
        const json::value* agreed = find(from, "negotiated");
        if (agreed != nullptr && agreed->is_object()) {
            seen.negotiated.emplace();
            seen.negotiated->cipher = text(agreed->get_object(), "cipher");
            if (const json::value* named = find(agreed->get_object(), "version")) {
                seen.negotiated->version = version(*named);
            }
        }
        read_messages(from, seen);
        read_requests(from, seen);
        return problem_ ? std::nullopt : std::optional{std::move(seen)};
    }

    void read_alert(const json::object& from, Observation& seen)
    {
        observation::AlertSeen alert;
        alert.direction = text(from, "direction") == to_string(observation::Direction::sent)
                              ? observation::Direction::sent
                              : observation::Direction::received;
        alert.code = static_cast<wire::AlertDescription>(number(from, "code", 0xff));
        alert.phase = text(from, "phase") == to_string(observation::Phase::after_handshake)
                          ? observation::Phase::after_handshake
                          : observation::Phase::handshake;
        seen.alert = alert;
    }

    void read_variant(const json::object& from, observation::Variant& variant)
    {
        variant.address = printable_or_null(from, "address").value_or("");
        variant.port = static_cast<std::uint16_t>(number(from, "port", 0xffff));
        variant.sni = text_or_null(from, "sni");
        for (const json::value& each : list(from, "tls_offered")) {
            variant.tls_offered.push_back(version(each));
        }
    }

    /// Of those that the server sent, the ones that say whether its flight was complete.
    void read_messages(const json::object& from, Observation& seen)
    {
        using wire::HandshakeType;
        for (const json::value& each : list(from, "messages")) {
            if (!each.is_object()) {
                fail("messages");
                return;
            }
            const std::string sender = text(each.get_object(), "from");
            const std::string type = text(each.get_object(), "name");
            for (const auto known :
                 {HandshakeType::server_hello, HandshakeType::server_hello_done, HandshakeType::finished}) {
                if (sender == to_string(observation::Side::server) && type == wire::name(known)) {
                    seen.messages.push_back({observation::Side::server, known, 0, 0});
                }
            }
        }
    }

    void read_requests(const json::object& from, Observation& seen)
    {
        for (const json::value& each : list(from, "certificate_requests")) {
            if (!each.is_object()) {
                fail("certificate_requests");
                return;
            }
            const json::object& request = each.get_object();
            auto read = observation::read_request(stage(request), std::nullopt, version_of(request, seen),
                                                  bytes(request, "raw"));
            read.complete = flag(request, "complete");
            seen.certificate_requests.push_back(std::move(read));
        }
    }

    /// As negotiated; a handshake that broke off early says no version, but the fields of its request do.
    wire::ProtocolVersion version_of(const json::object& request, const Observation& seen)
    {
        using wire::ProtocolVersion;
        const auto has = [&](std::string_view key) {
            const json::value* found = find(request, key);
            return found != nullptr && !found->is_null();
        };
        if (seen.negotiated) {
            return seen.negotiated->version;
        }
        if (!has("certificate_types")) {
            return ProtocolVersion::tls13;
        }
        return has("signature_algorithms") ? ProtocolVersion::tls12 : ProtocolVersion::tls10;
    }

    observation::Stage stage(const json::object& request)
    {
        using observation::Stage;
        const std::string named = text(request, "stage");
        for (const Stage each : {Stage::handshake, Stage::renegotiation, Stage::post_handshake}) {
            if (named == to_string(each)) {
                return each;
            }
        }
        fail("stage");
        return Stage::handshake;
    }
};

} // namespace

std::optional<EarlierReport> read_report(const json::value& value, std::optional<std::string>& problem)
{
    ReportReader reader;
    auto report = reader.read(value);
    problem = reader.problem();
    return report;
}

} // namespace mtls::report
