#pragma once

#include <string_view>

#include "probe/clients/answer.hpp"

namespace mtls::clients {

/// What a program does when a server wants a certificate after the first handshake.
enum class Late {
    answered,          ///< as in the handshake
    not_asked,         ///< it offers no way to be asked, or refuses it: the request does not reach it
    up_to_the_program, ///< the library leaves it to the program, or a setting decides: the note says so
    not_known,
};

/// What a program does when a request comes late.
struct LateManner {
    Late kind = Late::not_known;
    std::string_view note; ///< behind the reason: what would change it; of up_to_the_program, the reason itself
};

/// Up to TLS 1.2 the server renegotiates (RFC 5246 §7.4.1.1); in TLS 1.3 it uses post-handshake authentication, if the
/// client has offered it (RFC 8446 §4.2.6).
struct LateManners {
    LateManner renegotiation;
    LateManner post_handshake;
};

enum class LateWay { renegotiation, post_handshake };

/// `in_the_handshake` is what the program would answer there.
[[nodiscard]] Answer answer_late(const LateManners& manners, LateWay way, Answer in_the_handshake);

} // namespace mtls::clients
