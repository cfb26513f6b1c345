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

/// What a request for /probe asks for, or why it cannot be served.
struct ScrapeReading {
    std::optional<Scrape> scrape;
    std::string problem; ///< why there is none: one line, printable
};

/// Reads the request target of HTTP: one `target`, at most one `module`, and nothing else. A parameter that is passed
/// over would be a misspelt `module`, and the probe one that was not meant.
[[nodiscard]] ScrapeReading read_scrape(std::string_view request_target);

/// The path of a request target, without its query.
[[nodiscard]] std::string_view path_of(std::string_view request_target);

/// The header in which Prometheus says how long it waits for an answer.
inline constexpr const char* scrape_timeout_header = "X-Prometheus-Scrape-Timeout-Seconds";

/// How long a probe may take: the module's time-out, or less if the one who scrapes waits less long (the value of that
/// header; null: it is not there). Some of it is kept back for the answer's way. Null: the value is no number of
/// seconds.
[[nodiscard]] std::optional<std::chrono::milliseconds> time_for(std::chrono::milliseconds module,
                                                                const std::optional<std::string>& scrape_timeout);

} // namespace mtls::exporter
