#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "probe/fleet/journal.hpp"

namespace mtls::fleet {

/// Where results go.
struct Places {
    std::optional<std::filesystem::path> report;  ///< null: stdout
    std::optional<std::filesystem::path> journal; ///< of --resume
    std::string head;                             ///< journal_head(): a journal goes on only with the same
};

/// The report, growing a result at a time, and the journal beside it. Writing happens in a thread of its own, so that a
/// reader who is slow does not stop the clocks of connections in flight.
///
/// A result is written to the report first, whole, then to the journal. After a kill between the two a report in a file
/// is cut back to what the journal knows, and the target is asked again: it stands in the report once.
class Output {
  public:
    /// Opens both, and reads the results that the journal holds. `drained` is called from the thread when much waited
    /// and little does, and when writing has failed. Throws x509::ConfigError.
    Output(const Places& places, const std::function<void(const Result&)>& earlier, std::function<void()> drained);
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output(); ///< writes what waits

    /// A line with its newline.
    /// It is written within moments, together with others.
    void put(std::string line, Result result);

    /// Writes text that belongs to no target. Only after finish().
    void append(std::string_view text);

    /// So much waits that no new target should be started.
    [[nodiscard]] bool is_behind();

    /// Why nothing is written any more; null: it is.
    [[nodiscard]] std::optional<std::string> failure();

    /// Waits until everything is written.
    void finish();

  private:
    struct Entry {
        std::string line;
        Result result;
    };

    void open_journal(const Places& places, const std::function<void(const Result&)>& earlier);
    void open_report(const Places& places);
    void write_on();
    [[nodiscard]] std::optional<std::string> write(const std::vector<Entry>& batch);

    std::string report_name_ = "stdout";
    int report_ = 1;
    int journal_ = -1;
    std::uint64_t report_end_ = 0;
    bool resumed_ = false;
    std::function<void()> drained_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Entry> waiting_;
    std::size_t waiting_bytes_ = 0;
    bool writing_ = false;
    bool ending_ = false;
    bool hurried_ = false; ///< somebody waits
    std::optional<std::string> failure_;
    std::thread thread_; ///< last: it uses all of the above
};

} // namespace mtls::fleet
