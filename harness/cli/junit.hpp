#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace mtls::harness {

/// How one scenario went.
struct Outcome {
    std::string scenario;
    std::vector<std::string> complaints; ///< empty: all is well
    std::chrono::milliseconds took{0};
};

/// The outcomes as a JUnit report, the XML that build servers read: one suite, a test case per scenario.
[[nodiscard]] std::string junit(const std::vector<Outcome>& outcomes, std::chrono::milliseconds took);

/// "1.42".
[[nodiscard]] std::string seconds(std::chrono::milliseconds time);

} // namespace mtls::harness
