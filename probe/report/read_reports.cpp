#include "probe/report/read_reports.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "probe/verdict/reading.hpp"

namespace mtls::report {

namespace json = boost::json;
using observation::Observation;

namespace {

constexpr std::string_view schema = "mtls-probe/report/1";

/// Walks one report. The first thing that is not as a report has it is kept, and nothing after it counts.
class ReportReader {
  public:
    [[nodiscard]] std::optional<std::string> problem() const { return problem_; }

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
        read_place(object(*report, "request"), made);
        for (const json::value& each : list(*report, "observations")) {
            if (auto seen = read_observation(each)) {
                auto& among =
                    seen->purpose == observation::Purpose::variant ? made.baseline.observations : made.attempts;
                among.push_back(std::move(*seen));
            }
        }
        return problem_ ? std::nullopt : std::optional{std::move(made)};
    }

  private:
    void fail(std::string_view key)
    {
        if (!problem_) {
            problem_ = fmt::format("not a report of mtls-probe: its `{}` is not what a report has there", key);
        }
    }

    const json::value* find(const json::object& object, std::string_view key)
    {
        const json::value* found = object.if_contains(key);
        if (found == nullptr) {
            fail(key);
        }
        return found;
    }

    std::string text(const json::object& object, std::string_view key)
    {
        const json::value* found = find(object, key);
        if (found == nullptr || !found->is_string()) {
            fail(key);
            return {};
        }
        return x509::printable(found->get_string());
    }

    /// Null, or text that printable() has gone over once already.
    std::optional<std::string> text_or_null(const json::object& object, std::string_view key)
    {
        const json::value* found = find(object, key);
        if (found == nullptr || found->is_null()) {
            return std::nullopt;
        }
        if (!found->is_string()) {
            fail(key);
            return std::nullopt;
        }
        return std::string{found->get_string()};
    }

    std::int64_t number(const json::object& object, std::string_view key, std::int64_t highest)
    {
        const json::value* found = find(object, key);
        const std::int64_t* value = found == nullptr ? nullptr : found->if_int64();
        if (value == nullptr || *value < 0 || *value > highest) {
            fail(key);
            return 0;
        }
        return *value;
    }

    bool flag(const json::object& object, std::string_view key)
    {
        const json::value* found = find(object, key);
        if (found == nullptr || !found->is_bool()) {
            fail(key);
            return false;
        }
        return found->get_bool();
    }

    const json::array& list(const json::object& object, std::string_view key)
    {
        static const json::array nothing;
        const json::value* found = find(object, key);
        if (found == nullptr || !found->is_array()) {
            fail(key);
            return nothing;
        }
        return found->get_array();
    }

    const json::object& object(const json::object& parent, std::string_view key)
    {
        static const json::object nothing;
        const json::value* found = find(parent, key);
        if (found == nullptr || !found->is_object()) {
            fail(key);
            return nothing;
        }
        return found->get_object();
    }

