#include "probe/report/json_writer.hpp"

#include <algorithm>
#include <cstring>

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace mtls::report {

namespace {

/// Bytes that this thread's last text took, so that the next one, which is much like it in a fleet, need not be moved
/// as it grows: of a list of many names that would cost as much as writing it.
thread_local std::size_t usual = 0;
constexpr std::size_t most_at_first = 1024UL * 1024;

} // namespace

/// RapidJSON's two writers share no base class with virtual functions: one of them is there.
struct JsonWriter::Library {
    rapidjson::StringBuffer buffer{nullptr, std::clamp<std::size_t>(usual + usual / 8, 256, most_at_first)};
    std::unique_ptr<rapidjson::PrettyWriter<rapidjson::StringBuffer>> indented;
    std::unique_ptr<rapidjson::Writer<rapidjson::StringBuffer>> plain;

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
        library_->indented = std::make_unique<rapidjson::PrettyWriter<rapidjson::StringBuffer>>(library_->buffer);
        library_->indented->SetIndent(' ', 2);
    } else {
        library_->plain = std::make_unique<rapidjson::Writer<rapidjson::StringBuffer>>(library_->buffer);
    }
}

JsonWriter::~JsonWriter() = default;

JsonShape JsonWriter::shape() const
{
    return library_->indented ? JsonShape::indented : JsonShape::one_line;
}

std::string JsonWriter::take() const
{
    usual = library_->buffer.GetSize();
    std::string text;
    text.reserve(usual + 1); // for the end of a line
    text.append(library_->buffer.GetString(), usual);
    return text;
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
    std::memcpy(library_->buffer.Push(json.size()), json.data(), json.size());
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
