#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <fstream>
#include <iostream>
#include <mutex>
#include <optional>
#include <sstream>

#include "certs/x509/config_error.hpp"
#include "certs/x509/named_files.hpp"
#include "certs/x509/unicode.hpp"
#include "harness/cli/child_process.hpp"
#include "harness/cli/exhibit.hpp"
#include "harness/cli/private_directory.hpp"
#include "harness/cli/run.hpp"
#include "harness/cli/shell.hpp"
#include "harness/cli/signals.hpp"

namespace mtls::harness {
namespace {

/// For a terminal, whatever they quote.
std::string printable_lines(const std::string& lines)
{
    std::istringstream in{lines};
    std::string result;
    for (std::string line; std::getline(in, line);) {
        result += (result.empty() ? "" : "\n") + x509::printable_again(line);
    }
    return result;
}

/// Lines from several servers' threads, each whole, on stderr or in a file.
class LineSink {
  public:
    /// Appends to `path`, or shows on stderr. Throws ConfigError.
    explicit LineSink(const std::optional<std::string>& path) : path_{path.value_or("stderr")}
    {
        if (path) {
            file_.emplace(*path, std::ios::app);
            if (!*file_) {
                throw x509::ConfigError{"write " + x509::printable(*path) + ": " + std::strerror(errno)};
            }
        }
    }

    void write(const std::string& line)
    {
        const std::lock_guard lock{mutex_};
        std::ostream& out = file_ ? static_cast<std::ostream&>(*file_) : std::cerr;
        errno = 0;
        out << (file_ ? line : printable_lines(line)) + "\n" << std::flush;
        if (!out && why_not_.empty()) {
            why_not_ = errno != 0 ? std::strerror(errno) : "a write failed";
            if (file_) {
                std::cerr << "mtls-harness: " << complaint() << '\n'; // now: the server goes on
            }
        }
    }

    /// Throws ConfigError if a line was lost.
    void check()
    {
        const std::lock_guard lock{mutex_};
        if (!why_not_.empty()) {
            throw x509::ConfigError{complaint()};
        }
    }

  private:
    [[nodiscard]] std::string complaint() const
    {
        return "write " + x509::printable(path_) + ": " + why_not_ + "; lines are missing from here on";
    }

    std::string path_;
    std::string why_not_; ///< "": every line was written
    std::mutex mutex_;
    std::optional<std::ofstream> file_;
};

/// Where the events of all servers go.
struct Sinks {
    explicit Sinks(const Options& options) : screen{std::nullopt}
    {
        if (options.record) {
            record.emplace(options.record);
        }
        if (options.log) {
            log.emplace(options.log);
        }
    }

    server::Events events_for(const std::string& scenario)
    {
        server::Events events;
        events.connection = [this, scenario](const server::ConnectionRecord& connection) {
            screen.write(scenario + " " + server::to_line(connection));
            if (record) {
                record->write(server::to_json(connection, scenario));
            }
        };
        events.log_line = [this](const std::string& line) { (log ? *log : screen).write(line); };
        events.problem = [this, scenario](const std::string& problem) { screen.write(scenario + " " + problem); };
        return events;
    }

    /// Throws ConfigError if a file lacks lines.
    void check()
    {
        for (std::optional<LineSink>* file : {&record, &log}) {
            if (*file) {
                (*file)->check();
            }
        }
    }

