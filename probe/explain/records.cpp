#include "probe/explain/records.hpp"

#include <algorithm>

#include "probe/wire/reader.hpp"
#include "probe/wire/record.hpp"
#include "probe/wire/server_hello.hpp"

namespace mtls::explain {

namespace {

using wire::Bytes;
using wire::ContentType;
using wire::ProtocolVersion;

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

std::optional<Record> record_at(Bytes bytes, std::size_t at)
{
    constexpr std::size_t header_size = wire::RecordHeader::size;
    if (at + header_size > bytes.size()) {
        return std::nullopt;
    }
    Record record;
    record.whole = bytes.subspan(at, header_size);
    record.header = wire::parse_record_header(record.whole.first<header_size>());
    if (!wire::is_record(record.header) || record.header.length > wire::longest_fragment) {
        return std::nullopt;
    }
    record.whole = bytes.subspan(at, std::min<std::size_t>(header_size + record.header.length, bytes.size() - at));
    record.fragment = record.whole.subspan(header_size);
    return record;
}

ClearRecords clear_records(Bytes bytes, std::size_t at)
{
    using End = ClearRecords::End;
    ClearRecords clear;
    clear.after = at;
    for (auto record = record_at(bytes, at); record; record = record_at(bytes, at)) {
        const ContentType type = record->header.type;
        const Bytes fragment = record->fragment;
        const bool warning = type == ContentType::alert && fragment.size() == 2 && fragment[0] == 1 && fragment[1] != 0;
        if (type == ContentType::handshake) {
            clear.handshake.insert(clear.handshake.end(), fragment.begin(), fragment.end());
        } else if (type == ContentType::alert && !warning) {
            clear.alert.emplace(fragment.begin(), fragment.end());
            clear.end = End::alert;
            return clear;
        } else if (!warning) {
            clear.end = type == ContentType::change_cipher_spec ? End::change_cipher_spec : End::application_data;
            return clear;
        }
        at += record->whole.size();
        clear.after = at;
    }
    return clear;
}

HandshakeMessages messages_of(Bytes bytes)
{
    constexpr std::size_t header_size = wire::HandshakeHeader::size;
    HandshakeMessages found;
    while (!bytes.empty()) {
        found.left_over = bytes.size();
        if (bytes.size() < header_size) {
            found.whole = false;
            return found;
        }
        const auto [type, length] = wire::parse_handshake_header(bytes.first<header_size>());
        bytes = bytes.subspan(header_size);
        found.whole = length <= bytes.size();
        found.list.push_back({type, bytes.first(std::min<std::size_t>(length, bytes.size())), found.whole});
        if (!found.whole) {
            return found;
        }
        bytes = bytes.subspan(length);
    }
    found.left_over = 0;
    return found;
}

std::optional<ProtocolVersion> version_of_server_hello(Bytes body)
{
    const ProtocolVersion version = wire::parse_server_hello(body).version;
    return version == ProtocolVersion{} ? std::nullopt : std::optional{version};
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
