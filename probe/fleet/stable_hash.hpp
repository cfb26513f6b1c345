#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mtls::fleet {

/// The same number for the same text on every machine and in every release: shards and journals rest on it.
[[nodiscard]] std::uint64_t stable_hash(std::string_view text);

/// One part of a list that is divided among several runs: part `index` of `count`, counted from 1.
struct Shard {
    std::uint64_t index = 1;
    std::uint64_t count = 1;

    /// Each key lies in exactly one part, whatever else is in the list.
    [[nodiscard]] bool holds(std::uint64_t key) const { return key % count == index - 1; }
};

/// Reads `I/N`, with 1 <= I <= N <= 1,000,000; null if it is none.
[[nodiscard]] std::optional<Shard> parse_shard(std::string_view text);

} // namespace mtls::fleet
