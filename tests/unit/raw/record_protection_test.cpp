#include "harness/raw/record_protection.hpp"

#include <doctest/doctest.h>

using namespace mtls::raw;

namespace {

Bytes content_of(const Buffer& record)
{
    constexpr std::size_t header = 5;
    return Bytes{record}.subspan(header);
}

} // namespace

TEST_CASE("what one side seals the other opens, in order")
{
    const Buffer secret(32, 3);
    RecordProtection sender{secret};
    RecordProtection receiver{secret};

    for (const Buffer& content : {Buffer{1, 2, 3}, Buffer{4}, Buffer(300, 9)}) {
        const Buffer record = sender.seal(22, content);
        const auto opened = receiver.open(content_of(record));

        CHECK(record[0] == 23);
        REQUIRE(opened);
        CHECK(opened->type == 22);
        CHECK(opened->content == content);
    }
}

TEST_CASE("the same in TLS 1.2, where the type is not hidden but may not be changed")
{
    const Buffer key(16, 3);
    const Buffer salt(4, 5);
    RecordProtection12 sender{key, salt};
    RecordProtection12 receiver{key, salt};

    for (const Buffer& content : {Buffer{1, 2, 3}, Buffer{}, Buffer(300, 9)}) {
        const Buffer record = sender.seal(22, content);
        const Buffer sealed{record.begin() + 5, record.end()};

        CHECK(record[0] == 22);
        CHECK_FALSE(RecordProtection12{receiver}.open({.type = 23, .content = sealed}));
        CHECK_FALSE(RecordProtection12{receiver}.open({.type = 22, .content = {sealed.begin(), sealed.begin() + 20}}));
        const auto opened = receiver.open({.type = 22, .content = sealed});
        REQUIRE(opened);
        CHECK(opened->content == content);
    }
}

TEST_CASE("a record that was changed, cut, repeated or sealed by somebody else does not open")
{
    const Buffer secret(32, 3);
    const Buffer record = RecordProtection{secret}.seal(22, Buffer{1, 2, 3});

    Buffer changed = record;
    changed.back() ^= 1U;
    CHECK_FALSE(RecordProtection{secret}.open(content_of(changed)));
    CHECK_FALSE(RecordProtection{secret}.open(content_of(record).first(16)));
    CHECK_FALSE(RecordProtection{secret}.open({}));
    CHECK_FALSE(RecordProtection{Buffer(32, 4)}.open(content_of(record)));
    RecordProtection receiver{secret};
    CHECK(receiver.open(content_of(record)));
    CHECK_FALSE(receiver.open(content_of(record)));
}

TEST_CASE("bytes become records and messages only when they are whole")
{
    RecordReader records;
    MessageReader messages;
    const Buffer message = joined({number(1, 2), vector(3, Buffer{7, 8})});
    const Buffer stream = joined(
        {plain_record(22, 0x0303, Bytes{message}.first(3)), plain_record(22, 0x0303, Bytes{message}.subspan(3))});
    int count = 0;
    for (const std::uint8_t byte : stream) {
        CHECK_FALSE(messages.next());
        records.feed(Bytes{&byte, 1});
        if (const auto record = records.next()) {
            ++count;
            messages.feed(record->content);
        }
    }

    const auto heard = messages.next();
    CHECK(count == 2);
    REQUIRE(heard);
    CHECK(heard->type == 2);
    CHECK(heard->body == Buffer{7, 8});
    CHECK(heard->whole == message);
    CHECK_FALSE(records.astray());
    records.feed(bytes_of("GET / HTTP/1.1\r\n"));
    CHECK(records.astray());
}
