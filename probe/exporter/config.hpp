#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/exporter/allow_list.hpp"
#include "probe/fleet/inputs.hpp"
#include "probe/fleet/manner.hpp"

namespace mtls::exporter {

/// Where to listen. Port 0: any that is free.
struct Address {
    std::string ip = "127.0.0.1";
    std::uint16_t port = 9469;
};

/// Reads `IP`, `IP:PORT` or `[IPv6]:PORT`; null if it is none. A name is none: it could mean more than one address.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

/// How to probe and what to hold the answer against: one `[module.NAME]`.
struct Module {
    fleet::Manner manner;
    fleet::Inputs inputs;
};

/// The configuration file, with the files that it names read.
struct Config {
    Address listen;
    unsigned concurrency = 8; ///< probes at once; as many again may wait
    AllowList allowed;
    std::map<std::string, Module, std::less<>> modules; ///< never empty: without any there is one called "default"
};

/// "default, pki": for a person. Of very many the first.
[[nodiscard]] std::string names_of(const Config& config);

/// A ConfigError on stderr, each of its lines (a configuration may have several mistakes) behind `lead`; safe to print.
[[nodiscard]] std::string complaint_of(std::string_view lead, std::string_view what);

/// Reads a configuration and all that it names; relative paths start at its folder. Throws x509::ConfigError with the
/// line of the mistake; no message holds a passphrase.
[[nodiscard]] std::shared_ptr<const Config> read_config(const std::filesystem::path& path);

/// The same for the text of the file at `path`.
[[nodiscard]] std::shared_ptr<const Config> parse_config(std::string_view text, const std::filesystem::path& path);

} // namespace mtls::exporter
