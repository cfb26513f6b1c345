#pragma once

#include <cstddef>

#include "probe/observation/request_seen.hpp"

namespace mtls::report {

/// Decides which entries of a list are told: each that has a name, and of those without one (no Name at all, or the
/// empty one) the first few hundred. A list of 64 KiB has room for 32,767 of them, which say nothing, and each would
/// take a kilobyte of report.
class NamelessEntries {
  public:
    static constexpr std::size_t most = 256;

    /// Asked once of each entry, in order.
    [[nodiscard]] bool tells(const observation::Authority& entry)
    {
        if (entry.is_name && !entry.name.empty()) {
            return true;
        }
        return ++seen_ <= most;
    }

    [[nodiscard]] std::size_t left_out() const { return seen_ > most ? seen_ - most : 0; }

  private:
    std::size_t seen_ = 0;
};

} // namespace mtls::report
