#include "probe/exporter/counters.hpp"

#include <fmt/format.h>

namespace mtls::exporter {

namespace {

std::string header(const char* name, const char* type, const char* help)
{
    return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

} // namespace

void Counters::probed(verdict::Verdict verdict, double seconds)
{
    ++verdicts_.at(static_cast<std::size_t>(verdict));
    double before = seconds_;
    while (!seconds_.compare_exchange_weak(before, before + seconds)) {
    }
}

void Counters::refused(Refusal why)
{
    ++refusals_.at(static_cast<std::size_t>(why));
}

void Counters::dropped(Dropped why)
{
    ++dropped_.at(static_cast<std::size_t>(why));
}

void Counters::reloaded(bool well, double unix_time)
{
    reload_well_ = well;
    if (well) {
        reload_time_ = unix_time;
    }
}

std::string Counters::text(const std::string& version) const
{
    using verdict::Verdict;
    std::string all = header("mtls_exporter_build_info", "gauge", "The program that answers.");
    all += fmt::format("mtls_exporter_build_info{{version=\"{}\"}} 1\n", version);
    all += header("mtls_exporter_probes_total", "counter", "Probes made, by verdict.");
    for (const Verdict each : {Verdict::ok, Verdict::warning, Verdict::critical, Verdict::unknown}) {
        all += fmt::format("mtls_exporter_probes_total{{verdict=\"{}\"}} {}\n", to_string(each),
                           verdicts_.at(static_cast<std::size_t>(each)).load());
    }
    all += header("mtls_exporter_probe_seconds_total", "counter", "Time spent in probes.");
    all += fmt::format("mtls_exporter_probe_seconds_total {}\n", seconds_.load());
    all += header("mtls_exporter_refused_total", "counter",
                  "Requests for a probe that was not made or not finished, by reason.");
    const std::array reasons{"bad_request", "not_allowed", "busy", "client_gone", "failed"};
    for (std::size_t at = 0; at < reasons.size(); ++at) {
        all +=
            fmt::format("mtls_exporter_refused_total{{reason=\"{}\"}} {}\n", reasons.at(at), refusals_.at(at).load());
    }
    all += header("mtls_exporter_connections_dropped_total", "counter",
                  "Connections closed without an answer because there were too many, by reason.");
    const std::array causes{"idle", "full"};
    for (std::size_t at = 0; at < causes.size(); ++at) {
        all += fmt::format("mtls_exporter_connections_dropped_total{{reason=\"{}\"}} {}\n", causes.at(at),
                           dropped_.at(at).load());
    }
    all += header("mtls_exporter_probes_in_flight", "gauge", "Probes that run or wait now.");
    all += fmt::format("mtls_exporter_probes_in_flight {}\n", in_flight_.load());
    all += header("mtls_exporter_config_last_reload_successful", "gauge",
                  "Whether the configuration that was read last is in use.");
    all += fmt::format("mtls_exporter_config_last_reload_successful {}\n", reload_well_.load() ? 1 : 0);
    all += header("mtls_exporter_config_last_reload_success_timestamp_seconds", "gauge",
                  "When the configuration in use was read, in Unix time.");
    all += fmt::format("mtls_exporter_config_last_reload_success_timestamp_seconds {:.0f}\n", reload_time_.load());
    return all;
}

} // namespace mtls::exporter
