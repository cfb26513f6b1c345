#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "certs/pki/hierarchy.hpp"
#include "harness/scenario/scenario.hpp"

/// What a person may paste into a shell to see a scenario's story with clients that are not ours. Pure.
namespace mtls::harness {

/// Where the server of `[try]` is, and where the files for trying it are.
struct Place {
    std::string host;    ///< in the URL and in the ClientHello
    std::string address; ///< numeric, without brackets
    std::uint16_t port = 0;
    std::filesystem::path directory;
};

/// One command, and in words what it tries and what is to come of it.
struct Trial {
    std::string story;
    std::string line;
};

inline constexpr const char* request_file = "request.txt"; ///< what s_client sends
inline constexpr const char* upload_file = "upload.bin";   ///< what curl sends, if `[try]` has an upload

/// Commands for openssl and curl: each candidate, nobody at all where `[expect]` says what becomes of it, both versions
/// of TLS where a late request differs between them, and the server name left out where one decides.
[[nodiscard]] std::vector<Trial> trials(const scenario::Scenario& scenario, const pki::Hierarchy& hierarchy,
                                        const Place& place);

/// The HTTP request of `[try]`, for `request_file`.
[[nodiscard]] std::string request_text(const scenario::Scenario& scenario, const Place& place);

} // namespace mtls::harness
