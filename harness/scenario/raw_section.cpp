#include <algorithm>

#include "certs/pki/recipe_values.hpp"
#include "harness/scenario/sections.hpp"

namespace mtls::scenario {
namespace {

constexpr std::array<Word<Malformation>, 8> malformations{{
    {"list_too_long", Malformation::list_too_long},
    {"entry_too_long", Malformation::entry_too_long},
    {"trailing_bytes_in_list", Malformation::trailing_bytes_in_list},
    {"trailing_bytes_after", Malformation::trailing_bytes_after},
    {"missing_algorithms", Malformation::missing_algorithms},
    {"duplicate_extension", Malformation::duplicate_extension},
    {"context_too_long", Malformation::context_too_long},
    {"giant_length", Malformation::giant_length},
}};
constexpr std::array<Word<Point>, 13> points{{
    {"before_tls", Point::before_tls},
    {"before_server_hello", Point::before_server_hello},
    {"after_server_hello", Point::after_server_hello},
    {"after_encrypted_extensions", Point::after_encrypted_extensions},
    {"within_certificate", Point::within_certificate},
    {"after_certificate", Point::after_certificate},
    {"within_certificate_request", Point::within_certificate_request},
    {"after_certificate_request", Point::after_certificate_request},
    {"before_finished", Point::before_finished},
    {"after_server_hello_done", Point::after_server_hello_done},
    {"after_client_certificate", Point::after_client_certificate},
    {"within_http_head", Point::within_http_head},
    {"within_http_body", Point::within_http_body},
}};
constexpr std::array<Word<Fault>, 15> faults{{
    {"stall", Fault::stall},
    {"close", Fault::close},
    {"reset", Fault::reset},
    {"slow", Fault::slow},
    {"garbage", Fault::garbage},
    {"endless_messages", Fault::endless_messages},
    {"giant_message", Fault::giant_message},
    {"empty_records", Fault::empty_records},
    {"hello_requests", Fault::hello_requests},
    {"certificate_requests", Fault::certificate_requests},
    {"warnings", Fault::warnings},
    {"compressed_certificate", Fault::compressed_certificate},
    {"header_without_end", Fault::header_without_end},
    {"body_without_end", Fault::body_without_end},
    {"compressed_body", Fault::compressed_body},
}};
constexpr std::size_t largest_fragment = 16384; // RFC 8446 §5.1

bool speaks_tls13(const std::vector<TlsVersion>& versions)
{
    return std::ranges::find(versions, TlsVersion::tls13) != versions.end();
}

/// A point that no handshake passes would quietly be another scenario.
void check_point(TableReader& reader, std::string_view key, Point point, bool tls13)
{
    if (!tls13 && (point == Point::after_encrypted_extensions || point == Point::before_finished)) {
        reader.complain(key, "TLS 1.3 only, which is not spoken here");
    }
}

/// Bytes in hex, at most `largest`; none if they are wrong.
x509::Der bytes_of(TableReader& reader, std::string_view key, std::size_t index, std::string_view text,
                   std::size_t largest)
{
    const auto bytes = pki::unhex(text);
    if (!bytes) {
        reader.complain(key, index, std::string{key} + ": " + quoted(text) + " is not hexadecimal");
    } else if (bytes->size() > largest) {
        reader.complain(key, index, std::string{key} + " holds up to " + std::to_string(largest) + " bytes");
    }
    return bytes.value_or(x509::Der{});
}

void read_bytes(TableReader& reader, std::string_view key, x509::Der& bytes, std::size_t largest)
{
    std::optional<std::string> text;
    reader.read(key, text);
    if (text) {
        bytes = bytes_of(reader, key, 0, *text, largest);
    }
}

void read_authorities(TableReader& reader, RawRequest& request, const Known& known)
{
    constexpr std::string_view key = "authorities";
    constexpr std::string_view prefix = "der:";
    std::optional<std::vector<std::string>> entries;
    reader.read(key, entries);
    if (!entries) {
        return;
    }
    auto& authorities = request.authorities.emplace();
    for (std::size_t i = 0; i < entries->size(); ++i) {
        const std::string& entry = (*entries)[i];
        if (entry.starts_with(prefix)) {
            const auto text = std::string_view{entry}.substr(prefix.size());
            authorities.emplace_back(bytes_of(reader, key, i, text, 0xffff));
        } else {
            known.check(reader, key, i, entry, pki::Role::authority);
            authorities.emplace_back(entry);
        }
    }
}

RawRequest read_request(TableReader reader, const Known& known, bool tls13)
{
    RawRequest request;
    read_bytes(reader, "certificate_types", request.certificate_types, 0xff);
    read_bytes(reader, "signature_algorithms", request.signature_algorithms, 0xfffe);
    read_bytes(reader, "context", request.context, 0xff);
    read_authorities(reader, request, known);
    reader.read_word("malformation", request.malformation, malformations);
    const bool only13 = request.malformation == Malformation::duplicate_extension ||
                        request.malformation == Malformation::context_too_long;
    if (only13 && !tls13) {
        reader.complain("malformation", "TLS 1.3 only, which is not spoken here");
    }
    if (reader.has("body")) {
        read_bytes(reader, "body", request.body.emplace(), 0xffffff);
    }
    reader.finish();
    return request;
}

} // namespace

Breakdown read_breakdown(TableReader& reader, const std::vector<TlsVersion>& versions)
{
    Breakdown breakdown;
    reader.read_word("at", breakdown.at, points);
    check_point(reader, "at", breakdown.at, speaks_tls13(versions));
    reader.read_word("fault", breakdown.fault, faults);
    const bool http = breakdown.at == Point::within_http_head || breakdown.at == Point::within_http_body;
    if (reader.has("fault") && !reader.has("at")) {
        reader.complain("fault", "a fault needs a point: at");
    } else if (breakdown.fault >= Fault::header_without_end && !http) {
        reader.complain("fault", "that fault is only for within_http_head and within_http_body");
    }
    return breakdown;
}

Raw read_raw(TableReader reader, const std::vector<Listener>& listeners, const Known& known)
{
    const bool tls13 = std::ranges::any_of(listeners, speaks_tls13, &Listener::tls);
    Raw raw;
    reader.read("banner", raw.banner);
    reader.read("instead", raw.instead);
    if (const auto request = reader.table("request")) {
        raw.request = read_request(*request, known, tls13);
    }
    reader.read("fragment", raw.fragment);
    if (raw.fragment == 0 || raw.fragment > largest_fragment) {
        reader.complain("fragment", "fragment is from 1 to 16384");
    }
    reader.read_word("stall", raw.stall, points);
    check_point(reader, "stall", raw.stall, tls13);
    reader.read("endless", raw.endless);
    int interval = 0;
    reader.read("byte_interval_ms", interval);
    raw.byte_interval = std::chrono::milliseconds{interval};
    reader.finish();
    return raw;
}

} // namespace mtls::scenario
