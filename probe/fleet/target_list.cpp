#include "probe/fleet/target_list.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <span>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/program/start_thread.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/file_bytes.hpp"
#include "certs/x509/text_encoding.hpp"

namespace mtls::fleet {

namespace {

constexpr std::size_t most_lines = 1024; ///< that wait to be taken

int opened(const std::string& file)
{
    if (file == "-") {
        return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    }
    const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);

    struct stat about {};

    if (descriptor >= 0 && fstat(descriptor, &about) == 0 && S_ISDIR(about.st_mode)) {
        (void)close(descriptor);
        errno = EISDIR;
        return -1;
    }
    return descriptor;
}

} // namespace

TargetList::TargetList(const std::string& file, std::function<void()> arrived)
    : file_{opened(file)}, arrived_{std::move(arrived)}
{
    if (file_ < 0) {
        throw x509::ConfigError{x509::read_error(file, std::strerror(errno))};
    }
    stop_ = eventfd(0, EFD_CLOEXEC);
    thread_ = program::start_thread("read the list of targets", [this] { read_all(); });
}

TargetList::~TargetList()
{
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    taken_.notify_all();
    const std::uint64_t one = 1;
    (void)!write(stop_, &one, sizeof one);
    thread_.join();
    (void)close(stop_);
    (void)close(file_);
}

std::optional<ListLine> TargetList::next()
{
    const std::lock_guard lock{mutex_};
    if (lines_.empty()) {
        return std::nullopt;
    }
    ListLine line = std::move(lines_.front());
    lines_.pop_front();
    if (lines_.size() == most_lines / 2) {
        taken_.notify_one();
    }
    return line;
}

bool TargetList::at_end()
{
    const std::lock_guard lock{mutex_};
    return at_end_ && lines_.empty();
}

std::optional<std::string> TargetList::failure()
{
    const std::lock_guard lock{mutex_};
    return failure_;
}

bool TargetList::wait_for_bytes() const
{
    std::array<pollfd, 2> both{pollfd{file_, POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
    while (poll(both.data(), both.size(), -1) < 0 && errno == EINTR) {
    }
    return both[1].revents == 0;
}

void TargetList::read_all()
{
    x509::TextDecoder decoder; // PowerShell saves as UTF-16 what is sent into a file
    LineSplitter splitter;
    std::array<std::uint8_t, 16UL * 1024> piece{};
    while (wait_for_bytes()) {
        const ssize_t size = read(file_, piece.data(), piece.size());
        if (size < 0 && (errno == EINTR || errno == EAGAIN)) {
            continue;
        }
        if (size < 0) {
            end(std::strerror(errno));
            return;
        }
        if (size == 0) {
            if (hand_over(splitter.finish())) {
                end(std::nullopt);
            }
            return;
        }
        const auto bytes = std::span{piece}.first(static_cast<std::size_t>(size));
        if (!hand_over(splitter.feed(decoder.decode(bytes)))) {
            return;
        }
        if (splitter.problem()) {
            end(splitter.problem());
            return;
        }
    }
}

/// False: nobody wants them any more.
bool TargetList::hand_over(std::vector<ListLine> lines)
{
    std::unique_lock lock{mutex_};
    taken_.wait(lock, [&] { return stopping_ || lines_.size() <= most_lines / 2; });
    const bool waited_for = lines_.empty() && !lines.empty();
    std::move(lines.begin(), lines.end(), std::back_inserter(lines_));
    if (waited_for && !stopping_) {
        arrived_();
    }
    return !stopping_;
}

void TargetList::end(std::optional<std::string> why)
{
    const std::lock_guard lock{mutex_};
    at_end_ = true;
    failure_ = std::move(why);
    if (!stopping_) {
        arrived_();
    }
}

} // namespace mtls::fleet
