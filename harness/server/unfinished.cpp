#include "harness/server/unfinished.hpp"

namespace mtls::server {

const char* end_without_decision(EndedBy who, Awaited what)
{
    switch (what) {
    case Awaited::handshake:
        return who == EndedBy::client     ? "the client left in the handshake"
               : who == EndedBy::deadline ? "the handshake did not end in time"
                                          : "the harness ended in the handshake";
    case Awaited::request:
        return who == EndedBy::client     ? "the client left without a request"
               : who == EndedBy::deadline ? "no request came in time"
                                          : "the harness ended while it waited for a request";
    case Awaited::rest:
        break;
    }
    return who == EndedBy::client     ? "the client left before its request was answered"
           : who == EndedBy::deadline ? "the request was not answered in time"
                                      : "the harness ended before the request was answered";
}

} // namespace mtls::server
