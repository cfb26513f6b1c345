#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mtls::exporter {

/// What `/probe?...` asks for.
struct Scrape {
    std::string target;
    std::string module = "default";
};

struct ScrapeReading {
    std::optional<Scrape> scrape;
    std::string problem; ///< why there is none: one line, printable
};

/// Reads the request target of HTTP: one `target`, at most one `module`, and nothing else. A parameter that is passed
/// over would be a misspelt `module`, and the probe one that was not meant.
[[nodiscard]] ScrapeReading read_scrape(std::string_view request_target);

/// The path of a request target, without its query.
[[nodiscard]] std::string_view path_of(std::string_view request_target);

/// How long a probe may take: the module's time-out, or less if the one who scrapes waits less long (the value of
/// X-Prometheus-Scrape-Timeout-Seconds; "" or nonsense: no limit). Some of it is kept back for the answer's way.
[[nodiscard]] std::chrono::milliseconds time_for(std::chrono::milliseconds module, std::string_view scrape_timeout);

} // namespace mtls::exporter
