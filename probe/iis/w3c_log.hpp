#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtls::iis {

/// One request in an access log, as far as it matters here. What the log does not record is null or "".
struct LogEntry {
    std::string time; ///< "2026-11-20 21:00:00", UTC
    std::string client;
    std::string url; ///< cs-uri-stem (HTTPERR: cs-uri), raw
    int status = 0;
    std::optional<int> substatus;
    std::optional<std::uint32_t> win32_status;
    std::string reason{}; ///< HTTPERR: s-reason, such as "BadRequest"
    bool common = false;  ///< of the common log format, as nginx and Apache write it
};

/// Reads lines one by one, since logs are long. The columns are those of the last `#Fields:`; before any, those that
/// IIS logs by default, told from their number, or at least the four numbers at the end (`403 16 2148204809 453`).
/// Lines of the common log format are read as well, which have no substatus.
class LogReader {
  public:
    /// Null for a directive, an empty line, or one that cannot be read.
    [[nodiscard]] std::optional<LogEntry> read(std::string_view line);

    [[nodiscard]] bool knows_fields() const { return !fields_.empty(); } ///< there was a `#Fields:`

    [[nodiscard]] std::size_t unreadable() const { return unreadable_; } ///< lines with contents that are no entries

    [[nodiscard]] std::size_t common() const { return common_; } ///< entries in the common log format

  private:
    std::vector<std::string> fields_;
    std::size_t unreadable_ = 0;
    std::size_t common_ = 0;
};

/// Whether somebody pasted this out of such a log: it begins with a directive, with a date, or as the common log format
/// does.
[[nodiscard]] bool looks_like_log(std::string_view text);

} // namespace mtls::iis
