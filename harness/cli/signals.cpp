#include "harness/cli/signals.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace mtls::harness {

HeldSignals::HeldSignals()
{
    sigemptyset(&held_);
    sigaddset(&held_, SIGINT);
    sigaddset(&held_, SIGTERM);
    sigaddset(&held_, SIGHUP); // the terminal is gone, but the keys of the lab shall not stay
    ::pthread_sigmask(SIG_BLOCK, &held_, &before_);
}

HeldSignals::~HeldSignals()
{
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool HeldSignals::arrived_within(std::chrono::nanoseconds time) const
{
    const auto deadline = std::chrono::steady_clock::now() + time;
    for (;;) {
        const auto left = std::max(deadline - std::chrono::steady_clock::now(), std::chrono::nanoseconds{0});
        const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
        const timespec wait{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
        if (::sigtimedwait(&held_, nullptr, &wait) >= 0) {
            return true;
        }
        if (errno != EINTR) {
            return false;
        }
    }
}

void HeldSignals::wait() const
{
    int signal = 0;
    while (::sigwait(&held_, &signal) != 0) {
    }
}

} // namespace mtls::harness
