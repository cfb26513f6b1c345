#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace mtls::clients {

enum class Sends { no, yes, unknown };

/// What the server sees.
enum class OnTheWire {
    certificate,
    certificate_then_break, ///< the certificate, and then the client breaks off because it cannot sign for it
    empty_certificate,      ///< a Certificate message without certificates; the handshake goes on
    break_off,              ///< the client breaks off before any Certificate message
    not_asked,              ///< the request does not reach the program
    nothing,                ///< the program refuses to start with this certificate
    unknown,
};

/// What a client does.
struct Answer {
    Sends sends = Sends::unknown; ///< unknown also when it depends on what cannot be seen from here
    std::string reason;           ///< one sentence without a capital and a full stop, nothing of the server's in it
    Sends given = Sends::unknown; ///< the same if the client has nothing but what this run knows of
    OnTheWire wire = OnTheWire::unknown;     ///< in that case
    std::optional<std::size_t> certificates; ///< how many are sent, in that case; null if none or not known
};

[[nodiscard]] Answer offers(std::size_t certificates, std::string reason);
[[nodiscard]] Answer offers_then_breaks_off(std::size_t certificates, std::string reason);
[[nodiscard]] Answer withholds(std::string reason); ///< an empty Certificate
[[nodiscard]] Answer breaks_off(std::string reason);
[[nodiscard]] Answer cannot_start(std::string reason);
[[nodiscard]] Answer is_not_asked(std::string reason);
[[nodiscard]] Answer not_known(std::string reason);

/// `given`, were it not for something that cannot be seen from here.
[[nodiscard]] Answer perhaps(Answer given, std::string reason);

[[nodiscard]] const char* to_string(Sends sends);
[[nodiscard]] const char* to_string(OnTheWire wire);

} // namespace mtls::clients
