#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "probe/fleet/inputs.hpp"
#include "probe/fleet/manner.hpp"
#include "probe/fleet/progress.hpp"
#include "probe/fleet/schedule.hpp"
#include "probe/fleet/stable_hash.hpp"
#include "probe/handshake/client_context.hpp"

namespace mtls::fleet {

/// How the targets of a fleet are told, each as soon as it is done.
enum class LineFormat {
    jsonl, ///< a report a line
    text,  ///< verdict, target and summary on a line, the counts at the end
};

/// Many targets in one run.
struct Orders {
    std::string list; ///< a file of targets, one a line; "-": stdin
    LineFormat format = LineFormat::jsonl;
    std::optional<std::filesystem::path> output;
    std::optional<std::filesystem::path> journal; ///< --resume
    Schedule::Limits limits;
    Shard shard;
    unsigned retries = 0; ///< of a target that did nothing but time out
    ShowProgress progress = ShowProgress::automatic;
    /// List-only was nobody's wish: a target whose line names a path is asked for it, which takes a handshake.
    bool paths_want_handshakes = false;
};

/// Asks them all and writes each result as it comes. Memory does not grow with the list. Returns the exit code: the
/// worst verdict, in the order critical, unknown, warning, ok; a line that is no target, or a list that cannot be read
/// to its end, counts as unknown. After SIGINT or SIGTERM it is 3: what is in flight gets a second to finish.
///
/// Throws x509::ConfigError for files that cannot be opened or written.
[[nodiscard]] int run_fleet(const Orders& orders, const Manner& manner, const Inputs& inputs,
                            const handshake::ClientContext& context);

} // namespace mtls::fleet
