#include "probe/fleet/end_signals.hpp"

#include <csignal>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

using mtls::fleet::EndSignals;

namespace {

constexpr std::chrono::milliseconds no_echo{0};
constexpr int survived = 17;

/// How a process of its own ends that does this, as of waitpid(2). A minute is the most that it may take.
template <class Body> int end_of(Body body)
{
    const pid_t child = ::fork();
    if (child == 0) {
        for (const int number : {SIGINT, SIGTERM, SIGALRM}) {
            (void)std::signal(number, SIG_DFL);
        }
        (void)::alarm(60);
        body();
        ::_exit(survived);
    }
    int status = 0;
    REQUIRE(child > 0);
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status;
}

} // namespace

TEST_CASE("the first signal is told to the event loop and ends nothing")
{
    const int status = end_of([] {
        boost::asio::io_context loop;
        bool told = false;
        const EndSignals signals{loop, [&] { told = true; }, no_echo};
        (void)std::raise(SIGTERM);
        loop.run();
        ::_exit(told ? survived : 0);
    });

    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == survived);
}

TEST_CASE("a second signal ends the process though its event loop has no time for the first")
{
    for (const int first : {SIGINT, SIGTERM}) {
        for (const int second : {SIGINT, SIGTERM}) {
            CAPTURE(first);
            CAPTURE(second);

            const int status = end_of([&] {
                boost::asio::io_context loop; // never runs
                const EndSignals signals{loop, [] {}, no_echo};
                (void)std::raise(first);
                (void)std::raise(second);
            });

            CHECK(WIFSIGNALED(status));
            CHECK(WTERMSIG(status) == second);
        }
    }
}

TEST_CASE("a signal that is sent twice at once, as timeout(1) does, is one")
{
    const int status = end_of([] {
        boost::asio::io_context loop;
        int told = 0;
        {
            const EndSignals signals{loop, [&] { ++told; }, std::chrono::hours{1}};
            (void)std::raise(SIGTERM);
            (void)std::raise(SIGTERM);
            loop.run();
            (void)std::raise(SIGTERM); // also once the loop has heard of it
        }
        (void)std::raise(SIGTERM); // and while the program is at its end
        ::_exit(told == 1 ? survived : 0);
    });

    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == survived);
}

TEST_CASE("a second signal that comes at the program's end ends it, too")
{
    const int status = end_of([] {
        boost::asio::io_context loop;
        {
            const EndSignals signals{loop, [] {}, no_echo};
            (void)std::raise(SIGINT);
            loop.run();
        }
        (void)std::raise(SIGTERM);
    });

    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGTERM);
}

TEST_CASE("behind the event loop a first signal ends the process")
{
    const int status = end_of([] {
        boost::asio::io_context loop;
        EndSignals signals{loop, [] {}, no_echo};
        signals.leave_loop();
        (void)std::raise(SIGINT);
    });

    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGINT);
}
