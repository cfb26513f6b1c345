#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "probe/fleet/tally.hpp"

namespace mtls::fleet {

/// --progress.
enum class ShowProgress { automatic, always, never }; ///< automatic: if stderr is a terminal

/// How far a run is.
struct Standing {
    std::size_t before = 0;                  ///< of Tally::total(), what earlier runs have done
    std::optional<std::size_t> of;           ///< targets there are, with those done before; null: the list is no file
    std::chrono::duration<double> elapsed{}; ///< of this run
};

/// `1200 of 20000 done, 400/s, about 0:47 left, 1100 ok, 60 warning, 40 critical`: the counts that are not 0. Where
/// `width` columns do not hold that, `1200/20000 400/s 0:47 left, 1100 ok 60 warn 40 crit`. Plain ASCII.
[[nodiscard]] std::string progress_line(const Tally& tally, const Standing& standing, std::size_t width);

/// stderr, where a line of progress may stand that is written over again and again.
class Console {
  public:
    explicit Console(ShowProgress show);
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    ~Console() { clear(); }

    [[nodiscard]] bool shows_progress() const { return shown_; }

    /// The columns that a line of progress has.
    [[nodiscard]] std::size_t width() const;

    /// How often progress is to be shown: often where it is written over, rarely where each is a line of its own.
    [[nodiscard]] std::chrono::milliseconds interval() const;

    void show(const std::string& line);

    /// A sentence for the user, printable, on a line of its own.
    void say(const std::string& sentence);

    /// Text of whole lines.
    void print(const std::string& text);

    void clear();

  private:
    bool shown_ = false;
    bool in_place_ = false; ///< a terminal that can go back to the beginning of its line
    bool standing_ = false;
};

} // namespace mtls::fleet
