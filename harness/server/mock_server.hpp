#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "certs/pki/hierarchy.hpp"
#include "harness/scenario/scenario.hpp"
#include "harness/server/events.hpp"

namespace mtls::server {

/// Where one listener of a scenario is reached.
struct Endpoint {
    std::string listener;
    std::string address; ///< numeric, without brackets
    std::uint16_t port = 0;
};

/// Where a scenario is served, and how patiently.
struct ServerOptions {
    std::optional<std::string> listen = std::nullopt; ///< address for every listener instead of the scenario's
    std::uint16_t port = 0;            ///< of the first listener, the next ones follow; 0: whatever is free
    std::chrono::seconds patience{30}; ///< how long one connection may last
};

/// A scenario being served, from construction to destruction: listening when the constructor returns, every connection
/// dropped and its thread joined when the destructor does.
class MockServer {
  public:
    /// Borrows `hierarchy`. Throws ConfigError (an address that is not free), ossl::Error.
    MockServer(const scenario::Scenario& scenario, const pki::Hierarchy& hierarchy, const ServerOptions& options = {},
               Events events = {});
    ~MockServer();
    MockServer(const MockServer&) = delete;
    MockServer& operator=(const MockServer&) = delete;

    [[nodiscard]] const std::vector<Endpoint>& endpoints() const; ///< in the scenario's order
    [[nodiscard]] const Endpoint& endpoint(const std::string& listener) const;

  private:
    struct Running;
    std::unique_ptr<Running> running_;
};

} // namespace mtls::server
