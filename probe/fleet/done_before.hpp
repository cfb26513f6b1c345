#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace mtls::fleet {

/// The targets that an earlier run has dealt with, each as often as it stood in the list; 16 bytes a target.
class DoneBefore {
  public:
    void add(std::uint64_t key) { keys_.emplace_back(key, 1); }

    /// To be called once, when all are there.
    void sort();

    /// Whether this line of the list needs no asking any more.
    [[nodiscard]] bool take(std::uint64_t key);

  private:
    std::vector<std::pair<std::uint64_t, std::size_t>> keys_; ///< with how often
};

} // namespace mtls::fleet
