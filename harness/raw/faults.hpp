#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/raw/bytes.hpp"
#include "harness/scenario/raw.hpp"

/// What a server says when it goes wrong: content for records, in the clear or sealed. Private to the layer.
namespace mtls::raw {

/// One record.
struct Utterance {
    std::uint8_t type = 0;
    Buffer content;
};

/// What a fault begins with.
[[nodiscard]] std::vector<Utterance> said_once(const scenario::Breakdown& breakdown);

[[nodiscard]] bool is_endless(scenario::Fault fault);

/// One more of what an endless fault says. `count` tells those that must differ.
[[nodiscard]] Utterance said_again(scenario::Fault fault, std::size_t count);

/// Random bytes, in no record.
[[nodiscard]] Buffer garbage();

} // namespace mtls::raw
