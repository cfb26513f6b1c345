#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "certs/pki/hierarchy.hpp"
#include "harness/cli/trials.hpp"
#include "harness/scenario/scenario.hpp"
#include "harness/server/mock_server.hpp"

namespace mtls::harness {

/// Issues certificates. Scenarios that add nothing to the standard recipe share one hierarchy. Safe to use from
/// threads.
class CertificateOffice {
  public:
    [[nodiscard]] std::shared_ptr<const pki::Hierarchy> hierarchy_for(const scenario::Scenario& scenario);

  private:
    std::mutex mutex_;
    std::shared_ptr<const pki::Hierarchy> standard_;
};

/// A scenario on show: its certificates on disk, its server listening.
class Exhibit {
  public:
    /// Writes below `directory`. Throws ConfigError, ossl::Error.
    Exhibit(scenario::Scenario scenario, std::shared_ptr<const pki::Hierarchy> hierarchy,
            std::filesystem::path directory, const server::ServerOptions& options, server::Events events);

    [[nodiscard]] const scenario::Scenario& scenario() const { return scenario_; }

    [[nodiscard]] const pki::Hierarchy& hierarchy() const { return *hierarchy_; }

    [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

    [[nodiscard]] const std::vector<server::Endpoint>& endpoints() const { return server_.endpoints(); }

    /// Arguments for mtls-probe that try what `[try]` says.
    [[nodiscard]] std::vector<std::string> probe_arguments() const;

    /// Where `[try]` goes.
    [[nodiscard]] Place place() const;

    /// Where the bindings stand as `netsh http show sslcert` would print them; null if the personality is not iis.
    [[nodiscard]] std::optional<std::string> bindings_file() const;

  private:
    void write_bindings() const;
    void write_bodies() const;
    [[nodiscard]] std::string file(const std::string& name) const;

    scenario::Scenario scenario_;
    std::shared_ptr<const pki::Hierarchy> hierarchy_;
    std::filesystem::path directory_;
    server::MockServer server_; // last: it borrows the hierarchy
};

} // namespace mtls::harness
