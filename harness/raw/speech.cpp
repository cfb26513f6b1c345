#include "harness/raw/speech.hpp"

#include <algorithm>

#include "harness/raw/faults.hpp"
#include "harness/raw/protocol.hpp"

namespace mtls::raw {

using scenario::Fault;
using scenario::Point;

void Speech::say(std::uint8_t type, Bytes body)
{
    const Buffer message = joined({number(1, type), vector(3, body)});
    note(message);
    say_handshake(message);
}

void Speech::say(std::uint8_t type, Bytes body, Point middle)
{
    if (breakdown_.at != middle) {
        say(type, body);
        return;
    }
    const Buffer message = joined({number(1, type), vector(3, body)});
    const bool instead = breakdown_.fault == Fault::giant_message || breakdown_.fault == Fault::compressed_certificate;
    const std::size_t half = instead ? 0 : message.size() / 2;
    note(message);
    say_handshake(Bytes{message}.first(half));
    reach(middle);
    say_handshake(Bytes{message}.subspan(half)); // of a slow server
}

void Speech::say_request(Bytes body)
{
    constexpr std::size_t giant = 0xffffff;
    if (script_.raw.request.malformation != scenario::Malformation::giant_length) {
        say(message::certificate_request, body, Point::within_certificate_request);
        if (!silent_) {
            request_end_ = taken_ + output_.size();
        }
        return;
    }
    const Buffer message = joined({number(1, message::certificate_request), number(3, giant), body});
    note(message);
    say_handshake(message);
}

void Speech::say_handshake(Bytes bytes)
{
    while (!bytes.empty()) {
        const Bytes fragment = bytes.first(std::min(bytes.size(), script_.raw.fragment));
        say_record(content::handshake, fragment);
        bytes = bytes.subspan(fragment.size());
    }
}

void Speech::say_record(std::uint8_t type, Bytes content)
{
    if (silent_) {
        return;
    }
    if (auto* tls13 = std::get_if<RecordProtection>(&protection_)) {
        append(output_, tls13->seal(type, content));
    } else if (auto* tls12 = std::get_if<RecordProtection12>(&protection_)) {
        append(output_, tls12->seal(type, content));
    } else {
        append(output_, plain_record(type, version_, content));
    }
}

void Speech::say_alert(int code)
{
    constexpr std::size_t fatal = 2;
    say_record(content::alert, joined({number(1, fatal), number(1, static_cast<std::size_t>(code))}));
}

void Speech::reach(Point point)
{
    if (silent_ || point == Point::none || breakdown_.at != point) {
        return;
    }
    if (breakdown_.fault == Fault::slow) {
        slow_after_ = taken_ + output_.size();
        return;
    }
    go_wrong();
    silent_ = true;
}

void Speech::go_wrong()
{
    switch (breakdown_.fault) {
    case Fault::stall:
    case Fault::slow:
        break;
    case Fault::close:
        ending_ = Ending::close;
        break;
    case Fault::reset:
        ending_ = Ending::reset;
        break;
    case Fault::garbage:
        say_bytes(garbage());
        break;
    default:
        for (const Utterance& one : said_once(breakdown_)) {
            say_record(one.type, one.content);
        }
        endless_ = is_endless(breakdown_.fault);
        break;
    }
}

void Speech::say_again()
{
    constexpr std::size_t enough = 16384;
    while (output_.size() < enough) {
        const Utterance again = said_again(breakdown_.fault, repeats_++);
        say_record(again.type, again.content);
    }
}

Buffer Speech::take()
{
    taken_ += output_.size();
    return std::exchange(output_, {});
}

Buffer Speech::more()
{
    if (endless_) {
        silent_ = false;
        say_again();
        silent_ = true;
    }
    return take();
}

} // namespace mtls::raw
