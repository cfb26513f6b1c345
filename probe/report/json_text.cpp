#include "probe/report/json_text.hpp"

#include <string_view>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace mtls::report {

namespace json = boost::json;

namespace {

class Writer {
  public:
    explicit Writer(JsonShape shape) : indented_{shape == JsonShape::indented} {}

    void write(const json::value& value, int depth)
    {
        if (const json::object* object = value.if_object()) {
            write_object(*object, depth);
        } else if (const json::array* array = value.if_array()) {
            write_array(*array, depth);
        } else if (const double* number = value.if_double()) {
            text_ += fmt::format("{}", *number);
        } else {
            text_ += json::serialize(value);
        }
    }

    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    void write_object(const json::object& object, int depth)
    {
        std::string_view before;
        text_ += '{';
        for (const auto& [key, value] : object) {
            text_ += before;
            before = ",";
            new_line(depth + 1);
            text_ += json::serialize(json::string{key});
            text_ += indented_ ? ": " : ":";
            write(value, depth + 1);
        }
        if (!object.empty()) {
            new_line(depth);
        }
        text_ += '}';
    }

    void write_array(const json::array& array, int depth)
    {
        std::string_view before;
        text_ += '[';
        for (const json::value& value : array) {
            text_ += before;
            before = ",";
            new_line(depth + 1);
            write(value, depth + 1);
        }
        if (!array.empty()) {
            new_line(depth);
        }
        text_ += ']';
    }

    void new_line(int depth)
    {
        if (indented_) {
            text_ += '\n';
            text_.append(static_cast<std::size_t>(depth) * 2, ' ');
        }
    }

    bool indented_;
    std::string text_;
};

} // namespace

std::string json_text(const json::value& value, JsonShape shape)
{
    Writer writer{shape};
    writer.write(value, 0);
    return writer.take();
}

} // namespace mtls::report
