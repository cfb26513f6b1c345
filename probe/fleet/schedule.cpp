#include "probe/fleet/schedule.hpp"

#include <algorithm>
#include <utility>

namespace mtls::fleet {

using std::chrono::milliseconds;

namespace {

/// A timer comes a little late: what was missed in this time is made up for.
constexpr milliseconds slack{50};

} // namespace

void Schedule::add(Job job)
{
    ++waiting_;
    admit(std::move(job));
}

void Schedule::add_later(Job job, Time when)
{
    ++waiting_;
    later_.emplace(when, std::move(job));
}

void Schedule::admit(Job job)
{
    Host& host = hosts_[job.host];
    if (host.running < limits_.per_host) {
        ++host.running;
        ready_.push_back(std::move(job));
    } else {
        host.blocked.push_back(std::move(job));
    }
}

bool Schedule::fits(const Job& job) const
{
    return open_ == 0 || open_ + job.connections <= limits_.connections;
}

std::optional<Job> Schedule::next(Time now)
{
    while (!later_.empty() && later_.begin()->first <= now) {
        admit(std::move(later_.begin()->second));
        later_.erase(later_.begin());
    }
    if (ready_.empty() || !fits(ready_.front()) || (limits_.rate && next_start_ && now < *next_start_)) {
        return std::nullopt;
    }
    if (limits_.rate) {
        const auto interval =
            std::chrono::duration_cast<Time::duration>(std::chrono::duration<double>(1 / *limits_.rate));
        next_start_ = (next_start_ ? std::max(*next_start_, now - slack) : now) + interval;
    }
    Job job = std::move(ready_.front());
    ready_.pop_front();
    --waiting_;
    open_ += job.connections;
    return job;
}

void Schedule::finished(const Job& job)
{
    open_ -= job.connections;
    const auto host = hosts_.find(job.host);
    if (!host->second.blocked.empty()) {
        ready_.push_back(std::move(host->second.blocked.front()));
        host->second.blocked.pop_front();
    } else if (--host->second.running == 0) {
        hosts_.erase(host);
    }
}

std::optional<Schedule::Time> Schedule::wakes() const
{
    std::optional<Time> when;
    if (!later_.empty()) {
        when = later_.begin()->first;
    }
    if (!ready_.empty() && next_start_ && fits(ready_.front())) {
        when = std::min(when.value_or(*next_start_), *next_start_);
    }
    return when;
}

milliseconds back_off(unsigned attempt, std::uint64_t key)
{
    constexpr milliseconds first{1000};
    constexpr milliseconds longest{60000};
    const milliseconds even = std::min(first * (1U << std::min(attempt, 16U)), longest);
    const auto percent = static_cast<milliseconds::rep>(75 + (key >> (attempt % 32)) % 51); // 75 to 125
    return even * percent / 100;
}

} // namespace mtls::fleet
