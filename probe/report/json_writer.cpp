#include "probe/report/json_writer.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace mtls::report {

namespace {

/// The library's own takes what realloc() gives for memory, also if that is null.
class Allocator {
  public:
    [[maybe_unused]] static constexpr bool kNeedFree = true; // a requirement of the library

    void* Malloc(std::size_t size) { return size == 0 ? nullptr : must(std::malloc(size)); }

    void* Realloc(void* old, std::size_t /*old_size*/, std::size_t size)
    {
        if (size == 0) {
            std::free(old);
            return nullptr;
        }
        return must(std::realloc(old, size));
    }

    static void Free(void* memory) noexcept { std::free(memory); }

    bool operator==(const Allocator&) const noexcept { return true; }

  private:
    static void* must(void* memory)
    {
        if (memory == nullptr) {
            throw std::bad_alloc{};
        }
        return memory;
    }
};

using Buffer = rapidjson::GenericStringBuffer<rapidjson::UTF8<>, Allocator>;
template <template <class, class, class, class, unsigned> class Kind> using Writing =
    Kind<Buffer, rapidjson::UTF8<>, rapidjson::UTF8<>, Allocator, rapidjson::kWriteDefaultFlags>;

/// Bytes that this thread's last text took, so that the next one, which is much like it in a fleet, need not be moved
/// as it grows: of a list of many names that would cost as much as writing it.
struct Usual {
    std::size_t text = 0;
    std::size_t buffer = 0; ///< of it, what went through the library's own buffer
};

thread_local Usual usual;
constexpr std::size_t most_at_first = 1024UL * 1024;

std::size_t at_first(std::size_t last)
{
    return std::clamp<std::size_t>(last + last / 8, 256, most_at_first);
}

} // namespace

/// RapidJSON's two writers share no base class with virtual functions: one of them is there.
struct JsonWriter::Library {
    std::string text; ///< what stands before the contents of the buffer
    Buffer buffer{nullptr, at_first(usual.buffer)};
    std::size_t buffered = 0; ///< bytes that have left it
    std::unique_ptr<Writing<rapidjson::PrettyWriter>> indented;
    std::unique_ptr<Writing<rapidjson::Writer>> plain;

    void empty_the_buffer()
    {
        text.append(buffer.GetString(), buffer.GetSize());
        buffered += buffer.GetSize();
        buffer.Clear();
    }

    template <class Do> void write(Do with)
    {
        if (indented) {
            with(*indented);
        } else {
            with(*plain);
        }
    }
};

JsonWriter::JsonWriter(JsonShape shape) : library_{std::make_unique<Library>()}
{
    if (shape == JsonShape::indented) {
        library_->indented = std::make_unique<Writing<rapidjson::PrettyWriter>>(library_->buffer);
        library_->indented->SetIndent(' ', 2);
    } else {
        library_->plain = std::make_unique<Writing<rapidjson::Writer>>(library_->buffer);
    }
}

JsonWriter::~JsonWriter() = default;

JsonShape JsonWriter::shape() const
{
    return library_->indented ? JsonShape::indented : JsonShape::one_line;
}

std::string JsonWriter::take()
{
    library_->text.reserve(library_->text.size() + library_->buffer.GetSize() + 1); // for the end of a line
    library_->empty_the_buffer();
    usual = {library_->text.size(), library_->buffered};
    return std::move(library_->text);
}

void JsonWriter::value(std::string_view text)
{
    library_->write([&](auto& writer) { writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size())); });
}

void JsonWriter::value(std::nullptr_t /*null*/)
{
    library_->write([](auto& writer) { writer.Null(); });
}

void JsonWriter::value(bool truth)
{
    library_->write([&](auto& writer) { writer.Bool(truth); });
}

void JsonWriter::value(double number)
{
    library_->write([&](auto& writer) { writer.Double(number); });
}

void JsonWriter::integer(std::int64_t number)
{
    library_->write([&](auto& writer) { writer.Int64(number); });
}

void JsonWriter::natural(std::uint64_t number)
{
    library_->write([&](auto& writer) { writer.Uint64(number); });
}

void JsonWriter::written_before(std::string_view json)
{
    // The library would take it apart into characters, which for a long list costs more than reading it from the
    // server: it writes what stands before a value, and the value goes behind that in one piece.
    library_->write([](auto& writer) { writer.RawValue("", 0, rapidjson::kObjectType); });
    library_->text.reserve(
        std::max(library_->text.size() + library_->buffer.GetSize() + json.size(), at_first(usual.text)));
    library_->empty_the_buffer();
    library_->text.append(json);
}

void JsonWriter::key(std::string_view name)
{
    library_->write([&](auto& writer) { writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())); });
}

void JsonWriter::begin_object()
{
    library_->write([](auto& writer) { writer.StartObject(); });
}

void JsonWriter::end_object()
{
    library_->write([](auto& writer) { writer.EndObject(); });
}

void JsonWriter::begin_array()
{
    library_->write([](auto& writer) { writer.StartArray(); });
}

void JsonWriter::end_array()
{
    library_->write([](auto& writer) { writer.EndArray(); });
}

} // namespace mtls::report
