#include "probe/fleet/stable_hash.hpp"

#include <charconv>

namespace mtls::fleet {

namespace {

std::optional<std::uint64_t> number_of(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

} // namespace

/// FNV-1a of 64 bits, then the last step of MurmurHash3: FNV alone leaves too little in the low bits, which decide the
/// shard.
std::uint64_t stable_hash(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    hash = (hash ^ (hash >> 33U)) * 0xff51afd7ed558ccd;
    hash = (hash ^ (hash >> 33U)) * 0xc4ceb9fe1a85ec53;
    return hash ^ (hash >> 33U);
}

std::optional<Shard> parse_shard(std::string_view text)
{
    constexpr std::uint64_t most = 1'000'000;
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) {
        return std::nullopt;
    }
    const auto index = number_of(text.substr(0, slash));
    const auto count = number_of(text.substr(slash + 1));
    if (!index || !count || *index < 1 || *index > *count || *count > most) {
        return std::nullopt;
    }
    return Shard{*index, *count};
}

} // namespace mtls::fleet
