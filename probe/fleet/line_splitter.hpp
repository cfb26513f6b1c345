#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtls::fleet {

/// One line of a target list.
struct ListLine {
    std::size_t number = 0; ///< from 1
    std::string text;
    bool too_long = false; ///< then there is no text
};

/// Bytes of a list, as they are read, -> its lines. Holds no more than one line.
class LineSplitter {
  public:
    static constexpr std::size_t longest = 8192;          ///< bytes of a line
    static constexpr std::size_t no_list = 1024UL * 1024; ///< bytes without an end of line: nobody wrote that by hand

    /// The lines that end in this piece; none from where the problem is.
    [[nodiscard]] std::vector<ListLine> feed(std::string_view piece);

    /// Why this is no text, so that what follows needs no reading; null: it may be.
    [[nodiscard]] const std::optional<std::string>& problem() const { return problem_; }

    /// The last line, if no newline ended it.
    [[nodiscard]] std::vector<ListLine> finish();

  private:
    void add(std::string_view part);
    [[nodiscard]] ListLine take();

    ListLine line_{1, {}, false};
    std::size_t length_ = 0; ///< of this line so far, too long or not
    std::optional<std::string> problem_;
};

} // namespace mtls::fleet
