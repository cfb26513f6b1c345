#include "harness/cli/junit.hpp"

#include <algorithm>

namespace mtls::harness {
namespace {

/// XML 1.0 §2.4. Control characters are none of its characters at all; complaints have them escaped already.
std::string escaped(const std::string& text)
{
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        default:
            result += c;
        }
    }
    return result;
}

std::string attribute(const char* name, const std::string& value)
{
    return std::string{" "} + name + "=\"" + escaped(value) + "\"";
}

std::string test_case(const Outcome& outcome)
{
    std::string text = "    <testcase" + attribute("classname", "mtls-harness") + attribute("name", outcome.scenario) +
                       attribute("time", seconds(outcome.took));
    if (outcome.complaints.empty()) {
        return text + "/>\n";
    }
    text += ">\n      <failure" + attribute("message", outcome.complaints.front()) + ">";
    for (const std::string& complaint : outcome.complaints) {
        text += escaped(complaint) + "\n";
    }
    return text + "</failure>\n    </testcase>\n";
}

} // namespace

std::string junit(const std::vector<Outcome>& outcomes, std::chrono::milliseconds took)
{
    const auto failures = std::ranges::count_if(outcomes, [](const Outcome& one) { return !one.complaints.empty(); });
    std::string text = "<?xml" + attribute("version", "1.0") + attribute("encoding", "UTF-8") + "?>\n<testsuites>\n" +
                       "  <testsuite" + attribute("name", "mtls-harness verify") +
                       attribute("tests", std::to_string(outcomes.size())) +
                       attribute("failures", std::to_string(failures)) + attribute("errors", "0") +
                       attribute("time", seconds(took)) + ">\n";
    for (const Outcome& outcome : outcomes) {
        text += test_case(outcome);
    }
    return text + "  </testsuite>\n</testsuites>\n";
}

std::string seconds(std::chrono::milliseconds time)
{
    const auto hundredths = time.count() / 10;
    const std::string fraction = std::to_string(hundredths % 100);
    return std::to_string(hundredths / 100) + "." + (fraction.size() == 1 ? "0" : "") + fraction;
}

} // namespace mtls::harness
