#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace mtls::handshake {

/// The first bytes of a server: TLS, or what else?
class FirstBytes {
  public:
    void add(std::span<const std::uint8_t> bytes);

    /// They cannot begin a TLS record (RFC 8446 §5.1: a content type of 20 to 23, then 3 as the major version).
    [[nodiscard]] bool foreign() const;

    /// What they look like, for a person, with the first of them made printable.
    [[nodiscard]] std::string describe() const;

  private:
    std::string bytes_;
};

} // namespace mtls::handshake
