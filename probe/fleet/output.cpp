#include "probe/fleet/output.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/program/start_thread.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/name.hpp"

namespace mtls::fleet {

using x509::ConfigError;

namespace {

constexpr std::size_t much = std::size_t{4} << 20U; // bytes
constexpr std::size_t enough = 64UL * 1024;         // bytes that are worth a write
constexpr std::chrono::milliseconds moment{5};

/// Null, or why not all of it could be written.
std::optional<std::string> write_all(int file, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t size = ::write(file, bytes.data(), bytes.size());
        if (size < 0 && errno != EINTR) {
            return std::strerror(errno);
        }
        bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }
    return std::nullopt;
}

[[noreturn]] void cannot(const char* what, const std::filesystem::path& path, std::string_view why)
{
    throw ConfigError{std::string{what} + " " + x509::printable(path.string()) + ": " + std::string{why}};
}

/// A journal is gone back in and cut, which no pipe and no device allows. Looked at before it is opened: a pipe may
/// wait for its other end for ever.
void refuse_what_is_no_file(const std::filesystem::path& path)
{
    struct stat about {};

    if (stat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode)) {
        cannot("go on with", path,
               std::string{S_ISDIR(about.st_mode) ? "it is a directory" : "it is a pipe or a device"} +
                   "; --resume wants a file");
    }
}

} // namespace

Output::Output(const Places& places, const std::function<void(const Result&)>& earlier, std::function<void()> drained)
    : drained_{std::move(drained)}
{
    if (places.journal) {
        open_journal(places, earlier);
    }
    if (places.report && *places.report != "-") {
        open_report(places);
    }
    thread_ = program::start_thread("write the report", [this] { write_on(); });
}

void Output::open_journal(const Places& places, const std::function<void(const Result&)>& earlier)
{
    const auto& path = *places.journal;
    refuse_what_is_no_file(path);
    journal_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (journal_ < 0) {
        cannot("write", path, std::strerror(errno));
    }
    if (flock(journal_, LOCK_EX | LOCK_NB) != 0) {
        cannot("go on with", path, "another run is writing to it");
    }
    std::ifstream in{path, std::ios::binary};
    const JournalEnd end = read_journal(in, places.head, [&](const JournalLine& line) {
        resumed_ = true;
        report_end_ = std::max(report_end_, line.report_end);
        earlier(line.result);
    });
    if (end.unreadable) { // what could not be read must not be cut off
        cannot("read", path, "the journal cannot be read to its end");
    }
    if (end.other_run) {
        cannot("go on with", path,
               *end.other_run + ": the results of two kinds would stand in one report. Give the same options again, "
                                "or another --resume and -o");
    }
    if (end.bad_line) {
        cannot("go on with", path,
               *end.bad_line == 1
                   ? "it is no journal of mtls-probe; --resume wants one, or a file that is not there yet"
                   : "line " + std::to_string(*end.bad_line) + " is damaged; remove the file to begin anew");
    }
    if (ftruncate(journal_, static_cast<off_t>(end.bytes)) != 0 || lseek(journal_, 0, SEEK_END) < 0) {
        cannot("write", path, std::strerror(errno));
    }
    if (end.bytes == 0) {
        if (const auto why = write_all(journal_, places.head)) {
            cannot("write", path, *why);
        }
    }
}

void Output::open_report(const Places& places)
{
    const auto& path = *places.report;
    report_name_ = x509::printable(path.string());
    const bool goes_on = resumed_ && report_end_ > 0; // in a file that is there
    report_ = open(path.c_str(), O_WRONLY | O_CLOEXEC | (goes_on ? 0 : O_CREAT) | (resumed_ ? 0 : O_TRUNC), 0666);
    if (report_ < 0 && goes_on && errno == ENOENT) {
        cannot("go on with", path,
               "it is not there, and the journal is that of a report; name that one, or remove the journal to begin "
               "anew");
    }

    struct stat about {};

    if (report_ < 0 || fstat(report_, &about) != 0) {
        cannot("write", path, std::strerror(errno));
    }
    if (!resumed_ || !S_ISREG(about.st_mode)) {
        return;
    }
    if (std::cmp_less(about.st_size, report_end_)) {
        cannot("go on with", path, "it is shorter than the journal says; remove the journal to begin anew");
    }
    // What stands after the last result that the journal knows will be asked for again.
    if (ftruncate(report_, static_cast<off_t>(report_end_)) != 0 || lseek(report_, 0, SEEK_END) < 0) {
        cannot("write", path, std::strerror(errno));
    }
}

Output::~Output()
{
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
    for (const int file : {report_ == STDOUT_FILENO ? -1 : report_, journal_}) {
        if (file >= 0) {
            (void)close(file);
        }
    }
}

void Output::put(std::string line, Result result)
{
    const std::lock_guard lock{mutex_};
    const bool was_enough = waiting_bytes_ > enough;
    waiting_bytes_ += line.size();
    waiting_.push_back({std::move(line), std::move(result)});
    // A wake-up costs as much as a small system call: two for many results, not one each.
    if (waiting_.size() == 1 || (!was_enough && waiting_bytes_ > enough)) {
        changed_.notify_all();
    }
}

bool Output::is_behind()
{
    const std::lock_guard lock{mutex_};
    return waiting_bytes_ > much;
}

std::optional<std::string> Output::failure()
{
    const std::lock_guard lock{mutex_};
    return failure_;
}

void Output::finish()
{
    std::unique_lock lock{mutex_};
    hurried_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return failure_ || (waiting_.empty() && !writing_); });
}

void Output::append(std::string_view text)
{
    if (auto why = write_all(report_, text)) {
        const std::lock_guard lock{mutex_};
        failure_ = "write the report to " + report_name_ + ": " + *why;
    }
}

void Output::write_on()
{
    std::unique_lock lock{mutex_};
    for (;;) {
        changed_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
        changed_.wait_for(lock, moment, [&] { return ending_ || hurried_ || waiting_bytes_ > enough; });
        if (waiting_.empty() || failure_) {
            return;
        }
        const std::vector<Entry> batch = std::exchange(waiting_, {});
        const bool was_behind = std::exchange(waiting_bytes_, 0) > much;
        writing_ = true;
        lock.unlock();
        auto why = write(batch);
        lock.lock();
        writing_ = false;
        failure_ = std::move(why);
        changed_.notify_all();
        if ((was_behind || failure_) && !ending_) {
            drained_();
        }
    }
}

std::optional<std::string> Output::write(const std::vector<Entry>& batch)
{
    std::string lines;
    std::string done;
    std::optional<std::string> failure;
    for (const Entry& entry : batch) {
        if (entry.line.size() >= enough / 2) { // not worth a copy
            failure = failure ? failure : write_all(report_, std::exchange(lines, {}));
            failure = failure ? failure : write_all(report_, entry.line);
        } else {
            lines += entry.line;
        }
        report_end_ += entry.line.size();
        if (journal_ >= 0) {
            done += to_line({entry.result, report_end_});
        }
    }
    failure = failure ? failure : write_all(report_, lines);
    if (failure) {
        return "write the report to " + report_name_ + ": " + *failure;
    }
    if (auto why = write_all(journal_, done)) { // nothing, without a journal
        return "write the journal: " + *why;
    }
    return std::nullopt;
}

} // namespace mtls::fleet
