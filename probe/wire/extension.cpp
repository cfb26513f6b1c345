#include "probe/wire/extension.hpp"

namespace mtls::wire {
namespace {

constexpr Field extension_data{"extension_data", 0, 0xffff};

} // namespace

bool read_extension(Reader& in, std::optional<Extension>& extension)
{
    const std::size_t start = in.offset();
    ExtensionType type{};
    std::optional<Reader> data;
    const bool whole = in.number("extension_type", type) && in.vector(extension_data, data);
    if (data) {
        extension.emplace();
        extension->type = type;
        extension->data.assign(data->rest().begin(), data->rest().end());
        extension->offset = start;
    }
    return whole;
}

std::size_t data_offset(const Extension& extension)
{
    return extension.offset + sizeof(ExtensionType) + sizeof(std::uint16_t);
}

} // namespace mtls::wire
