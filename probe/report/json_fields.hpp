#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace mtls::report {

namespace json = boost::json;

/// Reads the fields of a report. The first thing that is not as a report has it is kept, and nothing after it counts:
/// what cannot be read is empty, zero or false.
class JsonFields {
  public:
    [[nodiscard]] std::optional<std::string> problem() const { return problem_; }

  protected:
    void fail(std::string_view key);
    const json::value* find(const json::object& object, std::string_view key);
    std::string text(const json::object& object, std::string_view key);
    /// Null, or text as it stands there: whoever prints it makes it printable.
    std::optional<std::string> text_or_null(const json::object& object, std::string_view key);
    /// Null, or what reports have printable already: it stays as it is, unless somebody has changed it since.
    std::optional<std::string> printable_or_null(const json::object& object, std::string_view key);
    std::int64_t number(const json::object& object, std::string_view key, std::int64_t highest);
    bool flag(const json::object& object, std::string_view key);
    const json::array& list(const json::object& object, std::string_view key);
    const json::object& object(const json::object& parent, std::string_view key);
    std::vector<std::uint8_t> bytes(const json::object& parent, std::string_view key);

    std::optional<std::string> problem_;
};

} // namespace mtls::report
