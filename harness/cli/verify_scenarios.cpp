#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include <unistd.h>

#include "certs/ossl/error.hpp"
#include "certs/program/start_thread.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/named_files.hpp"
#include "certs/x509/unicode.hpp"
#include "harness/cli/check_report.hpp"
#include "harness/cli/child_process.hpp"
#include "harness/cli/exhibit.hpp"
#include "harness/cli/junit.hpp"
#include "harness/cli/private_directory.hpp"
#include "harness/cli/run.hpp"
#include "harness/cli/signals.hpp"
#include "harness/scenario/embedded.hpp"

namespace mtls::harness {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds probe_patience{60};

std::chrono::milliseconds since(Clock::time_point start)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
}

std::filesystem::path probe_of(const Options& options)
{
    auto probe = options.probe ? std::filesystem::path{*options.probe} : beside_this_program("mtls-probe");
    if (::access(probe.c_str(), X_OK) != 0) {
        throw x509::ConfigError{"no mtls-probe at " + probe.string() + ": name it with --probe"};
    }
    return probe;
}

void check(const std::ofstream& file, const std::string& path)
{
    if (!file) {
        throw x509::ConfigError{"write " + path + ": " + std::generic_category().message(errno)};
    }
}

/// Scenarios side by side, a row as each ends.
class Verification {
  public:
    Verification(const Options& options, std::vector<scenario::Scenario> scenarios)
        : probe_{probe_of(options)}, scenarios_{std::move(scenarios)}, outcomes_(scenarios_.size())
    {
        for (const auto& scenario : scenarios_) {
            width_ = std::max(width_, x509::printable(scenario.name).size());
        }
    }

    /// Takes scenarios until none is left. Runs in several threads.
    void work(const std::stop_token& stop)
    {
        for (std::size_t index = next_++; index < scenarios_.size() && !stop.stop_requested(); index = next_++) {
            const auto start = Clock::now();
            auto found = try_one(scenarios_[index], index, stop);
            if (!stop.stop_requested()) {
                outcomes_[index] = {x509::printable(scenarios_[index].name), std::move(found), since(start)};
                tell(outcomes_[index]);
            }
        }
        ++idle_;
    }

    [[nodiscard]] bool finished(unsigned workers) const { return idle_ == workers; }

    [[nodiscard]] std::size_t failed() const { return failed_; }

    /// In the order asked for. Once all workers are done.
    [[nodiscard]] const std::vector<Outcome>& outcomes() const { return outcomes_; }

  private:
    std::vector<std::string> try_one(const scenario::Scenario& scenario, std::size_t index, const std::stop_token& stop)
    {
        try { // a thread's edge
            const auto folder = directory_.path() / (std::to_string(index) + "-" + scenario.name);
            const Exhibit exhibit{scenario, office_.hierarchy_for(scenario), folder, {}, {}};
            auto arguments = exhibit.probe_arguments();
            arguments.insert(arguments.end(), {"--format", "json"});
            return complaints(scenario, exhibit.hierarchy(), run_child(probe_, arguments, probe_patience, stop));
        } catch (const std::runtime_error& error) {
            return {error.what()};
        }
    }

    void tell(const Outcome& outcome)
    {
        const std::lock_guard lock{mutex_};
        const bool good = outcome.complaints.empty();
        failed_ += good ? 0 : 1;
        std::cout << (good ? "ok    " : "FAIL  ") << outcome.scenario
                  << std::string(width_ - outcome.scenario.size() + 2, ' ') << seconds(outcome.took) << " s\n";
        for (const std::string& complaint : outcome.complaints) {
            std::cout << "      " << x509::printable_again(complaint) << '\n';
        }
        std::cout << std::flush;
    }

    std::filesystem::path probe_;
    std::vector<scenario::Scenario> scenarios_;
    std::vector<Outcome> outcomes_; // one a scenario; each written by the worker that took it
    std::size_t width_ = 0;
    PrivateDirectory directory_;
    CertificateOffice office_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<unsigned> idle_ = 0;
    std::mutex mutex_;
    std::atomic<std::size_t> failed_ = 0;
};

std::vector<scenario::Scenario> those_to_verify(const Options& options)
{
    std::vector<scenario::Scenario> scenarios;
    for (const std::string& name : options.scenarios) {
        scenarios.push_back(find_scenario(name));
    }
    if (options.scenarios.empty()) {
        for (const auto& entry : scenario::embedded()) {
            scenarios.push_back(scenario::embedded_scenario(entry.name));
        }
    }
    return scenarios;
}

} // namespace

int verify_scenarios(const Options& options)
{
    constexpr std::chrono::milliseconds glance{20};
    if (options.junit) {
        std::vector<x509::NamedFile> files{{"--junit", *options.junit, x509::FileUse::written}};
        for (const std::string& name : options.scenarios) {
            if (name.ends_with(".toml")) {
                files.push_back({"the scenario", name, x509::FileUse::read});
            }
        }
        x509::refuse_shared_files(files);
    }
    const HeldSignals signals;
    const auto start = Clock::now();
    Verification verification{options, those_to_verify(options)};
    std::ofstream report;
    if (options.junit) {
        report.open(*options.junit);
        check(report, *options.junit);
    }
    std::vector<std::jthread> workers;
    for (unsigned worker = 0; worker < options.jobs; ++worker) {
        workers.push_back(program::start_thread<std::jthread>(
            "verify scenarios", [&](const std::stop_token& stop) { verification.work(stop); }));
    }
    bool interrupted = false;
    while (!interrupted && !verification.finished(options.jobs)) {
        interrupted = signals.arrived_within(glance);
    }
    for (std::jthread& worker : workers) {
        worker.request_stop();
    }
    workers.clear(); // joins
    if (interrupted) {
        throw x509::ConfigError{"interrupted"};
    }
    const auto took = since(start);
    const std::size_t total = verification.outcomes().size();
    std::cout << total << (total == 1 ? " scenario, " : " scenarios, ") << total - verification.failed() << " ok, "
              << verification.failed() << " failed, " << seconds(took) << " s\n";
    if (options.junit) {
        report << junit(verification.outcomes(), took) << std::flush;
        check(report, *options.junit);
    }
    return verification.failed() == 0 ? exit_ok : exit_failed;
}

} // namespace mtls::harness