    LineSink screen;
    std::optional<LineSink> record;
    std::optional<LineSink> log;
};

std::string probe_program()
{
    const auto beside = beside_this_program("mtls-probe");
    std::error_code ignored;
    return std::filesystem::exists(beside, ignored) ? beside.string() : "mtls-probe";
}

void describe(const Exhibit& exhibit)
{
    const auto& scenario = exhibit.scenario();
    std::cout << x509::printable(scenario.name) << ": " << x509::printable_again(scenario.summary) << '\n';
    for (const auto& endpoint : exhibit.endpoints()) {
        std::cout << "  " << x509::printable(endpoint.listener) << " listens on "
                  << host_port(endpoint.address, endpoint.port) << '\n';
    }
    std::cout << "  certificates in " << x509::printable(exhibit.directory().string());
    if (!scenario.attempt.candidates.empty()) {
        std::cout << ", to try:";
        for (const auto& candidate : scenario.attempt.candidates) {
            std::cout << ' ' << candidate << ".pem";
        }
    }
    if (const auto bindings = exhibit.bindings_file()) {
        std::cout << "\n  what netsh http show sslcert would print is in " << x509::printable(*bindings);
    }
    std::cout << "\n  try\n    " << shell_line(probe_program(), exhibit.probe_arguments()) << '\n';
    for (const Trial& trial : trials(scenario, exhibit.hierarchy(), exhibit.place())) {
        std::cout << "    # " << trial.story << "\n    " << trial.line << '\n';
    }
    std::cout << '\n';
}

void warn_about_listening(const Options& options)
{
    const auto& listen = options.listen;
    if (listen && *listen != "::1" && !listen->starts_with("127.")) {
        std::cerr << "mtls-harness: warning: listening on " << *listen
                  << ", where others may reach it: its keys and certificates are for tests only\n";
    }
}

/// What is recorded must not be appended to a scenario, nor one kind of lines to the other.
void refuse_shared_files(const Options& options)
{
    using x509::FileUse;
    std::vector<x509::NamedFile> files;
    for (const auto& [name, path] : {std::pair{"--record", options.record}, std::pair{"--log", options.log}}) {
        if (path) {
            files.push_back({name, *path, FileUse::written});
        }
    }
    for (const std::string& name : options.scenarios) {
        if (options.command == Command::serve || name.ends_with(".toml")) {
            files.push_back({"the scenario", name, FileUse::read});
        }
    }
    x509::refuse_shared_files(files);
}

constexpr std::uint16_t highest_port = 65535;

/// What is to be served. Each has a folder of its own name.
std::vector<scenario::Scenario> chosen(const Options& options)
{
    std::vector<scenario::Scenario> scenarios;
    for (const std::string& name : options.scenarios) {
        auto one = options.command == Command::serve ? scenario::load_scenario(name) : find_scenario(name);
        const auto same = std::ranges::find(scenarios, one.name, &scenario::Scenario::name);
        if (same != scenarios.end()) {
            const std::string& other = options.scenarios[static_cast<std::size_t>(same - scenarios.begin())];
            if (other == name) {
                throw x509::ConfigError{"scenario '" + name + "' is named twice: it can be served once at a time"};
            }
            std::string both = "'" + other;
            both.append("' and '").append(name).append("' are both called '").append(one.name);
            throw x509::ConfigError{both.append("', as their folders would be: rename one, or serve one at a time")};
        }
        scenarios.push_back(std::move(one));
    }
    return scenarios;
}

} // namespace

int serve_scenarios(const Options& options)
{
    refuse_shared_files(options);
    auto scenarios = chosen(options);
    const HeldSignals signals;
    const PrivateDirectory directory{options.directory};
    Sinks sinks{options};
    CertificateOffice office;
    std::deque<Exhibit> exhibits;
    server::ServerOptions server{.listen = options.listen, .port = options.port, .patience = std::chrono::seconds{300}};
    for (scenario::Scenario& scenario : scenarios) {
        const auto folder = options.scenarios.size() == 1 ? directory.path() : directory.path() / scenario.name;
        auto hierarchy = office.hierarchy_for(scenario);
        auto events = sinks.events_for(scenario.name);
        exhibits.emplace_back(std::move(scenario), std::move(hierarchy), folder, server, std::move(events));
        if (server.port != 0) {
            const auto last = exhibits.back().endpoints().back().port;
            if (last == highest_port && exhibits.size() < options.scenarios.size()) {
                throw x509::ConfigError{"--port " + std::to_string(options.port) +
                                        ": there are more listeners than ports from there to 65535; begin lower"};
            }
            server.port = static_cast<std::uint16_t>(last + 1);
        }
        describe(exhibits.back());
    }
    std::cout << std::flush;
    warn_about_listening(options);
    if (options.seconds) {
        (void)signals.arrived_within(
            std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>{*options.seconds}));
    } else {
        signals.wait();
    }
    exhibits.clear(); // what is under way is still written
    sinks.check();
    return exit_ok;
}

} // namespace mtls::harness
