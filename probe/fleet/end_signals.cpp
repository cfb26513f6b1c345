#include "probe/fleet/end_signals.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <utility>

namespace mtls::fleet {

namespace {

constexpr std::array ending{SIGINT, SIGTERM};

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): all that a handler has, and lock-free for it
std::atomic<std::int64_t> first_at{0}; ///< nanoseconds of the monotonic clock; 0: none came
std::atomic<std::int64_t> echo_of_first{0};
std::atomic<void (*)(int)> tell_loop{nullptr};
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)
static_assert(std::atomic<std::int64_t>::is_always_lock_free && std::atomic<void (*)(int)>::is_always_lock_free);

std::int64_t now_ns()
{
    timespec now{};
    (void)::clock_gettime(CLOCK_MONOTONIC, &now); // which a handler may call
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

extern "C" void hear_ending(int number)
{
    const std::int64_t now = now_ns();
    std::int64_t before = 0;
    if (first_at.compare_exchange_strong(before, now)) {
        tell_loop.load()(number);
    } else if (now - before >= echo_of_first.load()) {
        (void)std::signal(number, SIG_DFL);
        (void)std::raise(number); // waits until this handler is done
    }
}

} // namespace

EndSignals::EndSignals(boost::asio::io_context& loop, std::function<void()> on_first, std::chrono::milliseconds echo)
    : set_{loop}
{
    first_at = 0;
    echo_of_first = std::chrono::nanoseconds{echo}.count();
    for (const int number : ending) {
        set_.add(number);

        struct sigaction action {};

        ::sigaction(number, nullptr, &action);
        tell_loop = action.sa_handler; // Asio's: it writes to a pipe
        action.sa_handler = hear_ending;
        ::sigaction(number, &action, nullptr);
    }
    set_.async_wait([on_first = std::move(on_first)](const boost::system::error_code& error, int /*number*/) {
        if (!error) {
            on_first();
        }
    });
}

EndSignals::~EndSignals()
{
    if (first_at == 0) {
        return;
    }
    sigset_t both;
    sigset_t before;
    sigemptyset(&both);
    for (const int number : ending) {
        sigaddset(&both, number);
    }
    ::pthread_sigmask(SIG_BLOCK, &both, &before);
    boost::system::error_code ignored;
    set_.clear(ignored); // gives them their default back
    for (const int number : ending) {
        (void)std::signal(number, hear_ending);
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void EndSignals::leave_loop()
{
    if (first_at == 0) {
        set_.clear();
    }
}

} // namespace mtls::fleet
