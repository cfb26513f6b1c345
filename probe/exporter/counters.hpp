#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <string>

#include "probe/verdict/finding.hpp"

namespace mtls::exporter {

/// Why a probe was not made, or not finished.
enum class Refusal { bad_request, not_allowed, busy, client_gone, failed };

/// Why a connection was closed without an answer.
enum class Dropped {
    idle, ///< to make room for another
    full, ///< it came when all others were being answered
};

/// What the exporter counts of itself; safe from any thread.
class Counters {
  public:
    void probed(verdict::Verdict verdict, double seconds);
    void refused(Refusal why);
    void dropped(Dropped why);
    void reloaded(bool well, double unix_time);

    void entered() { ++in_flight_; }

    void left() { --in_flight_; }

    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

    /// In Prometheus' text format.
    [[nodiscard]] std::string text(const std::string& version) const;

  private:
    std::array<std::atomic<std::uint64_t>, 4> verdicts_{};
    std::array<std::atomic<std::uint64_t>, 5> refusals_{};
    std::array<std::atomic<std::uint64_t>, 2> dropped_{};
    std::atomic<double> seconds_{0};
    std::atomic<std::size_t> in_flight_{0};
    std::atomic<bool> reload_well_{true};
    std::atomic<double> reload_time_{0};
};

} // namespace mtls::exporter
