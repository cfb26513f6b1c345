#include "probe/cli/request_file.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "certs/x509/config_error.hpp"
#include "certs/x509/file_bytes.hpp"
#include "certs/x509/text_encoding.hpp"
#include "probe/cli/decode_file.hpp"
#include "probe/cli/decode_output.hpp"
#include "probe/report/read_reports.hpp"
#include "probe/verdict/phrases.hpp"

namespace mtls::cli {

namespace {

/// Unlike an array in C, JSON of ours has a string behind its first brackets.
bool looks_like_json(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const auto bracket = text.find_first_not_of(blanks);
    if (bracket == std::string_view::npos || (text[bracket] != '{' && text[bracket] != '[')) {
        return false;
    }
    const auto next = text.find_first_not_of(" \t\r\n[{", bracket);
    return next != std::string_view::npos && (text[next] == '"' || text[next] == '}' || text[next] == ']');
}

RequestFile request_of_report(const std::filesystem::path& path, std::string_view text)
{
    const auto fail = [&](std::string_view why) { throw x509::ConfigError{x509::read_error(path, why)}; };
    const report::EarlierReports read = report::read_reports(text);
    if (read.problem) {
        fail(*read.problem);
    }
    if (read.reports.size() != 1) {
        fail("it holds " + std::to_string(read.reports.size()) + " reports, and one is wanted");
    }
    auto found = report::request_in(read.reports.front());
    if (!found) {
        fail(read.reports.front().request ? "the report points at a request that is not in it"
                                          : "the report holds no certificate request");
    }
    std::string source = fmt::format("{}, {}", verdict::where(found->seen),
                                     verdict::stage_in_words(found->seen.certificate_requests.front().stage));
    if (!found->is_normal) {
        source += "; a normal client was asked nothing";
    }
    return {std::move(found->seen), std::move(source)};
}

/// The last one that is whole; of those that a capture has cut, the last.
const observation::RequestSeen& last_of(const explain::Decoding& decoding, const std::filesystem::path& path)
{
    const auto& requests = decoding.requests;
    if (requests.empty()) {
        const std::string why = decoding.unread             ? unread_in_words(decoding)
                                : !decoding.problem.empty() ? x509::printable(decoding.problem)
                                                            : "no certificate request in it; in TLS 1.3 it is "
                                                              "encrypted, and --keylog opens it";
        throw x509::ConfigError{"decode " + x509::printable(path.string()) + ": " + why};
    }
    const auto whole = std::find_if_not(requests.rbegin(), requests.rend(), is_cut);
    return whole == requests.rend() ? requests.back().seen : whole->seen;
}

} // namespace

RequestFile read_request_file(const std::filesystem::path& path, std::optional<wire::ProtocolVersion> version,
                              explain::SessionSecrets secrets)
{
    explain::Decoding decoding;
    if (is_capture_file(path)) {
        decoding = decode_file(path, version, std::move(secrets));
    } else {
        const auto file = x509::read_file(path == "-" ? "/dev/stdin" : path);
        if (file.problem) {
            throw x509::ConfigError{x509::read_error(path, *file.problem)};
        }
        if (const auto text = x509::text_of(file.bytes); text && looks_like_json(*text)) {
            if (version || !secrets.empty()) {
                throw x509::ConfigError{version ? "--tls is not for a report, which knows its version"
                                                : "--keylog is for captures, and this is a report"};
            }
            return request_of_report(path, *text);
        }
        refuse_needless(path, file.bytes, secrets);
        decoding = decode_bytes(file.bytes, version, std::move(secrets));
    }
    RequestFile made;
    made.seen.certificate_requests.push_back(last_of(decoding, path));
    return made;
}

} // namespace mtls::cli
