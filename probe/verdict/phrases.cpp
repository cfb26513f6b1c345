#include "probe/verdict/phrases.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "probe/verdict/reading.hpp"
#include "probe/verdict/server_product.hpp"

namespace mtls::verdict {

using observation::Observation;
using observation::Outcome;

namespace {

const char* when(const Observation& seen)
{
    return seen.handshake_completed ? "after the handshake" : "in the handshake";
}

std::string alert_in_words(const observation::AlertSeen& alert)
{
    const char* who = alert.direction == observation::Direction::received ? "from the server" : "sent by this side";
    const char* phase = alert.phase == observation::Phase::handshake ? "in the handshake" : "after the handshake";
    const std::string name = wire::name(alert.code);
    return fmt::format("alert {} ({}) {} {}", name, static_cast<int>(alert.code), who, phase);
}

std::string http_in_words(const observation::HttpAnswer& http)
{
    std::string text = fmt::format("HTTP {}", http.status);
    if (!http.reason.empty()) {
        text += " " + clipped(x509::printable(http.reason), 60);
    }
    if (!http.location.empty()) {
        text += " to " + http.location;
    }
    return text;
}

std::string iis_log_hint(const Observation& seen)
{
    if (seen.http->substatus) {
        return fmt::format("the page itself says {}.{}", seen.http->status, *seen.http->substatus);
    }
    if (!seen.certificate_sent) {
        return "no certificate was sent, which IIS logs as 403.7";
    }
    return "the page carries no substatus: untrusted, revoked or expired; IIS tells which only in its log: look for "
           "`403 16`, `403 13` or `403 17`";
}

} // namespace

std::string sni_in_words(const observation::Variant& variant)
{
    return variant.sni ? "SNI " + x509::printable(*variant.sni) : "no SNI";
}

std::string version_in_words(const Observation& seen)
{
    if (seen.negotiated) {
        return "TLS " + wire::name(seen.negotiated->version);
    }
    return offer_in_words(seen.variant);
}

std::string offer_in_words(const observation::Variant& variant)
{
    const auto& offered = variant.tls_offered;
    if (offered.empty()) {
        return "TLS";
    }
    const std::string highest = wire::name(offered.back());
    if (offered.size() == 1) {
        return "TLS " + highest + " offered";
    }
    return "TLS " + wire::name(offered.front()) + " to " + highest + " offered";
}

namespace {

std::string endpoint(const Observation& seen)
{
    const bool v6 = seen.variant.address.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}", v6 ? "[" : "", seen.variant.address, v6 ? "]" : "", seen.variant.port);
}

/// Each text once, in order.
template <class Text> std::string distinct(const std::vector<const Observation*>& all, Text text)
{
    std::vector<std::string> texts;
    for (const Observation* each : all) {
        std::string one = text(*each);
        if (std::find(texts.begin(), texts.end(), one) == texts.end()) {
            texts.push_back(std::move(one));
        }
    }
    return enumerated(texts);
}

} // namespace

std::string where(const Observation& seen)
{
    return fmt::format("observation {} ({}, {}, {})", seen.id, endpoint(seen), sni_in_words(seen.variant),
                       version_in_words(seen));
}

std::string where(const std::vector<const Observation*>& seen)
{
    if (seen.size() == 1) {
        return where(*seen.front());
    }
    const auto named =
        std::count_if(seen.begin(), seen.end(), [](const Observation* each) { return each->variant.sni; });
    const bool both = named > 0 && static_cast<std::size_t>(named) < seen.size();
    return fmt::format("observations {} ({}, {}, {})",
                       distinct(seen, [](const Observation& each) { return std::to_string(each.id); }),
                       distinct(seen, endpoint),
                       both ? "with and without SNI"
                            : distinct(seen, [](const Observation& each) { return sni_in_words(each.variant); }),
                       distinct(seen, version_in_words));
}

std::string ending(const Observation& seen)
{
    if (seen.http) {
        return http_in_words(*seen.http);
    }
    if (seen.alert) {
        return alert_in_words(*seen.alert);
    }
    switch (seen.outcome) {
    case Outcome::completed:
        if (seen.list_only) {
            return "list read, no handshake completed";
        }
        if (seen.data_received) {
            return "the server sent data";
        }
        return seen.settled ? "handshake completed, then silence" : "handshake completed";
    case Outcome::closed:
        return fmt::format("connection closed by the server {}, no answer", when(seen));
    case Outcome::reset:
        return fmt::format("connection reset by the server {}, no answer", when(seen));
    case Outcome::timeout:
        return fmt::format("no answer in time {}", answered(seen) ? when(seen) : "(not even a ServerHello)");
    case Outcome::refused:
        return "connection refused";
    case Outcome::unreachable:
        return "unreachable";
    case Outcome::not_tls:
        return "not TLS";
    case Outcome::alert:
    case Outcome::protocol_error:
        break;
    }
    return seen.detail.empty() ? "TLS protocol error" : seen.detail;
}

