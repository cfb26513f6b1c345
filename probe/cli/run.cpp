#include "probe/cli/run.hpp"

#include <cstring>
#include <functional>
#include <memory>

#include "certs/x509/config_error.hpp"
#include "probe/cli/files.hpp"
#include "probe/cli/output.hpp"
#include "probe/cli/saved_traffic.hpp"
#include "probe/fleet/asking.hpp"
#include "probe/fleet/fleet.hpp"
#include "probe/fleet/side_by_side.hpp"

namespace mtls::cli {

namespace {

/// A target that the baseline does not know would never be found changed.
void check_baseline(const Options& options, const fleet::Inputs& inputs)
{
    for (const net::Target& target : options.targets) {
        verdict::TargetFacts wanted;
        wanted.host = target.host;
        wanted.port = fleet::port_of(options, target);
        if (options.starttls) {
            wanted.starttls = to_string(*options.starttls);
        }
        const auto baseline = inputs.baselines.about(wanted);
        if (baseline && baseline->started.empty()) {
            throw x509::ConfigError{"read " + x509::printable(options.baseline->string()) + ": no report on " +
                                    x509::printable(target.input) + " in it"};
        }
    }
}

/// `finish` ends the files beside the report that were written on the way, and throws if one is not whole.
int run_each(const Options& options, const fleet::Manner& manner, const fleet::Inputs& inputs,
             const handshake::ClientContext& context, const std::function<void()>& finish, Reported& reported)
{
    const auto reports = fleet::probe_side_by_side(manner, inputs, context, options.targets);
    auto verdict = verdict::Verdict::ok;
    for (const report::Report& report : reports) {
        verdict = worse(verdict, report.judgement.verdict);
    }
    const auto save = [&] {
        if (options.save_baseline) {
            save_baseline(*options.save_baseline, reports);
        }
        finish();
    };
    // Nagios shows the first line only, and there a report that says ok would hide that a file was not written.
    const bool first_line_counts = options.format == Format::nagios;
    if (first_line_counts) {
        save();
    }
    write_report(options, render(options, reports));
    reported = Reported::yes;
    if (!first_line_counts) {
        save();
    }
    return static_cast<int>(verdict);
}

} // namespace

int run(const Options& options, Reported& reported)
{
    x509::refuse_shared_files(files_of(options));
    const fleet::Inputs inputs = fleet::read_inputs(options);
    if (options.baseline) {
        check_baseline(options, inputs);
    }
    std::unique_ptr<handshake::KeyLog> log;
    handshake::ClientContext context;
    if (options.keylog) {
        log = std::make_unique<handshake::KeyLog>(*options.keylog);
        context.log_keys(*log);
    }
    fleet::Manner manner = options;
    std::unique_ptr<SavedTraffic> traffic;
    if (options.save_pcap) {
        traffic = std::make_unique<SavedTraffic>(*options.save_pcap);
        manner.traffic = traffic.get();
    }
    const auto finish = [&] {
        if (traffic) {
            traffic->finish();
        }
        if (log && log->error() != 0) {
            throw x509::ConfigError{"write the key log " + x509::printable(*options.keylog) + ": " +
                                    std::strerror(log->error())};
        }
    };
    if (!options.fleet) {
        return run_each(options, manner, inputs, context, finish, reported);
    }
    const int code = fleet::run_fleet(*options.fleet, manner, inputs, context);
    finish(); // the reports stand
    return code;
}

} // namespace mtls::cli
