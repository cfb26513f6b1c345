#pragma once

#include <cstdint>
#include <vector>

#include "probe/hello/dialogue.hpp"

namespace mtls::test {

/// Keeps what a dialogue heard.
struct Recorder : hello::Listener {
    std::vector<std::vector<std::uint8_t>> messages;
    std::vector<wire::ProtocolVersion> versions; ///< with each message
    std::vector<std::vector<std::uint8_t>> alerts;
    std::size_t hellos = 0;

    void said(hello::Bytes /*bytes*/) override { ++hellos; }

    void message(wire::ProtocolVersion version, hello::Bytes bytes) override
    {
        messages.emplace_back(bytes.begin(), bytes.end());
        versions.push_back(version);
    }

    /// As before TLS 1.3: level 2 is fatal.
    bool alert(wire::ProtocolVersion /*version*/, hello::Bytes bytes) override
    {
        alerts.emplace_back(bytes.begin(), bytes.end());
        return !bytes.empty() && bytes[0] == 2;
    }
};

} // namespace mtls::test
