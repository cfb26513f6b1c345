#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "probe/report/report.hpp"

namespace mtls::report {

/// Emphasis that a terminal may show. Nothing is ever said by colour alone.
enum class Tone { plain, strong, good, warn, bad };

[[nodiscard]] Tone tone_of(verdict::Severity severity);

/// Columns that UTF-8 text takes on a terminal.
[[nodiscard]] std::size_t columns(std::string_view text);

/// Breaks at blanks only: a word that is too long stands alone and sticks out, so that it can be copied whole.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// Text growing downwards, at a fixed width.
class Page {
  public:
    explicit Page(TextStyle style) : style_{style} {}

    void blank();
    void heading(std::string_view text);

    /// `lead` once, then `text` beside it, wrapped into the columns that are left.
    void put(std::string_view lead, std::string_view text, Tone lead_tone = Tone::plain, Tone text_tone = Tone::plain);

    /// The same on one line: what does not fit is cut off at a blank, and "..." says so.
    void put_in_one_line(std::string_view lead, std::string_view text, Tone lead_tone = Tone::plain);

    /// One line as it is, whatever its width: something to paste.
    void paste(std::size_t indent, std::string_view text);

    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    [[nodiscard]] std::string painted(std::string_view text, Tone tone) const;

    TextStyle style_;
    std::string text_;
};

} // namespace mtls::report
