#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "probe/fleet/line_splitter.hpp"

namespace mtls::fleet {

/// A list of targets, read in a thread of its own and only as fast as its lines are taken: it may be a pipe that
/// somebody still writes to.
class TargetList {
  public:
    /// `file` may be `-`, stdin. `arrived` is called from the thread when there are lines after there were none, and
    /// when the end is reached. Throws x509::ConfigError if it cannot be opened.
    TargetList(const std::string& file, std::function<void()> arrived);
    TargetList(const TargetList&) = delete;
    TargetList& operator=(const TargetList&) = delete;
    ~TargetList(); ///< does not wait for who writes the list

    /// The next line; null: none is there now.
    [[nodiscard]] std::optional<ListLine> next();

    /// No line will come any more.
    [[nodiscard]] bool at_end();

    /// Why reading ended before the end of the file; null: it did not.
    [[nodiscard]] std::optional<std::string> failure();

  private:
    void read_all();
    [[nodiscard]] bool wait_for_bytes() const;
    [[nodiscard]] bool hand_over(std::vector<ListLine> lines);
    void end(std::optional<std::string> why);

    int file_ = -1;
    int stop_ = -1; ///< an eventfd: readable when the reading is to end
    std::function<void()> arrived_;
    std::mutex mutex_;
    std::condition_variable taken_;
    std::deque<ListLine> lines_;
    bool at_end_ = false;
    bool stopping_ = false;
    std::optional<std::string> failure_;
    std::thread thread_; ///< last: it uses all of the above
};

} // namespace mtls::fleet
