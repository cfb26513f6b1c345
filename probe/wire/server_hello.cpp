#include "probe/wire/server_hello.hpp"

#include <algorithm>

#include "probe/wire/extension.hpp"
#include "probe/wire/reader.hpp"

namespace mtls::wire {
namespace {

constexpr Field session_id{"legacy_session_id_echo", 0, 32};
constexpr Field extensions_field{"extensions", 0, 0xffff};
constexpr Field key_exchange{"key_exchange", 1, 0xffff};
constexpr Field protocol_name_list{"protocol_name_list", 2, 0xffff};
constexpr Field protocol_name{"ProtocolName", 1, 0xff};

/// RFC 8446 §4.1.3: SHA-256 of "HelloRetryRequest".
constexpr std::array<std::uint8_t, 32> retry_random{0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                                                    0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                                                    0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

std::vector<Extension> read_block(Reader& block)
{
    std::vector<Extension> extensions;
    while (!block.empty()) {
        std::optional<Extension> extension;
        const bool whole = read_extension(block, extension);
        if (extension) {
            extensions.push_back(std::move(*extension));
        }
        if (!whole) {
            break;
        }
    }
    return extensions;
}

bool read_random(Reader& in, std::array<std::uint8_t, 32>& random)
{
    return std::all_of(random.begin(), random.end(), [&](std::uint8_t& byte) { return in.number("random", byte); });
}

/// RFC 8446 §4.2.8: a KeyShareEntry in a ServerHello, only the group in a HelloRetryRequest.
void read_key_share(Reader& in, ServerHello& hello)
{
    NamedGroup group{};
    if (in.number("group", group)) {
        hello.group = group;
        if (!hello.is_hello_retry_request() && in.opaque(key_exchange, hello.key_exchange)) {
            static_cast<void>(in.finish("key_share"));
        }
    }
}

void read_meaning(const Extension& extension, Reader& in, ServerHello& hello)
{
    Reader data{extension.data, data_offset(extension)};
    switch (extension.type) {
    case ExtensionType::supported_versions:
        static_cast<void>(data.number("selected_version", hello.version) && data.finish("supported_versions"));
        break;
    case ExtensionType::key_share:
        read_key_share(data, hello);
        break;
    case ExtensionType::cookie:
        hello.cookie = extension.data;
        break;
    default:
        break;
    }
    in.note(data.error());
}

} // namespace

bool ServerHello::is_hello_retry_request() const
{
    return random == retry_random;
}

ServerHello parse_server_hello(Bytes body)
{
    ServerHello hello;
    Reader in{body};
    const bool fixed = in.number("legacy_version", hello.legacy_version) && read_random(in, hello.random) &&
                       in.opaque(session_id, hello.legacy_session_id_echo) &&
                       in.number("cipher_suite", hello.cipher_suite) &&
                       in.number("legacy_compression_method", hello.legacy_compression_method);
    hello.version = hello.legacy_version;
    // RFC 5246 §7.4.1.3: "The presence of extensions can be detected by determining whether there are bytes following
    // the compression_method field".
    std::optional<Reader> block;
    if (fixed && !in.empty() && in.vector(extensions_field, block)) {
        static_cast<void>(in.finish("ServerHello"));
    }
    if (block) {
        hello.extensions = read_block(*block);
        in.note(block->error());
        for (const Extension& extension : hello.extensions) {
            read_meaning(extension, in, hello);
        }
    }
    hello.error = in.error();
    return hello;
}

std::optional<std::string> selected_protocol(const std::vector<Extension>& extensions)
{
    for (const Extension& extension : extensions) {
        if (extension.type != ExtensionType::application_layer_protocol_negotiation) {
            continue;
        }
        Reader in{extension.data};
        std::optional<Reader> list;
        std::vector<std::uint8_t> name;
        if (in.vector(protocol_name_list, list) && list->opaque(protocol_name, name)) {
            return std::string{name.begin(), name.end()};
        }
    }
    return std::nullopt;
}

std::vector<Extension> parse_encrypted_extensions(Bytes body)
{
    Reader in{body};
    std::optional<Reader> block;
    static_cast<void>(in.vector(extensions_field, block));
    return block ? read_block(*block) : std::vector<Extension>{};
}

std::optional<NamedGroup> named_curve_of(Bytes server_key_exchange)
{
    constexpr std::uint8_t named_curve = 3;
    Reader in{server_key_exchange};
    std::uint8_t curve_type = 0;
    NamedGroup group{};
    if (in.number("curve_type", curve_type) && curve_type == named_curve && in.number("namedcurve", group)) {
        return group;
    }
    return std::nullopt;
}

} // namespace mtls::wire
