#include "harness/raw/faults.hpp"

#include <string>

#include "harness/raw/protocol.hpp"

namespace mtls::raw {
namespace {

using scenario::Fault;
using scenario::Point;

Utterance handshake(std::uint8_t type, Bytes body)
{
    return {.type = content::handshake, .content = joined({number(1, type), vector(3, body)})};
}

Utterance http(std::string_view text)
{
    const Bytes bytes = bytes_of(text);
    return {.type = content::application_data, .content = Buffer{bytes.begin(), bytes.end()}};
}

/// The message that the client waits for at that point.
std::uint8_t awaited_at(Point point)
{
    switch (point) {
    case Point::none:
    case Point::before_tls:
    case Point::before_server_hello:
        return message::server_hello;
    case Point::after_server_hello:
    case Point::within_certificate:
    case Point::after_certificate_request:
        return message::certificate;
    case Point::after_encrypted_extensions:
    case Point::within_certificate_request:
        return message::certificate_request;
    case Point::after_certificate:
        return message::certificate_verify;
    case Point::before_finished:
    case Point::after_server_hello_done:
        return message::finished;
    case Point::after_client_certificate:
    case Point::within_http_head:
    case Point::within_http_body:
        break;
    }
    return message::new_session_ticket;
}

/// A NewSessionTicket (RFC 8446 §4.6.1) that nobody can use.
Utterance ticket()
{
    return handshake(message::new_session_ticket, joined({number(4, 1), number(4, 0), vector(1, number(1, 0)),
                                                          vector(2, number(4, 1)), vector(2, {})}));
}

/// RFC 8446 §4.6.2: "certificate_request_context [...] MUST be unique within the scope of this connection".
Utterance post_handshake_request(std::size_t count)
{
    const Buffer algorithms = vector(2, joined({number(2, 0x0403), number(2, 0x0804)}));
    const Buffer extensions = joined({number(2, extension::signature_algorithms), vector(2, algorithms)});
    return handshake(message::certificate_request, joined({vector(1, number(4, count)), vector(2, extensions)}));
}

/// RFC 8879 §4: zlib, a size that says 16 MiB - 1, and bytes that are no zlib.
Utterance compressed_certificate()
{
    constexpr std::size_t zlib = 1;
    constexpr std::size_t claimed = 0xffffff;
    return handshake(message::compressed_certificate,
                     joined({number(2, zlib), number(3, claimed), vector(3, garbage())}));
}

} // namespace

std::vector<Utterance> said_once(const scenario::Breakdown& breakdown)
{
    constexpr std::size_t many = 10000;
    constexpr std::size_t giant = 0xffffff;
    switch (breakdown.fault) {
    case Fault::giant_message:
        return {
            {.type = content::handshake, .content = joined({number(1, awaited_at(breakdown.at)), number(3, giant)})}};
    case Fault::empty_records:
        return std::vector<Utterance>(many, Utterance{.type = content::handshake, .content = {}});
    case Fault::compressed_certificate:
        return {compressed_certificate()};
    case Fault::body_without_end:
        return breakdown.at == Point::within_http_head ? std::vector{http("Transfer-Encoding: chunked\r\n\r\n")}
                                                       : std::vector<Utterance>{};
    case Fault::compressed_body:
        return {http("Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip\n")};
    default:
        return {};
    }
}

bool is_endless(Fault fault)
{
    switch (fault) {
    case Fault::endless_messages:
    case Fault::giant_message:
    case Fault::hello_requests:
    case Fault::certificate_requests:
    case Fault::warnings:
    case Fault::header_without_end:
    case Fault::body_without_end:
        return true;
    default:
        return false;
    }
}

Utterance said_again(Fault fault, std::size_t count)
{
    constexpr std::size_t warning = 1;
    constexpr std::size_t user_canceled = 90;
    constexpr std::size_t piece = 4000;
    switch (fault) {
    case Fault::endless_messages:
        return ticket();
    case Fault::hello_requests:
        return handshake(message::hello_request, {});
    case Fault::certificate_requests:
        return post_handshake_request(count);
    case Fault::warnings:
        return {.type = content::alert, .content = joined({number(1, warning), number(1, user_canceled)})};
    case Fault::header_without_end:
        return http("X-More-" + std::to_string(count) + ": " + std::string(piece, 'a') + "\r\n");
    case Fault::body_without_end:
        return http("fa0\r\n" + std::string(piece, 'a') + "\r\n"); // a chunk (RFC 9112 §7.1), or mere text
    default:
        return {.type = content::handshake, .content = Buffer(piece)};
    }
}

Buffer garbage()
{
    constexpr std::size_t size = 4096;
    return random_bytes(size);
}

} // namespace mtls::raw
