// The first byte says in pieces of how many bytes the rest, a list of targets, arrives.
#include <algorithm>

#include "probe/fleet/line_splitter.hpp"
#include "probe/fleet/target_line.hpp"
#include "tests/fuzz/invariant.hpp"

using namespace mtls;
using fleet::ListLine;

namespace {

std::vector<ListLine> split(std::string_view bytes, std::size_t piece)
{
    fleet::LineSplitter splitter;
    std::vector<ListLine> lines;
    while (!bytes.empty() && !splitter.problem()) {
        auto more = splitter.feed(bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
        std::move(more.begin(), more.end(), std::back_inserter(lines));
    }
    if (!splitter.problem()) { // nothing is read of what is no text, from there on
        auto rest = splitter.finish();
        std::move(rest.begin(), rest.end(), std::back_inserter(lines));
    }
    return lines;
}

bool same(const ListLine& one, const ListLine& other)
{
    return one.number == other.number && one.text == other.text && one.too_long == other.too_long;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const std::string_view bytes{reinterpret_cast<const char*>(data + 1), size - 1};
    const auto whole = split(bytes, size);
    const auto pieces = split(bytes, std::max<std::size_t>(data[0], 1));

    fuzz::invariant(std::equal(whole.begin(), whole.end(), pieces.begin(), pieces.end(), same),
                    "pieces make the lines of the whole");
    std::size_t last = 0;
    for (const ListLine& line : whole) {
        fuzz::invariant(line.number > last, "lines are counted");
        fuzz::invariant(line.text.size() <= fleet::LineSplitter::longest, "a line is bounded");
        fuzz::invariant(!line.too_long || line.text.empty(), "one that is too long has no text");
        last = line.number;
        (void)fleet::parse_target_line(fleet::words_of(line.text));
    }
    return 0;
}
