#pragma once

#include <chrono>
#include <csignal>

namespace mtls::harness {

/// While it lives, SIGINT and SIGTERM end nothing: they wait to be asked for. Make it before any thread starts.
class HeldSignals {
  public:
    HeldSignals();
    ~HeldSignals();
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;

    /// Whether one came, waiting for it at most so long.
    [[nodiscard]] bool arrived_within(std::chrono::nanoseconds time) const;

    /// Waits until one comes.
    void wait() const;

  private:
    sigset_t held_{};
    sigset_t before_{};
};

} // namespace mtls::harness
