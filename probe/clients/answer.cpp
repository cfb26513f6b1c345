#include "probe/clients/answer.hpp"

#include <utility>

namespace mtls::clients {

Answer offers(std::size_t certificates, std::string reason)
{
    return {Sends::yes, std::move(reason), Sends::yes, OnTheWire::certificate, certificates};
}

Answer offers_then_breaks_off(std::size_t certificates, std::string reason)
{
    return {Sends::yes, std::move(reason), Sends::yes, OnTheWire::certificate_then_break, certificates};
}

Answer withholds(std::string reason)
{
    return {Sends::no, std::move(reason), Sends::no, OnTheWire::empty_certificate, std::nullopt};
}

Answer breaks_off(std::string reason)
{
    return {Sends::no, std::move(reason), Sends::no, OnTheWire::break_off, std::nullopt};
}

Answer cannot_start(std::string reason)
{
    return {Sends::no, std::move(reason), Sends::no, OnTheWire::nothing, std::nullopt};
}

Answer is_not_asked(std::string reason)
{
    return {Sends::no, std::move(reason), Sends::no, OnTheWire::not_asked, std::nullopt};
}

Answer not_known(std::string reason)
{
    return {Sends::unknown, std::move(reason), Sends::unknown, OnTheWire::unknown, std::nullopt};
}

Answer perhaps(Answer given, std::string reason)
{
    given.sends = Sends::unknown;
    given.reason = std::move(reason);
    return given;
}

const char* to_string(Sends sends)
{
    switch (sends) {
    case Sends::no:
        return "no";
    case Sends::yes:
        return "yes";
    case Sends::unknown:
        break;
    }
    return "unknown";
}

const char* to_string(OnTheWire wire)
{
    switch (wire) {
    case OnTheWire::certificate:
        return "certificate";
    case OnTheWire::certificate_then_break:
        return "certificate_then_break";
    case OnTheWire::empty_certificate:
        return "empty_certificate";
    case OnTheWire::break_off:
        return "break_off";
    case OnTheWire::not_asked:
        return "not_asked";
    case OnTheWire::nothing:
        return "nothing";
    case OnTheWire::unknown:
        break;
    }
    return "unknown";
}

} // namespace mtls::clients
