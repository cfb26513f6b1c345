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

/// Reads the request target of HTTP. Null unless it holds one `target` and at most one `module`; other parameters are
/// left alone.
[[nodiscard]] std::optional<Scrape> read_scrape(std::string_view request_target);

/// The path of a request target, without its query.
[[nodiscard]] std::string_view path_of(std::string_view request_target);

/// How long a probe may take: the module's time-out, or less if the one who scrapes waits less long (the value of
/// X-Prometheus-Scrape-Timeout-Seconds; "" or nonsense: no limit). Some of it is kept back for the answer's way.
[[nodiscard]] std::chrono::milliseconds time_for(std::chrono::milliseconds module, std::string_view scrape_timeout);

} // namespace mtls::exporter
