#include "probe/report/json_text.hpp"

#include <string_view>

namespace mtls::report {

namespace json = boost::json;

namespace {

void write(JsonWriter& out, const json::value& value)
{
    switch (value.kind()) {
    case json::kind::object:
        out.object([&] {
            for (const auto& [key, each] : value.get_object()) {
                out.key(key);
                write(out, each);
            }
        });
        break;
    case json::kind::array:
        out.array(value.get_array(), [&](const json::value& each) { write(out, each); });
        break;
    case json::kind::string:
        out.value(std::string_view{value.get_string()});
        break;
    case json::kind::double_:
        out.value(value.get_double());
        break;
    case json::kind::int64:
        out.value(value.get_int64());
        break;
    case json::kind::uint64:
        out.value(value.get_uint64());
        break;
    case json::kind::bool_:
        out.value(value.get_bool());
        break;
    case json::kind::null:
        out.value(nullptr);
        break;
    }
}

} // namespace

std::string json_text(const json::value& value, JsonShape shape)
{
    JsonWriter out{shape};
    write(out, value);
    return out.take();
}

} // namespace mtls::report