std::string ending_in_short(const Observation& seen)
{
    if (seen.http) {
        return fmt::format("HTTP {}", seen.http->status);
    }
    if (seen.alert) {
        return fmt::format("alert {} ({}){}", wire::name(seen.alert->code), static_cast<int>(seen.alert->code),
                           seen.alert->direction == observation::Direction::sent ? " by this side" : "");
    }
    return ending(seen);
}

const char* stage_in_words(observation::Stage stage)
{
    switch (stage) {
    case observation::Stage::handshake:
        return "in the handshake";
    case observation::Stage::renegotiation:
        return "by renegotiation after the HTTP request";
    case observation::Stage::post_handshake:
        break;
    }
    return "by post-handshake authentication";
}

const char* meaning(wire::AlertDescription code)
{
    switch (code) {
    case wire::AlertDescription::bad_certificate:
        return "the certificate is damaged, or its signature does not verify; OpenSSL also means a key or a digest "
               "that is too weak for its security level, Go any chain that it cannot verify";
    case wire::AlertDescription::unsupported_certificate:
        return "the certificate is of the wrong kind, or may not be used for client authentication";
    case wire::AlertDescription::certificate_revoked:
        return "the certificate is revoked";
    case wire::AlertDescription::certificate_expired:
        return "the certificate, or a CA above it, is expired or not valid now; OpenSSL also means a revocation list "
               "that has expired";
    case wire::AlertDescription::certificate_unknown:
        return "the certificate is not acceptable, for a reason that the server keeps to itself; of Apache it may be "
               "a revocation list that has expired";
    case wire::AlertDescription::unknown_ca:
        return "the server cannot chain the certificate to a CA that it trusts";
    case wire::AlertDescription::access_denied:
        return "the certificate is valid, but its owner is not let in";
    case wire::AlertDescription::certificate_required:
        return "the server insists on a certificate and got none";
    case wire::AlertDescription::decrypt_error:
        return "the proof that we hold the key did not verify";
    case wire::AlertDescription::internal_error:
        return "something failed in the server itself; Apache sends it when the client's chain is longer than its "
               "SSLVerifyDepth (1 unless set)";
    case wire::AlertDescription::handshake_failure:
        return "the server gives no reason; many servers mean: no certificate, or none that they take; Apache sends it "
               "when its OCSP responder does not answer";
    default:
        return "";
    }
}

std::string server_log_hint(const Facts& facts, const Observation& seen)
{
    if (!seen.http) {
        return {};
    }
    const std::string product = server_product(facts);
    if (seen.http->status == 403 && !speaks_against_iis(facts)) {
        return iis_log_hint(seen);
    }
    if (answer_is_from_behind(seen) && seen.certificate_sent) {
        return "the page says that none was sent: this server has let it pass, and one behind it, which demands a "
               "certificate on its own connection, got none (inner status 496 there)";
    }
    if (answer_is_from_behind(seen)) {
        return seen.http->certificate_page == observation::CertificatePage::none_sent
                   ? "the page says that no certificate was sent, and nobody had asked for one here: a server behind "
                     "this one demands it"
                   : "the page says that a certificate did not verify, and nobody had asked for one here: a server "
                     "behind this one refuses the certificate that this one presents to it";
    }
    if (seen.http->status == 400 && product == "nginx" && !seen.http->about_certificate) {
        return "the page is not nginx's own about certificates (inner status 495 or 496): what stands behind nginx may "
               "have answered";
    }
    if (seen.http->status == 400 && product == "nginx") {
        return seen.certificate_sent ? "nginx answers 400 when it cannot verify a certificate (its inner status 495)"
                                     : "nginx answers 400 when no certificate arrives (its inner status 496)";
    }
    return {};
}

std::string in_words(const x509::Name& name)
{
    std::string text = name.text();
    return text.empty() ? "(empty name)" : text;
}

std::string clipped(std::string text, std::size_t limit)
{
    if (text.size() <= limit) {
        return text;
    }
    std::size_t end = limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
        --end; // not in the middle of a UTF-8 character
    }
    return fmt::format("{}... ({} more bytes)", text.substr(0, end), text.size() - end);
}

std::vector<std::string> listed(std::string_view prefix, const std::vector<x509::Name>& names, std::size_t limit)
{
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < names.size() && at < limit; ++at) {
        lines.push_back(fmt::format("{}{}", prefix, in_words(names[at])));
    }
    if (names.size() > limit) {
        lines.push_back(fmt::format("{}{} more, all in the JSON report", prefix, names.size() - limit));
    }
    return lines;
}

std::string counted(std::size_t count, std::string_view thing)
{
    return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string enumerated(const std::vector<std::string>& things)
{
    constexpr std::size_t shown = 3;
    std::string text;
    for (std::size_t at = 0; at < things.size(); ++at) {
        if (at == shown && things.size() > shown + 1) {
            return text + fmt::format(" and {} more", things.size() - shown);
        }
        if (at > 0) {
            text += at + 1 == things.size() ? " and " : ", ";
        }
        text += things[at];
    }
    return text;
}

std::string alternatives(const std::vector<std::string>& things)
{
    std::string text;
    for (std::size_t at = 0; at < things.size(); ++at) {
        text += (at == 0 ? "" : at + 1 == things.size() ? " or " : ", ") + things[at];
    }
    return text;
}

} // namespace mtls::verdict