    std::vector<std::uint8_t> bytes(const json::object& parent, std::string_view key)
    {
        const auto nibble = [](char letter) {
            const std::string_view digits = "0123456789abcdef";
            return digits.find(letter);
        };
        const auto hex = text_or_null(parent, key);
        std::vector<std::uint8_t> read;
        for (std::size_t at = 0; hex && at < hex->size(); at += 2) {
            const auto high = nibble((*hex)[at]);
            const auto low = at + 1 < hex->size() ? nibble((*hex)[at + 1]) : std::string_view::npos;
            if (high == std::string_view::npos || low == std::string_view::npos) {
                fail(key);
                return {};
            }
            read.push_back(static_cast<std::uint8_t>(high * 16 + low));
        }
        if (!hex) {
            fail(key);
        }
        return read;
    }

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
        const json::value* http = find(from, "http");
        if (http != nullptr && http->is_object()) {
            seen.http.emplace();
            seen.http->server = text_or_null(http->get_object(), "server").value_or("");
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

    /// Only whose it was, and which.
    void read_alert(const json::object& from, Observation& seen)
    {
        observation::AlertSeen alert;
        alert.direction = text(from, "direction") == to_string(observation::Direction::sent)
                              ? observation::Direction::sent
                              : observation::Direction::received;
        alert.code = static_cast<wire::AlertDescription>(number(from, "code", 0xff));
        seen.alert = alert;
    }

    void read_variant(const json::object& from, observation::Variant& variant)
    {
        variant.address = text_or_null(from, "address").value_or("");
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

    std::optional<std::string> problem_;
};

void read_value(const json::value& value, EarlierReports& into)
{
    if (const json::array* array = value.if_array()) {
        for (const json::value& each : *array) {
            if (into.problem) {
                return;
            }
            if (each.is_array()) {
                into.problem = "not a report of mtls-probe: an array in an array";
            } else {
                read_value(each, into);
            }
        }
        return;
    }
    ReportReader reader;
    if (auto report = reader.read(value)) {
        into.reports.push_back(std::move(*report));
    }
    into.problem = reader.problem();
}

} // namespace

std::optional<EarlierRequest> request_in(const EarlierReport& report)
{
    std::vector<Observation> all = report.baseline.observations;
    all.insert(all.end(), report.attempts.begin(), report.attempts.end());
    const auto alone = [&](const Observation& seen, std::size_t index) {
        Observation made;
        made.id = seen.id;
        made.variant = seen.variant;
        made.negotiated = seen.negotiated;
        made.certificate_requests.push_back(seen.certificate_requests[index]);
        return made;
    };
    const auto of_id = [&](int id) {
        return std::find_if(all.begin(), all.end(), [&](const Observation& seen) { return seen.id == id; });
    };
    if (report.request) {
        const auto seen = of_id(report.request->observation);
        return seen == all.end() || report.request->index >= seen->certificate_requests.size()
                   ? std::nullopt
                   : std::optional{EarlierRequest{alone(*seen, report.request->index), true}};
    }
    const auto normal = report.normal ? of_id(*report.normal) : all.end();
    const auto place = verdict::request_elsewhere(
        all, normal == all.end() ? std::nullopt : std::optional{static_cast<std::size_t>(normal - all.begin())});
    return place ? std::optional{EarlierRequest{alone(all[place->observation], place->index), false}} : std::nullopt;
}

struct ReportsReader::State {
    json::stream_parser parser{{}, options()};
    EarlierReports made;
    bool inside = false;    ///< a report has begun and is not at its end
    std::size_t size = 0;   ///< of it so far
    std::size_t offset = 0; ///< of the whole text

    static json::parse_options options()
    {
        json::parse_options strict;
        strict.allow_invalid_utf8 = false;
        return strict;
    }

    /// Between two of them.
    bool begins(std::string_view& piece)
    {
        const auto blanks = std::min(piece.find_first_not_of(" \t\r\n"), piece.size());
        piece.remove_prefix(blanks);
        offset += blanks;
        size = 0;
        inside = !piece.empty();
        return inside;
    }

    void end()
    {
        read_value(parser.release(), made);
        parser.reset();
        inside = false;
    }

    void fail(const json::error_code& error)
    {
        if (error && !made.problem) {
            made.problem = fmt::format("not JSON, at byte {}", offset);
        }
    }
};

ReportsReader::ReportsReader() : state_{std::make_unique<State>()} {}

ReportsReader::~ReportsReader() = default;

bool ReportsReader::feed(std::string_view piece)
{
    State& state = *state_;
    while (!state.made.problem && !piece.empty() && (state.inside || state.begins(piece))) {
        json::error_code error;
        const std::size_t used = state.parser.write_some(piece.data(), piece.size(), error);
        piece.remove_prefix(used);
        state.offset += used;
        state.size += used;
        state.fail(error);
        if (!error && state.parser.done()) {
            state.end();
        } else if (state.size > longest) {
            state.made.problem = "a report in it, or an array of them, is larger than 64 MiB (jsonl has one a line)";
        }
    }
    return !state.made.problem;
}

EarlierReports ReportsReader::finish()
{
    State& state = *state_;
    if (!state.made.problem && state.inside) {
        json::error_code error;
        state.parser.finish(error);
        state.fail(error);
        if (!error) {
            state.end();
        }
    }
    if (!state.made.problem && state.made.reports.empty()) {
        state.made.problem = "no report of mtls-probe in it";
    }
    if (state.made.problem) {
        state.made.reports.clear();
    }
    return std::move(state.made);
}

EarlierReports read_reports(std::string_view text)
{
    ReportsReader reader;
    (void)reader.feed(text);
    return reader.finish();
}

} // namespace mtls::report
