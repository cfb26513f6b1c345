#include "probe/fleet/line_splitter.hpp"

#include <utility>

namespace mtls::fleet {

std::vector<ListLine> LineSplitter::feed(std::string_view piece)
{
    std::vector<ListLine> lines;
    for (auto end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
        add(piece.substr(0, end));
        if (problem_) {
            return lines;
        }
        lines.push_back(take());
        piece.remove_prefix(end + 1);
    }
    add(piece);
    return lines;
}

std::vector<ListLine> LineSplitter::finish()
{
    std::vector<ListLine> lines;
    if (!line_.text.empty() || line_.too_long) {
        lines.push_back(take());
    }
    return lines;
}

void LineSplitter::add(std::string_view part)
{
    length_ += part.size();
    if (part.find('\0') != std::string_view::npos) {
        problem_ = "line " + std::to_string(line_.number) +
                   " holds a NUL byte: a list of targets is plain text, one target a line";
    } else if (length_ > no_list) {
        problem_ = "line " + std::to_string(line_.number) + " does not end within 1 MiB: this is no list of targets";
    }
    if (line_.too_long || line_.text.size() + part.size() > longest) {
        line_.too_long = line_.too_long || !part.empty();
        line_.text.clear();
    } else {
        line_.text += part;
    }
}

ListLine LineSplitter::take()
{
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf"; // Windows editors write it before UTF-8
    if (line_.number == 1 && line_.text.starts_with(byte_order_mark)) {
        line_.text.erase(0, byte_order_mark.size());
    }
    length_ = 0;
    return std::exchange(line_, ListLine{line_.number + 1, {}, false});
}

} // namespace mtls::fleet
