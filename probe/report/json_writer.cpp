#include "probe/report/json_writer.hpp"

#include <cstring>

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace mtls::report {

/// RapidJSON's two writers share no base class with virtual functions: one of them is there.
struct JsonWriter::Library {
    rapidjson::StringBuffer buffer;
    std::optional<rapidjson::PrettyWriter<rapidjson::StringBuffer>> indented;
    std::optional<rapidjson::Writer<rapidjson::StringBuffer>> plain;

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
        library_->indented.emplace(library_->buffer).SetIndent(' ', 2);
    } else {
        library_->plain.emplace(library_->buffer);
    }
}

JsonWriter::~JsonWriter() = default;

JsonShape JsonWriter::shape() const
{
    return library_->indented ? JsonShape::indented : JsonShape::one_line;
}

std::string JsonWriter::take() const
{
    return {library_->buffer.GetString(), library_->buffer.GetSize()};
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
