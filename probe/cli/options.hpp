#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "probe/fleet/fleet.hpp"
#include "probe/fleet/inputs.hpp"
#include "probe/fleet/manner.hpp"

/// argv -> Options -> run -> exit code.
namespace mtls::cli {

enum class Format { text, json, jsonl, nagios, prometheus, junit, html };
enum class Color { automatic, always, never };

/// What the command line says, checked as far as that needs no file and no network.
struct Options : fleet::Manner, fleet::InputFiles {
    std::vector<net::Target> targets;
    std::optional<fleet::Orders> fleet; ///< of --targets; then there are no others
    Format format = Format::text;
    std::optional<std::filesystem::path> output;
    Color color = Color::automatic;
    std::optional<std::string> keylog;
    std::optional<std::filesystem::path> save_baseline;
    std::optional<std::filesystem::path> save_pcap;
};

} // namespace mtls::cli
