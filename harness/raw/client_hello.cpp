#include "harness/raw/client_hello.hpp"

#include <algorithm>

#include "harness/raw/protocol.hpp"

namespace mtls::raw {
namespace {

constexpr std::uint16_t empty_renegotiation_info_scsv = 0x00ff;

std::vector<std::uint16_t> numbers(Cursor list)
{
    std::vector<std::uint16_t> result;
    while (!list.empty()) {
        result.push_back(static_cast<std::uint16_t>(list.number(2)));
    }
    return result;
}

/// RFC 6066 §3: the first host_name.
std::optional<std::string> host_name(Cursor data)
{
    Cursor names = data.vector(2);
    while (!names.empty()) {
        const bool host = names.number(1) == 0;
        const Bytes name = names.vector(2).rest();
        if (host) {
            return std::string{name.begin(), name.end()};
        }
    }
    return std::nullopt;
}

std::optional<Buffer> share_of(std::uint16_t group, Cursor data)
{
    Cursor shares = data.vector(2);
    while (!shares.empty()) {
        const bool wanted = shares.number(2) == group;
        const Bytes key = shares.vector(2).rest();
        if (wanted) {
            return Buffer{key.begin(), key.end()};
        }
    }
    return std::nullopt;
}

void read_extension(std::size_t type, Cursor data, ClientHello& hello)
{
    switch (type) {
    case extension::server_name:
        hello.sni = host_name(data);
        break;
    case extension::supported_groups:
        hello.groups = numbers(data.vector(2));
        break;
    case extension::supported_versions:
        hello.versions = numbers(data.vector(1));
        break;
    case extension::key_share:
        hello.x25519_share = share_of(x25519, data);
        break;
    case extension::renegotiation_info:
        hello.secure_renegotiation = true;
        break;
    default:
        break;
    }
}

template <class T> bool contains(const std::vector<T>& list, T value)
{
    return std::ranges::find(list, value) != list.end();
}

} // namespace

bool ClientHello::offers_cipher(std::uint16_t suite) const
{
    return contains(cipher_suites, suite);
}

bool ClientHello::offers_version(std::uint16_t version) const
{
    return contains(versions, version);
}

bool ClientHello::offers_group(std::uint16_t group) const
{
    return contains(groups, group);
}

std::optional<ClientHello> parse_client_hello(Bytes body)
{
    constexpr std::size_t random_size = 32;
    Cursor in{body};
    ClientHello hello;
    const auto legacy_version = in.number(2);
    const Bytes random = in.take(random_size);
    hello.random.assign(random.begin(), random.end());
    const Bytes session = in.vector(1).rest();
    hello.session_id.assign(session.begin(), session.end());
    hello.cipher_suites = numbers(in.vector(2));
    (void)in.vector(1); // legacy_compression_methods
    Cursor extensions = in.empty() ? Cursor{{}} : in.vector(2);
    while (!extensions.empty()) {
        const auto type = extensions.number(2);
        read_extension(type, extensions.vector(2), hello);
    }
    if (!in.good() || !extensions.good()) {
        return std::nullopt;
    }
    hello.secure_renegotiation = hello.secure_renegotiation || hello.offers_cipher(empty_renegotiation_info_scsv);
    if (hello.versions.empty()) {
        for (std::size_t version = tls10_number; version <= std::min<std::size_t>(legacy_version, tls12_number);
             ++version) {
            hello.versions.push_back(static_cast<std::uint16_t>(version));
        }
    }
    return hello;
}

} // namespace mtls::raw
