#include "probe/observation/observation.hpp"

namespace mtls::observation {

const char* to_string(Purpose purpose)
{
    return purpose == Purpose::variant ? "variant" : "candidate";
}

const char* to_string(Outcome outcome)
{
    switch (outcome) {
    case Outcome::completed:
        return "completed";
    case Outcome::alert:
        return "alert";
    case Outcome::closed:
        return "closed";
    case Outcome::reset:
        return "reset";
    case Outcome::refused:
        return "refused";
    case Outcome::unreachable:
        return "unreachable";
    case Outcome::timeout:
        return "timeout";
    case Outcome::not_tls:
        return "not_tls";
    case Outcome::protocol_error:
        break;
    }
    return "protocol_error";
}

const char* to_string(Direction direction)
{
    return direction == Direction::received ? "received" : "sent";
}

const char* to_string(Phase phase)
{
    return phase == Phase::handshake ? "handshake" : "after_handshake";
}

const char* to_string(Side side)
{
    return side == Side::client ? "client" : "server";
}

const char* to_string(CertificatePage page)
{
    switch (page) {
    case CertificatePage::none_sent:
        return "none_sent";
    case CertificatePage::not_verified:
        return "not_verified";
    case CertificatePage::other:
        break;
    }
    return "";
}

} // namespace mtls::observation
