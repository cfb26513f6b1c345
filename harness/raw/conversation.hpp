#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "harness/raw/bytes.hpp"
#include "harness/raw/script.hpp"
#include "harness/raw/seen.hpp"

namespace mtls::raw {

/// One connection to a raw server, without a socket: bytes in, bytes out.
class Conversation {
  public:
    /// Borrows `script`. Says its banner.
    explicit Conversation(const Script& script);
    ~Conversation();
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    void hear(Bytes received);

    [[nodiscard]] Buffer take_output(); ///< what is to be sent

    /// What is to be sent when nothing else is, again and again, if the script went wrong that way. Mostly nothing.
    [[nodiscard]] Buffer more();

    [[nodiscard]] const Seen& seen() const;

    /// How many bytes of the connection are sent at once; those after them come one a second. Null: all of them.
    [[nodiscard]] std::optional<std::size_t> slow_after() const;

    /// How many bytes of the connection the client has when it has the whole CertificateRequest. Null: it is not said.
    [[nodiscard]] std::optional<std::size_t> request_end() const;

    [[nodiscard]] bool silent() const; ///< stalled, as the script says
    [[nodiscard]] bool resets() const; ///< ends with a reset, as the script says

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mtls::raw
