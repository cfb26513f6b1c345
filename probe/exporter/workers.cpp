#include "probe/exporter/workers.hpp"

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "certs/program/start_thread.hpp"

namespace mtls::exporter {

namespace asio = boost::asio;

namespace {

int must_be_open(int descriptor)
{
    if (descriptor < 0) {
        throw std::system_error{errno, std::generic_category(), "eventfd"};
    }
    return descriptor;
}

} // namespace

/// Its thread rings a bell at the end. To post to the event loop would take memory, and there may be none.
struct Workers::Job {
    explicit Job(Work wanted) : work{std::move(wanted)}, ring{must_be_open(::eventfd(0, EFD_CLOEXEC))} {}

    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    ~Job() { ::close(ring); }

    void perform() noexcept
    {
        try { // a thread's edge
            outcome.report = work();
        } catch (const std::exception&) {
            outcome.failed = true;
        }
        over = true;
        const std::uint64_t one = 1;
        (void)!::write(ring, &one, sizeof one);
    }

    Work work;
    Outcome outcome;
    std::atomic<bool> over = false; ///< from then on `outcome` is for who waits
    int ring;
};

Workers::Workers(asio::io_context& io, unsigned threads) : io_{io}
{
    threads_.reserve(threads);
    while (threads_.size() < threads) {
        threads_.push_back(
            program::start_thread<std::jthread>("probe", [this](const std::stop_token& stop) { labour(stop); }));
    }
}

void Workers::labour(const std::stop_token& stop)
{
    for (;;) {
        std::list<std::shared_ptr<Job>> mine;
        {
            std::unique_lock lock{mutex_};
            if (!more_.wait(lock, stop, [this] { return !jobs_.empty(); })) {
                return;
            }
            mine.splice(mine.begin(), jobs_, jobs_.begin());
        }
        mine.front()->perform();
    }
}

asio::awaitable<Workers::Outcome> Workers::run(Work work)
{
    const auto job = std::make_shared<Job>(std::move(work));
    // Of this thread alone: a descriptor that another thread takes out of the event loop leaves events to its
    // successor.
    asio::posix::stream_descriptor bell{io_, must_be_open(::fcntl(job->ring, F_DUPFD_CLOEXEC, 0))};
    std::list<std::shared_ptr<Job>> one(1, job);
    {
        const std::lock_guard lock{mutex_};
        jobs_.splice(jobs_.end(), one);
    }
    more_.notify_one();
    while (!job->over) {
        const auto [error] =
            co_await bell.async_wait(asio::posix::stream_descriptor::wait_read, asio::as_tuple(asio::use_awaitable));
        if (error) {
            co_return Outcome{true, std::nullopt};
        }
    }
    co_return std::move(job->outcome);
}

} // namespace mtls::exporter
