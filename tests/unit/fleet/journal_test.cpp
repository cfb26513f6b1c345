#include "probe/fleet/journal.hpp"

#include <sstream>
#include <stdexcept>

#include <doctest/doctest.h>

#include "probe/fleet/done_before.hpp"

using namespace mtls::fleet;
using mtls::verdict::Severity;
using mtls::verdict::Verdict;

namespace {

const Questions questions{{"asking", "00000000000000aa"}, {"expectation", "00000000000000bb"}};
const std::string head = journal_head("jsonl file", questions);

JournalLine line(std::uint64_t key, std::uint64_t end)
{
    return {{key,
             Verdict::critical,
             "0123456789abcdef",
             3,
             {{"ctl-store-lost", Severity::critical}, {"bindings-disagree", Severity::warning}}},
            end};
}

struct Seen {
    JournalEnd end;
    std::vector<std::uint64_t> keys;
};

Seen read(const std::string& text)
{
    Seen seen;
    std::istringstream in{text};
    seen.end = read_journal(in, head, [&](const JournalLine& one) { seen.keys.push_back(one.result.key); });
    return seen;
}

} // namespace

TEST_CASE("a journal's line reads back as it was written")
{
    const std::string text = to_line(line(0xfeed, 4711));
    CHECK(text ==
          "000000000000feed critical 0123456789abcdef 3 ctl-store-lost/critical,bindings-disagree/warning 4711\n");

    const auto back = parse_journal_line(std::string_view{text}.substr(0, text.size() - 1));

    REQUIRE(back.has_value());
    CHECK(back->result.key == 0xfeed);
    CHECK(back->result.verdict == Verdict::critical);
    CHECK(back->result.list == "0123456789abcdef");
    CHECK(back->result.names == 3);
    CHECK(back->result.findings == line(0, 0).result.findings);
    CHECK(back->report_end == 4711);
}

TEST_CASE("a journal's line without findings reads back, too")
{
    const auto back = parse_journal_line("00000000000000ff ok none 0 - 12");

    REQUIRE(back.has_value());
    CHECK(back->result.findings.empty());
}

TEST_CASE("what is no line of a journal is none")
{
    for (const char* text :
         {"", "x", "00ff ok none 0 -", "00ff ok none 0 - 12 ", "00ff fine none 0 - 12", "zz ok none 0 - 12",
          "00ff ok  0 - 12", "00ff ok none x - 12", "00ff ok none 0 a/b 12", "00ff ok none 0 /critical 12",
          "00ff ok none 0 - -1", "00ff ok none 0 - 12x", "00ff ok list 0 - 12", "00ff ok 0123456789abcde 1 - 12",
          "00ff ok 0123456789abcdef0 1 - 12", "00ff ok 0123456789ABCDEF 1 - 12", "00ff ok 0123456789\x1b]0;x\a 1 - 12",
          "00ff ok none 0 \x1b]0;x\a/critical 12", "00ff ok none 0 A/critical 12"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_journal_line(text).has_value());
    }
}

TEST_CASE("a journal cut off at any byte holds its whole lines")
{
    const std::string first = to_line(line(1, 100));
    const std::string whole = head + first + to_line(line(2, 200));
    for (std::size_t length = 0; length <= whole.size(); ++length) {
        CAPTURE(length);

        const Seen seen = read(whole.substr(0, length));

        const std::size_t lines = length == whole.size() ? 2 : length >= head.size() + first.size() ? 1 : 0;
        CHECK_FALSE(seen.end.bad_line.has_value());
        CHECK(seen.keys.size() == lines);
        CHECK(seen.end.bytes == (lines == 2              ? whole.size()
                                 : lines == 1            ? head.size() + first.size()
                                 : length >= head.size() ? head.size()
                                                         : 0));
    }
}

