#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "probe/explain/page.hpp"
#include "probe/explain/sufferers.hpp"
#include "probe/iis/w3c_log.hpp"

namespace mtls::explain {

/// One way in which requests failed, with everything that is known of it.
struct Cause {
    int status = 0;
    std::optional<int> substatus;
    std::optional<std::uint32_t> win32_status; ///< null: not logged, or 0
    bool common = false;                       ///< of the common log format, as nginx and Apache write it
    std::string reason;                        ///< of HTTPERR; "" in other logs
    std::size_t count = 0;
    std::string first; ///< times, as logged
    std::string last;
    std::vector<Sufferer> sufferers; ///< most often first
    std::size_t more = 0;            ///< requests of clients and URLs beyond those kept
    std::vector<Page> pages;         ///< of the status, and of the Windows code
};

/// Groups the failures (400 and above) of a log by cause, client and URL. Memory is bounded, whatever the log holds.
class LogSummary {
  public:
    void add(const iis::LogEntry& entry);

    [[nodiscard]] std::size_t requests() const { return requests_; }

    [[nodiscard]] std::size_t failures() const { return failures_; }

    /// The causes: those that concern client certificates first, then by count.
    [[nodiscard]] std::vector<Cause> causes() const;

  private:
    struct Key {
        int status = 0;
        int substatus = -1;
        std::uint32_t win32_status = 0;
        std::string reason{};
        bool common = false;
        // NOLINTNEXTLINE(modernize-use-nullptr): no pointer; what the compiler makes of this line compares with 0
        auto operator<=>(const Key&) const = default;
    };

    struct Group {
        std::size_t count = 0;
        std::string first;
        std::string last;
        Sufferers sufferers;
    };

    std::size_t requests_ = 0;
    std::size_t failures_ = 0;
    std::size_t room_ = Sufferers::most;
    std::map<Key, Group> groups_;
};

} // namespace mtls::explain
