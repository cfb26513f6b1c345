#include <algorithm>
#include <atomic>
#include <iostream>
#include <mutex>
#include <thread>

#include <unistd.h>

#include "certs/ossl/error.hpp"
#include "certs/x509/config_error.hpp"
#include "harness/cli/check_report.hpp"
#include "harness/cli/child_process.hpp"
#include "harness/cli/exhibit.hpp"
#include "harness/cli/private_directory.hpp"
#include "harness/cli/run.hpp"
#include "harness/cli/signals.hpp"
#include "harness/scenario/embedded.hpp"

namespace mtls::harness {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds probe_patience{60};

/// "1.42 s".
std::string seconds_since(Clock::time_point start)
{
    const auto hundredths = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count() / 10;
    const std::string fraction = std::to_string(hundredths % 100);
    return std::to_string(hundredths / 100) + "." + (fraction.size() == 1 ? "0" : "") + fraction + " s";
}

std::filesystem::path probe_of(const Options& options)
{
    auto probe = options.probe ? std::filesystem::path{*options.probe} : beside_this_program("mtls-probe");
    if (::access(probe.c_str(), X_OK) != 0) {
        throw x509::ConfigError{"no mtls-probe at " + probe.string() + ": name it with --probe"};
    }
    return probe;
}

/// Scenarios side by side, a row as each ends.
class Verification {
  public:
    Verification(const Options& options, std::vector<scenario::Scenario> scenarios)
        : probe_{probe_of(options)}, scenarios_{std::move(scenarios)}
    {
        for (const auto& scenario : scenarios_) {
            width_ = std::max(width_, scenario.name.size());
        }
    }

    /// Takes scenarios until none is left. Runs in several threads.
    void work(const std::stop_token& stop)
    {
        for (std::size_t index = next_++; index < scenarios_.size() && !stop.stop_requested(); index = next_++) {
            const auto start = Clock::now();
            const auto found = try_one(scenarios_[index], index, stop);
            if (!stop.stop_requested()) {
                tell(scenarios_[index].name, found, start);
            }
        }
        ++idle_;
    }

    [[nodiscard]] bool finished(unsigned workers) const { return idle_ == workers; }

    [[nodiscard]] std::size_t failed() const { return failed_; }

    [[nodiscard]] std::size_t total() const { return scenarios_.size(); }

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

    void tell(const std::string& name, const std::vector<std::string>& found, Clock::time_point start)
    {
        const std::lock_guard lock{mutex_};
        failed_ += found.empty() ? 0 : 1;
        std::cout << (found.empty() ? "ok    " : "FAIL  ") << name << std::string(width_ - name.size() + 2, ' ')
                  << seconds_since(start) << '\n';
        for (const std::string& complaint : found) {
            std::cout << "      " << complaint << '\n';
        }
        std::cout << std::flush;
    }

    std::filesystem::path probe_;
    std::vector<scenario::Scenario> scenarios_;
    std::size_t width_ = 0;
    PrivateDirectory directory_;
    CertificateOffice office_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<unsigned> idle_ = 0;
    std::mutex mutex_;
    std::atomic<std::size_t> failed_ = 0;
};

std::vector<scenario::Scenario> chosen(const Options& options)
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
    const HeldSignals signals;
    const auto start = Clock::now();
    Verification verification{options, chosen(options)};
    std::vector<std::jthread> workers;
    for (unsigned worker = 0; worker < options.jobs; ++worker) {
        workers.emplace_back([&](const std::stop_token& stop) { verification.work(stop); });
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
    std::cout << verification.total() << (verification.total() == 1 ? " scenario, " : " scenarios, ")
              << verification.total() - verification.failed() << " ok, " << verification.failed() << " failed, "
              << seconds_since(start) << '\n';
    return verification.failed() == 0 ? exit_ok : exit_failed;
}

} // namespace mtls::harness
