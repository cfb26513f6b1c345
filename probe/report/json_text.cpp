#include "probe/report/json_text.hpp"

#include <algorithm>
#include <string_view>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace mtls::report {

namespace json = boost::json;

namespace {

/// The key of an object that stands for a text: no report has such a key.
constexpr std::string_view text_key{"\x01", 1};

const json::string* written_text(const json::object& object)
{
    return object.size() == 1 && object.begin()->key() == text_key ? &object.begin()->value().get_string() : nullptr;
}

/// RFC 8259 §7.
bool needs_escape(char letter)
{
    return static_cast<unsigned char>(letter) < 0x20 || letter == '"' || letter == '\\';
}

class Writer {
  public:
    explicit Writer(JsonShape shape) : indented_{shape == JsonShape::indented} {}

    void write(const json::value& value, int depth)
    {
        if (const json::object* object = value.if_object()) {
            if (const json::string* text = written_text(*object)) {
                constexpr std::size_t for_the_rest = 4096;
                text_.reserve(text_.size() + text->size() + for_the_rest);
                text_ += *text;
            } else {
                write_object(*object, depth);
            }
        } else if (const json::array* array = value.if_array()) {
            write_array(*array, depth);
        } else if (const json::string* text = value.if_string()) {
            write_string(*text);
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
            write_string(key);
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

    void write_string(std::string_view text)
    {
        if (std::any_of(text.begin(), text.end(), needs_escape)) {
            text_ += json::serialize(json::string{text});
            return;
        }
        text_ += '"';
        text_ += text;
        text_ += '"';
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

json::value written_before(std::string_view text)
{
    return json::object{{text_key, text}};
}

std::string json_text(const json::value& value, JsonShape shape)
{
    Writer writer{shape};
    writer.write(value, 0);
    return writer.take();
}

} // namespace mtls::report