TEST_CASE("a journal that is damaged, or none, or of another kind of run, is refused")
{
    CHECK(read(head + "garbage\n" + to_line(line(1, 1))).end.bad_line == 2);
    CHECK(read("targets.txt\n").end.bad_line == 1);
    CHECK_FALSE(read("targets.txt\n").end.other_run);
    CHECK(read("targets.txt").end.bad_line == 1); // not to be taken for a head that was cut off, and cut away
    CHECK(read(std::string(100'000, '\0')).end.bad_line == 1);
    CHECK(read(head + std::string(100'000, 'a')).end.bad_line == 2);
}

TEST_CASE("a journal of a run that asked something else says what was other")
{
    const auto why = [](const std::string& text) { return read(text).end.other_run.value_or(""); };
    const auto with = [](const char* asking, const char* expectation) {
        return journal_head("jsonl file", {{"asking", asking}, {"expectation", expectation}});
    };

    CHECK(why(head).empty());
    CHECK(why(journal_head("text file", questions)).find("--format") != std::string::npos);
    CHECK(why(journal_head("jsonl stream", questions)).find("-o") != std::string::npos);
    CHECK(why(with("00000000000000ab", "00000000000000bb")).find("--variants") != std::string::npos);
    CHECK(why(with("00000000000000aa", "0")).find("--expect-issuers") != std::string::npos);
    CHECK(why("mtls-probe-journal 1 jsonl file\n").find("older") != std::string::npos);
    CHECK(why("mtls-probe-journal 2 jsonl file\n").find("version") != std::string::npos);
    CHECK(read(with("00000000000000aa", "0") + to_line(line(1, 1))).keys.empty());
}

TEST_CASE("what a run asks is told apart by everything that a result depends on, and by nothing else")
{
    const auto hashes = [](const Manner& manner, const Inputs& inputs = {}, bool paths = false) {
        std::string all;
        for (const QuestionPart& part : questions_of(manner, inputs, paths)) {
            CHECK(part.hash.size() == 16);
            all += part.hash;
        }
        return all;
    };
    const auto changed = [&](auto change) {
        Manner manner;
        Inputs inputs;
        change(manner, inputs);
        return hashes(manner, inputs) != hashes({});
    };
    using mtls::issuers::ExpectMode;

    CHECK(changed([](Manner& manner, Inputs&) { manner.list_only = true; }));
    CHECK(changed([](Manner& manner, Inputs&) { manner.sni = ""; }));
    CHECK(changed([](Manner& manner, Inputs&) { manner.versions = {mtls::wire::ProtocolVersion::tls12}; }));
    CHECK(changed([](Manner& manner, Inputs&) { manner.breadth = mtls::handshake::Breadth::every; }));
    CHECK(changed([](Manner& manner, Inputs&) { manner.headers = {{"a", "b"}}; }));
    CHECK(changed([](Manner& manner, Inputs&) { manner.limits.warning.days_left = std::chrono::days{3}; }));
    CHECK(changed([](Manner& manner, Inputs&) { manner.expect_outcome = mtls::verdict::ExpectOutcome::reject; }));
    CHECK(changed([](Manner&, Inputs& inputs) { inputs.expectation.emplace(); }));
    CHECK(changed([](Manner&, Inputs& inputs) { inputs.baselines.add({}); }));
    CHECK(hashes({}, {}, true) != hashes({}));
    CHECK_FALSE(changed([](Manner& manner, Inputs&) { manner.timeout *= 2; }));
    CHECK_FALSE(changed([](Manner& manner, Inputs&) { manner.connect_timeout *= 2; }));
}

TEST_CASE("a target that stands twice in the list is done as often as the journal says")
{
    DoneBefore done;
    done.add(7);
    done.add(3);
    done.add(7);
    done.sort();

    CHECK(done.take(7));
    CHECK(done.take(7));
    CHECK_FALSE(done.take(7));
    CHECK(done.take(3));
    CHECK_FALSE(done.take(3));
    CHECK_FALSE(done.take(5));
}

TEST_CASE("a journal that cannot be read to its end is not one that ends there")
{
    struct Failing : std::stringbuf {
        using std::stringbuf::stringbuf;

        int_type underflow() override { throw std::runtime_error{"the disk is gone"}; }
    };

    Failing buffer;
    std::istream in{&buffer};

    CHECK(read_journal(in, head, [](const JournalLine&) {}).unreadable);
    CHECK_FALSE(read(head).end.unreadable);
}
