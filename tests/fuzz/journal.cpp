// What --resume finds: the journal of an earlier run, whole or cut off in the middle of a word.
#include "probe/fleet/journal.hpp"

#include <new>
#include <sstream>

#include "tests/fuzz/invariant.hpp"

using namespace mtls;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{reinterpret_cast<const char*>(data), size};
    const std::string head = fleet::journal_head("jsonl", {});
    std::istringstream in{text};
    std::string again = head;
    std::size_t lines = 0;
    const auto end = fleet::read_journal(in, head, [&](const fleet::JournalLine& line) {
        const std::string written = to_line(line);
        const auto read = fleet::parse_journal_line(std::string_view{written}.substr(0, written.size() - 1));
        fuzz::invariant(read && to_line(*read) == written, "what is written is read again");
        again += written;
        ++lines;
    });

    if (end.unreadable) {
        throw std::bad_alloc{}; // a stream keeps to itself what it could not do
    }
    fuzz::invariant(end.bytes <= size, "no more was read than is there");
    fuzz::invariant(end.bytes == 0 || text[end.bytes - 1] == '\n', "whole lines are read");
    fuzz::invariant(!end.bad_line || *end.bad_line == (end.bytes == 0 ? 1 : lines + 2), "the bad line has its number");
    if (end.bytes > 0) {
        std::istringstream second{again};
        const auto same = fleet::read_journal(second, head, [&](const fleet::JournalLine& /*line*/) { --lines; });
        if (same.unreadable) {
            throw std::bad_alloc{};
        }
        fuzz::invariant(!same.bad_line && same.bytes == again.size() && lines == 0, "a journal that is copied is one");
    }
    return 0;
}
