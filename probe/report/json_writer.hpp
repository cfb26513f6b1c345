#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mtls::report {

enum class JsonShape { indented, one_line };

/// RFC 8259 text, written straight into a string: of a fleet's thousands of reports a tree of values for each would
/// cost more than asking the server. By RapidJSON.
///
/// Calls come in the order of the text: member() only inside an object; one value where a value belongs.
class JsonWriter {
  public:
    explicit JsonWriter(JsonShape shape);
    JsonWriter(const JsonWriter&) = delete;
    JsonWriter& operator=(const JsonWriter&) = delete;
    ~JsonWriter();

    [[nodiscard]] JsonShape shape() const;

    void value(std::string_view text); ///< UTF-8

    void value(const char* text) { value(std::string_view{text}); }

    void value(const std::string& text) { value(std::string_view{text}); }

    void value(std::nullptr_t null);
    void value(bool truth);
    void value(double number);

    template <std::integral Number> void value(Number number)
    {
        if constexpr (std::signed_integral<Number>) {
            integer(number);
        } else {
            natural(number);
        }
    }

    /// `null`, or the value.
    template <class T> void value(const std::optional<T>& maybe)
    {
        if (maybe) {
            value(*maybe);
        } else {
            value(nullptr);
        }
    }

    /// Text that such a writer has made; only where the shape is one_line.
    void written_before(std::string_view json);

    /// `fill` writes the members.
    template <std::invocable Fill> void object(Fill fill)
    {
        begin_object();
        fill();
        end_object();
    }

    /// `write_one(item)` writes a value.
    template <class Range, class WriteOne> void array(const Range& items, WriteOne write_one)
    {
        begin_array();
        for (const auto& item : items) {
            write_one(item);
        }
        end_array();
    }

    /// What comes next is the value of this member.
    void key(std::string_view name);

    template <class T> void member(std::string_view name, const T& content)
    {
        key(name);
        value(content);
    }

    template <std::invocable Fill> void object(std::string_view name, Fill fill)
    {
        key(name);
        object(std::move(fill));
    }

    template <class Range, class WriteOne> void array(std::string_view name, const Range& items, WriteOne write_one)
    {
        key(name);
        array(items, std::move(write_one));
    }

    /// `null`, or what `write_one(content)` writes.
    template <class T, class WriteOne>
    void null_or(std::string_view name, const std::optional<T>& maybe, WriteOne write_one)
    {
        key(name);
        if (maybe) {
            write_one(*maybe);
        } else {
            value(nullptr);
        }
    }

    /// The text, once it is complete, and once only.
    [[nodiscard]] std::string take();

  private:
    struct Library;
    void begin_object();
    void end_object();
    void begin_array();
    void end_array();
    void integer(std::int64_t number);
    void natural(std::uint64_t number);

    std::unique_ptr<Library> library_;
};

} // namespace mtls::report
