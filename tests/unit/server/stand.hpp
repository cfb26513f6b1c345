#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "certs/pki/hierarchy.hpp"
#include "client.hpp"
#include "harness/server/mock_server.hpp"

/// A server for one test, with ears for what it tells.
namespace stand {

/// Asks for a certificate at one path only.
inline constexpr auto apache = R"(
personality = "apache"
[[listener]]
trust = ["root"]
intermediates = ["intermediate"]
paths = ["/private"]
)";

inline const mtls::pki::Hierarchy& hierarchy()
{
    static const mtls::pki::Hierarchy made{mtls::pki::standard_recipe(),
                                           std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())};
    return made;
}

inline std::vector<mtls::x509::Der> subjects(const std::vector<std::string>& names)
{
    std::vector<mtls::x509::Der> result;
    for (const std::string& name : names) {
        result.push_back(hierarchy().at(name).certificate.subject().der());
    }
    return result;
}

/// What a server told so far.
class Ears {
  public:
    mtls::server::Events events()
    {
        mtls::server::Events result;
        result.connection = [this](const mtls::server::ConnectionRecord& record) {
            const std::lock_guard lock{mutex_};
            records_.push_back(record);
            arrived_.notify_all();
        };
        result.log_line = [this](const std::string& line) {
            const std::lock_guard lock{mutex_};
            log_.push_back(line);
        };
        return result;
    }

    /// Waits for the n-th connection (from 1) to end.
    mtls::server::ConnectionRecord connection(std::size_t number)
    {
        std::unique_lock lock{mutex_};
        arrived_.wait_for(lock, std::chrono::seconds{20}, [&] { return records_.size() >= number; });
        return records_.at(number - 1);
    }

    std::vector<std::string> log()
    {
        const std::lock_guard lock{mutex_};
        return log_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<mtls::server::ConnectionRecord> records_;
    std::vector<std::string> log_;
};

/// A scenario being served.
class Stand {
  public:
    explicit Stand(std::string_view toml)
        : server_{mtls::scenario::parse_scenario("summary = 'a test'\n" + std::string{toml}, "test.toml"),
                  hierarchy(),
                  {},
                  ears_.events()}
    {
    }

    /// Asks the first listener.
    client::Answer ask(client::Question question = {})
    {
        question.address = server_.endpoints().front().address;
        question.port = server_.endpoints().front().port;
        return client::ask(question);
    }

    Ears& ears() { return ears_; }

    const mtls::server::MockServer& server() const { return server_; }

  private:
    Ears ears_;
    mtls::server::MockServer server_;
};

inline const mtls::pki::Issued* issued(const std::string& name)
{
    return &hierarchy().at(name);
}

} // namespace stand
