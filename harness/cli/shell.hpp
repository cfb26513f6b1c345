#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mtls::harness {

/// `program` and `arguments` as one line to paste into a shell.
[[nodiscard]] std::string shell_line(const std::string& program, const std::vector<std::string>& arguments);

/// One word of such a line, in quotes if it needs them.
[[nodiscard]] std::string shell_word(const std::string& word);

/// An address as it stands before a port: brackets around IPv6.
[[nodiscard]] std::string host_port(const std::string& address, std::uint16_t port);

} // namespace mtls::harness
