#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "probe/report/report.hpp"

namespace mtls::exporter {

/// Threads that probe, since a probe waits for its connections. What is thrown in one of them, be it for want of
/// memory, ends that probe alone.
class Workers {
  public:
    using Work = std::function<std::optional<report::Report>()>;

    struct Outcome {
        bool failed = false; ///< it threw
        std::optional<report::Report> report;
    };

    /// Throws ConfigError if the machine gives fewer threads.
    Workers(boost::asio::io_context& io, unsigned threads);

    /// Waits, in the thread of `io`, until a thread has had time for it and is done.
    [[nodiscard]] boost::asio::awaitable<Outcome> run(Work work);

  private:
    struct Job;

    void labour(const std::stop_token& stop);

    boost::asio::io_context& io_;
    std::mutex mutex_;
    std::condition_variable_any more_;
    std::list<std::shared_ptr<Job>> jobs_;
    std::vector<std::jthread> threads_; // last: told to stop, and joined, before what they use goes away
};

} // namespace mtls::exporter
