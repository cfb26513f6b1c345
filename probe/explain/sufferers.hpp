#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mtls::explain {

/// Who was refused, and where.
struct Sufferer {
    std::string client;
    std::string url; ///< or another place
    std::size_t count = 0;
};

/// The sufferers of one cause. Memory is bounded, whatever a log holds: all causes of a log share `room`.
class Sufferers {
  public:
    /// How many are kept of all causes of a log together.
    static constexpr std::size_t most = 10000;

    /// Counts one more failure. Takes one off `room` for a sufferer that was not known.
    void add(std::string_view client, std::string_view url, std::size_t& room);

    /// Those that are known, most often first.
    [[nodiscard]] std::vector<Sufferer> sorted() const;

    /// Failures of others.
    [[nodiscard]] std::size_t more() const { return more_; }

  private:
    std::map<std::pair<std::string, std::string>, std::size_t> known_;
    std::size_t more_ = 0;
};

} // namespace mtls::explain
