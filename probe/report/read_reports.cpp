#include "probe/report/read_reports.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "probe/report/report_reader.hpp"

namespace mtls::report {

namespace json = boost::json;

namespace {

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
    if (auto report = read_report(value, into.problem)) {
        into.reports.push_back(std::move(*report));
    }
}
} // namespace

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
