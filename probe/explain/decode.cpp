#include "probe/explain/decode.hpp"

#include <algorithm>
#include <array>

#include "probe/explain/dump.hpp"
#include "probe/explain/flight.hpp"
#include "probe/explain/foreign.hpp"

namespace mtls::explain {

namespace {

using observation::RequestSeen;
using wire::ProtocolVersion;
using Layout = DecodedRequest::Layout;
using Body = std::vector<std::uint8_t>;

/// TLS 1.1 has the layout of 1.0.
constexpr std::array layouts{ProtocolVersion::tls12, ProtocolVersion::tls13, ProtocolVersion::tls10};

RequestSeen read(ProtocolVersion version, const Body& body)
{
    // RFC 8446 §4.3.2: a context is there exactly when the request comes after the handshake.
    const bool late = version == ProtocolVersion::tls13 && !body.empty() && body.front() != 0;
    const auto stage = late ? observation::Stage::post_handshake : observation::Stage::handshake;
    return observation::read_request(stage, std::nullopt, version, body);
}

bool parses(const RequestSeen& seen)
{
    return !seen.request.error && std::all_of(seen.authorities.begin(), seen.authorities.end(),
                                              [](const observation::Authority& one) { return one.is_name; });
}

/// How far a reading came, to choose among those that fail.
std::size_t reached(const RequestSeen& seen)
{
    return seen.request.error ? seen.request.error->offset : seen.raw.size();
}

DecodedRequest choose(const FoundRequest& found, std::optional<ProtocolVersion> forced)
{
    DecodedRequest decoded;
    decoded.found_in = found.found_in;
    decoded.left_over = found.left_over;
    if (forced || found.version) {
        decoded.layout = forced ? Layout::forced : Layout::from_server_hello;
        decoded.seen = read(forced ? *forced : *found.version, found.body);
        return decoded;
    }
    std::vector<RequestSeen> whole;
    std::optional<RequestSeen> best;
    for (const ProtocolVersion version : layouts) {
        RequestSeen seen = read(version, found.body);
        if (parses(seen)) {
            whole.push_back(seen);
        }
        if (!best || reached(seen) > reached(*best)) {
            best = std::move(seen);
        }
    }
    if (whole.empty()) {
        decoded.layout = Layout::none;
        decoded.seen = std::move(*best);
        return decoded;
    }
    decoded.layout = whole.size() == 1 ? Layout::only_one : Layout::several;
    for (std::size_t at = 1; at < whole.size(); ++at) {
        decoded.also.push_back(whole[at].request.version);
    }
    decoded.seen = std::move(whole.front());
    return decoded;
}

/// The type of a whole handshake message says what it is; a bare body must say so itself.
bool is_a_request(const FoundRequest& found, const DecodedRequest& decoded)
{
    const bool framed = found.whole && found.found_in != message_body;
    return framed || parses(decoded.seen) || (!is_der_object(found.body) && resembles_request(decoded.seen));
}

Unread foreign(const Body& body, std::optional<ProtocolVersion> forced, std::span<const std::uint8_t> file)
{
    Unread unread{body.size(), foreign_kind(file), {}};
    if (unread.looks_like.empty()) {
        unread.looks_like = foreign_kind(body); // what base64 or hex hid
    }
    if (forced) {
        unread.tried.push_back(read(*forced, body));
        return unread;
    }
    for (const ProtocolVersion version : layouts) {
        unread.tried.push_back(read(version, body));
    }
    return unread;
}

} // namespace

Decoding decode(std::span<const std::uint8_t> file, std::optional<ProtocolVersion> version)
{
    Decoding decoding;
    Dump dump = read_dump(file);
    decoding.form = dump.form;
    decoding.problem = dump.problem;
    if (const std::string kind = foreign_kind(file); !dump.problem.empty() && !kind.empty()) {
        decoding.problem += "; it looks like " + kind;
    }
    for (const Body& block : dump.blocks) {
        for (const FoundRequest& found : find_requests(block)) {
            DecodedRequest decoded = choose(found, version);
            if (is_a_request(found, decoded)) {
                decoding.requests.push_back(std::move(decoded));
            } else if (!decoding.unread) {
                decoding.unread = foreign(found.body, version, file);
            }
        }
    }
    if (decoding.requests.empty() && !decoding.unread && decoding.problem.empty()) {
        decoding.problem = "the handshake messages in it are not a CertificateRequest";
    }
    return decoding;
}

void CaptureDecoder::take(const capture::Conversation& conversation)
{
    constexpr std::size_t most_connections = 1000;
    constexpr std::size_t most_bytes = std::size_t{8} << 20U;
    auto flight = read_conversation(conversation, secrets_);
    if (!flight) {
        return;
    }
    std::size_t bytes = 0;
    for (const FoundRequest& found : flight->requests) {
        bytes += found.body.size();
    }
    if (flights_.size() == most_connections || kept_bytes_ + bytes > most_bytes) {
        ++left_out_;
        return;
    }
    kept_bytes_ += bytes;
    flights_.push_back(std::move(*flight));
}

Decoding CaptureDecoder::finish(capture::Summary summary)
{
    Decoding decoding;
    decoding.form = "capture";
    decoding.capture = std::move(summary);
    decoding.left_out = left_out_;
    std::sort(flights_.begin(), flights_.end(), [](const CapturedFlight& left, const CapturedFlight& right) {
        return left.connection.number < right.connection.number;
    });
    for (CapturedFlight& flight : flights_) {
        flight.connection.number = decoding.connections.size() + 1;
        for (const FoundRequest& found : flight.requests) {
            decoding.requests.push_back(choose(found, version_));
            decoding.requests.back().connection = flight.connection.number;
            decoding.requests.back().seen.complete = found.whole;
        }
        decoding.connections.push_back(std::move(flight.connection));
    }
    flights_.clear();
    if (decoding.connections.empty()) {
        decoding.problem = decoding.capture->tcp_packets == 0 ? "the capture holds no TCP" : "the capture holds no TLS";
    }
    if (!decoding.capture->problem.empty()) {
        decoding.problem = decoding.capture->problem;
    }
    return decoding;
}

} // namespace mtls::explain
