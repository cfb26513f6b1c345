#pragma once

#include <string>
#include <utility>
#include <vector>

#include "probe/verdict/facts.hpp"

namespace mtls::verdict::rules {

/// What was seen where. What several connections showed alike is one line of evidence.
class Sightings {
  public:
    /// `what` is a sentence without its full stop, that begins behind a colon.
    void add(const observation::Observation& where, std::string what);

    [[nodiscard]] bool empty() const { return seen_.empty(); }

    /// In the order in which each was first seen: "observations 0 and 2 (127.0.0.1:8443, with and without SNI,
    /// TLS 1.3): HTTP 200 OK".
    [[nodiscard]] std::vector<std::string> lines() const;

  private:
    std::vector<std::pair<std::string, std::vector<const observation::Observation*>>> seen_;
};

} // namespace mtls::verdict::rules
