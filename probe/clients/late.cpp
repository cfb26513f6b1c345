#include "probe/clients/late.hpp"

#include <string>
#include <utility>

namespace mtls::clients {

namespace {

std::string with_note(std::string reason, std::string_view note)
{
    return note.empty() ? reason : reason.append("; ").append(note);
}

/// What it would do is sure only if it is asked at all.
Answer if_asked(Answer answer, std::string why)
{
    return answer.sends == Sends::yes ? perhaps(std::move(answer), std::move(why)) : answer;
}

} // namespace

Answer answer_late(const LateManners& manners, LateWay way, Answer in_the_handshake)
{
    const bool renegotiates = way == LateWay::renegotiation;
    const LateManner& manner = renegotiates ? manners.renegotiation : manners.post_handshake;
    switch (manner.kind) {
    case Late::answered:
        return in_the_handshake;
    case Late::not_asked:
        if (in_the_handshake.wire == OnTheWire::nothing) {
            return in_the_handshake; // it does not even start
        }
        return is_not_asked(with_note(renegotiates
                                          ? "it does not renegotiate, so it cannot be asked after the handshake"
                                          : "it does not offer post-handshake authentication, so a server may "
                                            "not ask it after the handshake",
                                      manner.note));
    case Late::up_to_the_program:
        return if_asked(std::move(in_the_handshake), std::string{manner.note});
    case Late::not_known:
        break;
    }
    return if_asked(std::move(in_the_handshake), "in the handshake it would; whether it answers a request that comes "
                                                 "after it was not looked at");
}

} // namespace mtls::clients
