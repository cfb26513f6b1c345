#include "probe/report/json_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include <fmt/format.h>

namespace mtls::report {

namespace {

/// RFC 8259 §7.
bool needs_escape(char letter)
{
    return static_cast<unsigned char>(letter) < 0x20 || letter == '"' || letter == '\\';
}

/// RFC 8259 §7, the short form where there is one.
void append_escape(std::string& text, char letter)
{
    constexpr std::string_view special = "\"\\\b\f\n\r\t";
    constexpr std::string_view shorthand = "\"\\bfnrt";
    if (const auto at = special.find(letter); at != std::string_view::npos) {
        text += '\\';
        text += shorthand[at];
    } else {
        fmt::format_to(std::back_inserter(text), "\\u{:04x}", static_cast<unsigned char>(letter));
    }
}

template <class Number> void append_number(std::string& text, Number number)
{
    std::array<char, 24> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    text.append(digits.data(), written.ptr);
}

} // namespace

void JsonWriter::value(std::string_view text)
{
    begin_value();
    quoted(text);
}

void JsonWriter::value(std::nullptr_t /*null*/)
{
    begin_value();
    text_ += "null";
}

void JsonWriter::value(bool truth)
{
    begin_value();
    text_ += truth ? "true" : "false";
}

void JsonWriter::value(double number)
{
    begin_value();
    fmt::format_to(std::back_inserter(text_), "{}", number);
}

void JsonWriter::integer(std::int64_t number)
{
    begin_value();
    append_number(text_, number);
}

void JsonWriter::natural(std::uint64_t number)
{
    begin_value();
    append_number(text_, number);
}

void JsonWriter::written_before(std::string_view json)
{
    begin_value();
    constexpr std::size_t for_the_rest = 4096;
    text_.reserve(text_.size() + json.size() + for_the_rest);
    text_ += json;
}

void JsonWriter::key(std::string_view name)
{
    begin_value();
    quoted(name);
    text_ += indented_ ? ": " : ":";
    after_key_ = true;
}

void JsonWriter::open(char bracket)
{
    begin_value();
    text_ += bracket;
    ++depth_;
    first_ = true;
}

void JsonWriter::close(char bracket)
{
    --depth_;
    if (!first_) {
        new_line();
    }
    text_ += bracket;
    first_ = false;
}

/// What separates a value, or a key, from what stands before it.
void JsonWriter::begin_value()
{
    if (after_key_ || depth_ == 0) {
        after_key_ = false;
        return;
    }
    if (!first_) {
        text_ += ',';
    }
    first_ = false;
    new_line();
}

void JsonWriter::new_line()
{
    if (indented_) {
        text_ += '\n';
        text_.append(depth_ * 2, ' ');
    }
}

void JsonWriter::quoted(std::string_view text)
{
    text_ += '"';
    for (auto rest = text.begin(); rest != text.end();) {
        const auto escaped = std::find_if(rest, text.end(), needs_escape);
        text_.append(rest, escaped);
        rest = escaped;
        if (rest != text.end()) {
            append_escape(text_, *rest++);
        }
    }
    text_ += '"';
}

} // namespace mtls::report
