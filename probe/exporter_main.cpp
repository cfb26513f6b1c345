#include <csignal>
#include <exception>
#include <iostream>
#include <new>

#include "certs/ossl/error.hpp"
#include "certs/program/core_dump.hpp"
#include "certs/x509/unicode.hpp"
#include "probe/cli/command_line.hpp"
#include "probe/exporter/config.hpp"
#include "probe/exporter/exporter.hpp"

namespace {

int run(int argc, char** argv)
{
    mtls::exporter::ExporterOptions options;
    CLI::App app{"Probes TLS servers for Prometheus: /probe?target=HOST:PORT&module=MODULE.\n"
                 "SIGHUP reads the configuration again; SIGTERM finishes what is being answered.",
                 "mtls-exporter"};
    app.add_option("--config", options.config, "modules, allowed targets, where to listen (TOML)")
        ->required()
        ->option_text("FILE");
    app.add_option("--listen", options.listen, "instead of the configuration's (default 127.0.0.1:9469)")
        ->option_text("ADDR[:PORT]");
    app.add_flag("--check", options.check, "say whether the configuration is good, and end");
    app.set_version_flag("--version", "mtls-exporter " MTLS_PROBE_VERSION);
    if (const auto done = mtls::cli::parse_words(app, argc, argv)) {
        return *done;
    }
    return mtls::exporter::run_exporter(options);
}

} // namespace

int main(int argc, char** argv)
{
    constexpr int unknown = 3;
    mtls::program::leave_no_core_dump();
    mtls::ossl::start_without_configuration();
    (void)std::signal(SIGPIPE, SIG_IGN);
    (void)std::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is an error of writing, as on a full disk
    try {
        return run(argc, argv);
    } catch (const std::bad_alloc&) {
        std::cerr << "mtls-exporter: out of memory\n";
        return unknown;
    } catch (const std::exception& error) {
        std::cerr << mtls::exporter::complaint_of("mtls-exporter: ", error.what());
        return unknown;
    }
}
