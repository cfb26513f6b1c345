#include "probe/handshake/approach.hpp"

#include <array>

#include "certs/x509/name.hpp"
#include "probe/net/proxy.hpp"
#include "probe/net/starttls.hpp"

namespace mtls::handshake {

namespace asio = boost::asio;
using net::Deadline;
using net::IoResult;
using net::IoStatus;
using observation::Outcome;
using MaybeBlocked = std::optional<Blocked>;

namespace {

/// Speaks in the clear until the dialogue is over; tells if the other side broke off before.
template <class Dialogue> asio::awaitable<MaybeBlocked> talk(net::Stream& stream, Dialogue& dialogue, Deadline until,
                                                             std::string place, std::string what)
{
    std::array<std::uint8_t, 4096> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by the read
    for (;;) {
        const std::string say = dialogue.take_output();
        if (!say.empty()) {
            co_await stream.write_all({reinterpret_cast<const std::uint8_t*>(say.data()), say.size()}, until);
        }
        if (dialogue.state() != Dialogue::State::talking) {
            co_return std::nullopt;
        }
        const IoResult result = co_await stream.read_some(buffer, until);
        if (result.status != IoStatus::ok) {
            co_return broken_off(result, place, "before TLS, " + what);
        }
        (void)dialogue.feed({reinterpret_cast<const char*>(buffer.data()), result.bytes});
    }
}

asio::awaitable<MaybeBlocked> tunnel(net::Stream& stream, const Question& question, std::string proxy, Deadline until)
{
    const auto& [address, port, sni, versions] = question.variant;
    net::ProxyDialogue dialogue{question.proxy->kind, address, port};
    auto broken = co_await talk(stream, dialogue, until, proxy, "with " + proxy);
    if (!broken && dialogue.state() == net::ProxyDialogue::State::refused) {
        broken = Blocked{Outcome::unreachable, proxy + " opens no way to " + place_of(address, port) + ": " +
                                                   x509::printable(dialogue.why())};
    }
    co_return broken;
}

asio::awaitable<MaybeBlocked> upgrade(net::Stream& stream, const Question& question, Deadline until)
{
    const std::string place = place_of(question.variant.address, question.variant.port);
    const std::string what = std::string{"STARTTLS ("} + to_string(question.upgrade->protocol) + ") on " + place;
    net::StartTlsDialogue dialogue{question.upgrade->protocol, question.upgrade->host};
    auto broken = co_await talk(stream, dialogue, until, place, "during " + what);
    if (!broken && dialogue.state() == net::StartTlsDialogue::State::refused) {
        broken = Blocked{Outcome::not_tls,
                         what + " was refused: the server said \"" + x509::printable(dialogue.said()) + "\""};
    }
    co_return broken;
}

} // namespace

std::string place_of(const std::string& address, std::uint16_t port)
{
    return (address.find(':') == std::string::npos ? address : "[" + address + "]") + ":" + std::to_string(port);
}

Outcome outcome_of(IoStatus status)
{
    switch (status) {
    case IoStatus::closed:
        return Outcome::closed;
    case IoStatus::reset:
        return Outcome::reset;
    case IoStatus::refused:
        return Outcome::refused;
    case IoStatus::timeout:
        return Outcome::timeout;
    case IoStatus::ok:
        return Outcome::completed;
    case IoStatus::unreachable:
    case IoStatus::failed:
        break;
    }
    return Outcome::unreachable;
}

Blocked broken_off(const IoResult& result, const std::string& place, const std::string& when)
{
    switch (result.status) {
    case IoStatus::closed:
        return {Outcome::closed, "the server closed the connection " + when};
    case IoStatus::reset:
        return {Outcome::reset, "the server reset the connection " + when};
    case IoStatus::timeout:
        return {Outcome::timeout, "the server did not go on in time " + when};
    case IoStatus::failed:
        return {Outcome::protocol_error, "read from " + place + ": " + result.why};
    case IoStatus::ok:
    case IoStatus::refused:
    case IoStatus::unreachable:
        break;
    }
    return {outcome_of(result.status), "read from " + place + ": " + result.why};
}

asio::awaitable<MaybeBlocked> approach(net::Stream& stream, const Question& question, Deadline connect_until,
                                       Deadline until)
{
    const std::string& address = question.proxy ? question.proxy->address : question.variant.address;
    const std::uint16_t port = question.proxy ? question.proxy->port : question.variant.port;
    const std::string place = (question.proxy ? "the proxy " : "") + place_of(address, port);
    const IoResult result = co_await stream.connect(address, port, connect_until);
    MaybeBlocked blocked;
    if (result.status != IoStatus::ok) {
        blocked = Blocked{outcome_of(result.status), "connect to " + place + ": " + result.why};
    }
    if (!blocked && question.proxy) {
        blocked = co_await tunnel(stream, question, place, until);
    }
    if (!blocked && question.upgrade) {
        blocked = co_await upgrade(stream, question, until);
    }
    co_return blocked;
}

} // namespace mtls::handshake
