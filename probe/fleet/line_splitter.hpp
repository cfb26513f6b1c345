#pragma once

#include <cstddef>
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
    static constexpr std::size_t longest = 8192; ///< bytes of a line

    /// The lines that end in this piece.
    [[nodiscard]] std::vector<ListLine> feed(std::string_view piece);

    /// The last line, if no newline ended it.
    [[nodiscard]] std::vector<ListLine> finish();

  private:
    void add(std::string_view part);
    [[nodiscard]] ListLine take();

    ListLine line_{1, {}, false};
};

} // namespace mtls::fleet
