#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mtls::explain {

/// Bytes that somebody wrote down, and how.
struct Dump {
    /// Normally one; of a trace of `openssl s_client -msg`, one for each CertificateRequest message in it.
    std::vector<std::vector<std::uint8_t>> blocks;
    std::string form;    ///< "hex", "base64", "binary", "openssl -msg"
    std::string problem; ///< why there are none
};

/// Reads bytes back from text: hex with any separators (also `0x16, 0x03`, `\x16\x03`, `16:03`), a hex dump with
/// offsets and a column of characters (Wireshark, xxd, hexdump -C), a trace of `openssl s_client -msg`, base64 (also
/// between BEGIN and END lines). What is no text is taken as it is.
[[nodiscard]] Dump read_dump(std::span<const std::uint8_t> file);

/// Pairs of hex digits and nothing else; null otherwise.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> hex_bytes(std::string_view text);

} // namespace mtls::explain
