#include "probe/cli/request_file.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "certs/x509/config_error.hpp"
#include "certs/x509/file_bytes.hpp"
#include "probe/cli/decode_file.hpp"
#include "probe/cli/decode_output.hpp"

namespace mtls::cli {

namespace {

namespace json = boost::json;
using observation::Observation;
using observation::Stage;
using wire::ProtocolVersion;

/// The member of an object; JSON null if there is none, or no object.
const json::value& member(const json::value& value, std::string_view key)
{
    static const json::value null;
    const auto* object = value.if_object();
    const auto* found = object == nullptr ? nullptr : object->if_contains(key);
    return found == nullptr ? null : *found;
}

std::string text(const json::value& value)
{
    return value.is_string() ? std::string{value.get_string()} : std::string{};
}

/// A report of ours, checked no further than it is read.
class ReportReader {
  public:
    explicit ReportReader(std::string path) : path_{std::move(path)} {}

    [[nodiscard]] Observation read(std::string_view bytes) const
    {
        boost::system::error_code problem;
        const json::value whole = json::parse(bytes, problem);
        if (problem) {
            fail("it begins like JSON, but is none: " + problem.message());
        }
        const json::value& report = the_only(whole);
        if (text(member(report, "schema")) != "mtls-probe/report/1") {
            fail("JSON, but no report of mtls-probe");
        }
        const json::value& id = member(member(report, "request"), "observation");
        const json::value& index = member(member(report, "request"), "index");
        if (!id.is_int64() || !index.is_int64()) {
            fail("the report holds no certificate request");
        }
        const json::value& observed = observation_of(report, id);
        const auto* requests = member(observed, "certificate_requests").if_array();
        const auto at = static_cast<std::size_t>(index.get_int64());
        if (requests == nullptr || at >= requests->size()) {
            fail("the report points at a request that is not in it");
        }
        return observation_with((*requests)[at], member(observed, "negotiated"));
    }

  private:
    [[noreturn]] void fail(const std::string& why) const { throw x509::ConfigError{"read " + path_ + ": " + why}; }

    [[nodiscard]] const json::value& the_only(const json::value& whole) const
    {
        const auto* reports = whole.if_array();
        if (reports == nullptr) {
            return whole;
        }
        if (reports->size() != 1) {
            fail("it holds " + std::to_string(reports->size()) + " reports, and one is wanted");
        }
        return reports->front();
    }

    [[nodiscard]] const json::value& observation_of(const json::value& report, const json::value& id) const
    {
        if (const auto* all = member(report, "observations").if_array()) {
            const auto found = std::find_if(all->begin(), all->end(),
                                            [&](const json::value& each) { return member(each, "id") == id; });
            if (found != all->end()) {
                return *found;
            }
        }
        fail("the report points at an observation that is not in it");
    }

    /// As negotiated; a handshake that broke off early says no version, but the fields of its request do.
    [[nodiscard]] static ProtocolVersion version_of(const json::value& request, const json::value& negotiated)
    {
        for (const auto version : {ProtocolVersion::ssl3, ProtocolVersion::tls10, ProtocolVersion::tls11,
                                   ProtocolVersion::tls12, ProtocolVersion::tls13}) {
            if (text(member(negotiated, "version")) == wire::name(version)) {
                return version;
            }
        }
        if (member(request, "certificate_types").is_null()) {
            return ProtocolVersion::tls13;
        }
        return member(request, "signature_algorithms").is_null() ? ProtocolVersion::tls10 : ProtocolVersion::tls12;
    }

    [[nodiscard]] std::vector<std::uint8_t> bytes_of(const std::string& hex) const
    {
        static constexpr std::string_view digits{"0123456789abcdef"};
        std::vector<std::uint8_t> bytes;
        for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
            const auto high = digits.find(hex[at]);
            const auto low = digits.find(hex[at + 1]);
            if (high == std::string_view::npos || low == std::string_view::npos) {
                fail("the request's bytes are not hex");
            }
            bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
        }
        return bytes;
    }

    [[nodiscard]] Observation observation_with(const json::value& request, const json::value& negotiated) const
    {
        const ProtocolVersion version = version_of(request, negotiated);
        Stage stage = Stage::handshake;
        for (const Stage each : {Stage::renegotiation, Stage::post_handshake}) {
            stage = text(member(request, "stage")) == to_string(each) ? each : stage;
        }
        Observation seen;
        seen.certificate_requests.push_back(
            observation::read_request(stage, std::nullopt, version, bytes_of(text(member(request, "raw")))));
        if (negotiated.is_object()) {
            seen.negotiated = observation::Negotiated{version, text(member(negotiated, "cipher")), {}, {}};
        }
        return seen;
    }

    std::string path_;
};

/// The last one that is whole; of those that a capture has cut, the last.
const observation::RequestSeen& last_of(const explain::Decoding& decoding, const std::filesystem::path& path)
{
    const auto& requests = decoding.requests;
    if (requests.empty()) {
        const std::string why = decoding.problem.empty() ? "no certificate request in it; in TLS 1.3 it is encrypted"
                                                         : x509::printable(decoding.problem);
        throw x509::ConfigError{"decode " + x509::printable(path.string()) + ": " + why};
    }
    const auto whole = std::find_if_not(requests.rbegin(), requests.rend(), is_cut);
    return whole == requests.rend() ? requests.back().seen : whole->seen;
}

} // namespace

Observation read_request_file(const std::filesystem::path& path, std::optional<ProtocolVersion> version)
{
    explain::Decoding decoding;
    if (is_capture_file(path)) {
        decoding = decode_file(path, version);
    } else {
        const auto file = x509::read_file(path == "-" ? "/dev/stdin" : path);
        if (file.problem) {
            throw x509::ConfigError{x509::read_error(path, *file.problem)};
        }
        const std::string_view bytes{reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()};
        const auto start = bytes.find_first_not_of(" \t\r\n");
        if (start != std::string_view::npos && (bytes[start] == '{' || bytes[start] == '[')) {
            if (version) {
                throw x509::ConfigError{"--tls is not for a report, which knows its version"};
            }
            return ReportReader{x509::printable(path.string())}.read(bytes);
        }
        decoding = decode_bytes(file.bytes, version);
    }
    Observation seen;
    seen.certificate_requests.push_back(last_of(decoding, path));
    return seen;
}

} // namespace mtls::cli
