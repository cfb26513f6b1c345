#include "probe/explain/records.hpp"

#include <algorithm>

#include "probe/wire/reader.hpp"

namespace mtls::explain {

namespace {

using wire::Bytes;
using wire::HandshakeType;
using wire::ProtocolVersion;

constexpr std::size_t record_header = 5;
constexpr std::size_t message_header = 4;
constexpr std::size_t longest_record = (std::size_t{1} << 14U) + 2048;
constexpr std::uint8_t change_cipher_spec = 20;
constexpr std::uint8_t alert = 21;
constexpr std::uint8_t handshake = 22;

std::size_t big_endian(Bytes bytes, std::size_t at, std::size_t width)
{
    std::size_t value = 0;
    for (std::size_t byte = 0; byte < width; ++byte) {
        value = value << 8U | bytes[at + byte];
    }
    return value;
}

/// What the extension block at the end of a Hello holds for `wanted`; null if it does not stand there.
std::optional<std::vector<std::uint8_t>> extension_in(wire::Reader in, wire::ExtensionType wanted)
{
    constexpr wire::Field block{"extensions", 0, 0xffff};
    constexpr wire::Field data{"extension_data", 0, 0xffff};
    std::optional<wire::Reader> extensions;
    if (in.empty() || !in.vector(block, extensions)) {
        return std::nullopt;
    }
    wire::ExtensionType type{};
    std::vector<std::uint8_t> content;
    while (!extensions->empty() && extensions->number("extension_type", type) && extensions->opaque(data, content)) {
        if (type == wanted) {
            return content;
        }
    }
    return std::nullopt;
}

/// Behind the version and the random of a Hello.
constexpr std::size_t hello_start = 34;
constexpr wire::Field session{"legacy_session_id", 0, 32};

} // namespace

bool record_at(Bytes bytes, std::size_t at)
{
    return at + record_header <= bytes.size() && bytes[at] >= 20 && bytes[at] <= 24 && bytes[at + 1] == 3 &&
           bytes[at + 2] <= 4 && big_endian(bytes, at + 3, 2) <= longest_record;
}

ClearRecords clear_records(Bytes bytes, std::size_t at)
{
    using End = ClearRecords::End;
    ClearRecords clear;
    while (record_at(bytes, at)) {
        const std::size_t length = std::min(big_endian(bytes, at + 3, 2), bytes.size() - at - record_header);
        const std::uint8_t type = bytes[at];
        const Bytes fragment = bytes.subspan(at + record_header, length);
        at += record_header + length;
        if (type == alert && fragment.size() == 2 && fragment[0] == 1 && fragment[1] != 0) {
            continue; // a warning, such as unrecognized_name
        }
        if (type == alert) {
            clear.alert.emplace(fragment.begin(), fragment.end());
        }
        if (type != handshake) {
            clear.end = type == alert                ? End::alert
                        : type == change_cipher_spec ? End::change_cipher_spec
                                                     : End::application_data;
            return clear;
        }
        clear.handshake.insert(clear.handshake.end(), fragment.begin(), fragment.end());
    }
    return clear;
}

HandshakeMessages messages_of(Bytes bytes)
{
    HandshakeMessages found;
    while (!bytes.empty()) {
        if (bytes.size() < message_header) {
            found.whole = false;
            return found;
        }
        const auto type = static_cast<HandshakeType>(bytes[0]);
        const std::size_t length = big_endian(bytes, 1, 3);
        bytes = bytes.subspan(message_header);
        found.whole = length <= bytes.size();
        found.list.push_back({type, bytes.first(std::min(length, bytes.size())), found.whole});
        if (!found.whole) {
            return found;
        }
        bytes = bytes.subspan(length);
    }
    return found;
}

std::optional<ProtocolVersion> version_of_server_hello(Bytes body)
{
    wire::Reader in{body};
    ProtocolVersion version{};
    if (!in.number("legacy_version", version) || body.size() < hello_start) {
        return std::nullopt;
    }
    in = wire::Reader{body.subspan(hello_start)};
    std::vector<std::uint8_t> echo;
    std::uint16_t suite = 0;
    std::uint8_t compression = 0;
    if (!in.opaque(session, echo) || !in.number("cipher_suite", suite) || !in.number("compression", compression)) {
        return version;
    }
    const auto chosen = extension_in(in, wire::ExtensionType::supported_versions);
    return chosen && chosen->size() == 2 ? static_cast<ProtocolVersion>(big_endian(*chosen, 0, 2)) : version;
}

std::optional<std::string> server_name_of_client_hello(Bytes body)
{
    constexpr wire::Field suites{"cipher_suites", 2, 0xfffe};
    constexpr wire::Field methods{"legacy_compression_methods", 1, 0xff};
    constexpr wire::Field names{"server_name_list", 1, 0xffff};
    constexpr wire::Field host{"HostName", 1, 0xffff};
    if (body.size() < hello_start) {
        return std::nullopt;
    }
    wire::Reader in{body.subspan(hello_start)};
    std::vector<std::uint8_t> skipped;
    if (!in.opaque(session, skipped) || !in.opaque(suites, skipped) || !in.opaque(methods, skipped)) {
        return std::nullopt;
    }
    const auto extension = extension_in(in, wire::ExtensionType::server_name);
    std::optional<wire::Reader> list;
    if (!extension || !wire::Reader{*extension}.vector(names, list)) {
        return std::nullopt;
    }
    std::uint8_t type = 0;
    std::vector<std::uint8_t> name;
    const bool there = list->number("name_type", type) && type == 0 && list->opaque(host, name);
    return there ? std::optional{std::string{name.begin(), name.end()}} : std::nullopt;
}

} // namespace mtls::explain
