#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <utility>

#include "probe/capture/packet.hpp"
#include "probe/capture/stream.hpp"

namespace mtls::capture {

/// A TCP connection of a capture, both directions.
struct Conversation {
    std::size_t number = 0; ///< in the order of first packets, from 0
    Endpoint opener;        ///< who sent the SYN; whose packet came first if there is none
    Endpoint other;
    Assembled from_opener;
    Assembled from_other;
};

/// Sorts segments into connections and hands each one over as soon as it is complete, or must go: memory is bounded
/// (64 MiB, 4096 open connections; then the oldest is handed over as it is).
class Conversations {
  public:
    explicit Conversations(std::function<void(Conversation)> done) : done_{std::move(done)} {}

    void take(const Segment& segment);

    /// Hands over what is still open.
    void finish();

  private:
    struct Open {
        Endpoint opener;
        Endpoint other;
        Stream from_opener;
        Stream from_other;
        std::uint32_t first_number = 0; ///< of the opener's SYN
        bool syn_seen = false;
    };

    using Ends = std::pair<Endpoint, Endpoint>;

    [[nodiscard]] Open& open_for(const Segment& segment);
    void hand_over(std::size_t number);

    std::function<void(Conversation)> done_;
    std::map<Ends, std::size_t> numbers_;
    std::map<std::size_t, Open> open_;
    std::size_t next_ = 0;
    std::size_t held_ = 0;
};

} // namespace mtls::capture
