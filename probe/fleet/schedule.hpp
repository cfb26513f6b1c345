#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "probe/fleet/manner.hpp"
#include "probe/fleet/target_line.hpp"

namespace mtls::fleet {

/// A target that is to be asked.
struct Job {
    TargetLine line;
    std::shared_ptr<const Manner> manner;
    std::string host;            ///< where the connections go: what the limit per host counts
    std::size_t connections = 1; ///< that it may have open at the same time
    unsigned attempt = 0;        ///< how often it has been asked before
};

/// Which target is asked next, and when. Pure: whoever calls says what time it is.
class Schedule {
  public:
    using Time = std::chrono::steady_clock::time_point;

    struct Limits {
        std::size_t connections = 256;   ///< at the same time, in all
        std::size_t per_host = 8;        ///< targets of one host at the same time
        std::optional<double> rate = {}; ///< targets started in a second; null: as fast as it goes
        std::size_t waiting = 4096;      ///< targets read and not started: for those whose host is busy
    };

    explicit Schedule(Limits limits) : limits_{limits} {}

    /// Whether another target should be read: nothing is ready, and not too many wait.
    [[nodiscard]] bool wants_more() const { return ready_.empty() && waiting_ < limits_.waiting; }

    void add(Job job);

    /// The same, to be started at `when` or after.
    void add_later(Job job, Time when);

    /// The next one to start, or null: none may start now. It counts against the limits until finished().
    [[nodiscard]] std::optional<Job> next(Time now);

    void finished(const Job& job);

    /// When next() may have one although nothing else happens; null: only finished() or add() change anything.
    [[nodiscard]] std::optional<Time> wakes() const;

    /// Nothing waits.
    [[nodiscard]] bool empty() const { return waiting_ == 0; }

  private:
    struct Host {
        std::size_t running = 0; ///< or ready to
        std::deque<Job> blocked;
    };

    void admit(Job job);
    [[nodiscard]] bool fits(const Job& job) const;

    Limits limits_;
    std::deque<Job> ready_; ///< as far as their host is concerned
    std::unordered_map<std::string, Host> hosts_;
    std::multimap<Time, Job> later_;
    std::size_t waiting_ = 0; ///< in ready_, blocked, later_
    std::size_t open_ = 0;    ///< connections
    std::optional<Time> next_start_;
};

/// How long to wait before a target that timed out is asked again: about 1 s, 2 s, 4 s ... 60 s, a little different for
/// each target so that they do not come back all at once.
[[nodiscard]] std::chrono::milliseconds back_off(unsigned attempt, std::uint64_t key);

} // namespace mtls::fleet
