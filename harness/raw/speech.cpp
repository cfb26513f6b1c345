#include "harness/raw/speech.hpp"

#include <algorithm>

#include "harness/raw/protocol.hpp"

namespace mtls::raw {

void Speech::say(std::uint8_t type, Bytes body)
{
    const Buffer message = joined({number(1, type), vector(3, body)});
    note(message);
    say_handshake(message);
}

void Speech::say_request(Bytes body)
{
    constexpr std::size_t giant = 0xffffff;
    const bool lie = script_.raw.request.malformation == scenario::Malformation::giant_length;
    const Buffer message =
        joined({number(1, message::certificate_request), number(3, lie ? giant : body.size()), body});
    note(message);
    if (script_.raw.stall == scenario::Stall::within_certificate_request) {
        say_handshake(Bytes{message}.first(message.size() / 2));
        reach(scenario::Stall::within_certificate_request);
    }
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
    append(output_, protection_ ? protection_->seal(type, content) : plain_record(type, version_, content));
}

void Speech::say_alert(int code)
{
    constexpr std::size_t fatal = 2;
    say_record(content::alert, joined({number(1, fatal), number(1, static_cast<std::size_t>(code))}));
}

void Speech::reach(scenario::Stall point)
{
    silent_ = silent_ || script_.raw.stall == point;
}

} // namespace mtls::raw
