#include <doctest/doctest.h>

#include "harness/server/http_request.hpp"

using mtls::server::HttpRequestReader;
using State = HttpRequestReader::State;
using Fault = HttpRequestReader::Fault;

TEST_CASE("a request is read however it is cut into pieces")
{
    const std::string text = "POST /a/b?c=d HTTP/1.1\r\nHost: x\r\nUser-Agent: test 1\r\nReferer: r\r\n"
                             "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        CAPTURE(piece);
        HttpRequestReader reader;
        std::string bytes;
        State state = State::header;
        for (std::size_t start = 0; start < text.size(); start += piece) {
            bytes += text.substr(start, piece);
            state = reader.consume(bytes);
        }
        if (state == State::body) {
            state = reader.consume(bytes);
        }

        CHECK(state == State::complete);
        CHECK(bytes.empty());
        CHECK(reader.request().method == "POST");
        CHECK(reader.request().path == "/a/b");
        CHECK(reader.request().query == "c=d");
        CHECK(reader.request().user_agent == "test 1");
        CHECK(reader.request().referer == "r");
        CHECK(reader.request().body_size == 3);
        CHECK(reader.request().expects_continue);
        CHECK(reader.request().keep_alive);
    }
}

TEST_CASE("the header is told before the body, and the next request stays untouched")
{
    HttpRequestReader reader;
    std::string bytes = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n";

    CHECK(reader.consume(bytes) == State::body);
    CHECK(reader.consume(bytes) == State::complete);
    CHECK(bytes == "GET / HTTP/1.1\r\n");
}

TEST_CASE("what is not HTTP is malformed, and as much is told of it as its first line says")
{
    struct Row {
        std::string text;
        const char* why;
        const char* method;
        const char* path;
        Fault fault = Fault::syntax;
    };

    const Row rows[] = {
        {"nonsense\r\n\r\n", "bad method", "", ""},
        {"\x16\x03\x01", "bad method", "", ""},
        {"GET /a?b HTTP/9.9\r\nHost: x\r\n\r\n", "bad version", "GET", "/a", Fault::version},
        {"GET /a HTTP/1.1\r\nHost: x\r\nX-Odd: a\x1b[2Jb\r\n\r\n", "bad value", "GET", "/a"},
        {"POST /a HTTP/1.1\r\nContent-Length: x\r\n\r\n", "bad Content-Length", "POST", "/a"},
        {"GET /a b HTTP/1.1\r\n\r\n", "bad version", "", ""},
        {"GET /" + std::string(17000, 'a') + " HTTP/1.1\r\n\r\n", "header limit exceeded", "GET", nullptr},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        HttpRequestReader reader;
        std::string bytes = row.text;

        CHECK(reader.consume(bytes) == State::malformed);
        CHECK(reader.why() == row.why);
        CHECK(reader.fault() == row.fault);
        CHECK(reader.request().method == row.method);
        if (row.path != nullptr) {
            CHECK(reader.request().path == row.path);
        }
        CHECK_FALSE(reader.request().keep_alive);
    }
}

TEST_CASE("a header of 16,000 bytes is one that http.sys reads, and so does this")
{
    HttpRequestReader reader;
    std::string bytes = "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: " + std::string(15900, 'a') + "\r\n\r\n";

    CHECK(reader.consume(bytes) == State::complete);
}

TEST_CASE("a malformed header is told of also when it comes byte by byte")
{
    const std::string text = "GET /a HTTP/1.1\r\nX-Odd: a\x1b\r\n\r\n";
    HttpRequestReader reader;
    std::string bytes;
    State state = State::header;
    for (const char c : text) {
        if (state == State::header) {
            bytes += c;
            state = reader.consume(bytes);
        }
    }

    CHECK(state == State::malformed);
    CHECK(reader.request().method == "GET");
    CHECK(reader.request().path == "/a");
}

TEST_CASE("a body that is longer than this reads is too long, not nonsense")
{
    HttpRequestReader reader;
    std::string bytes = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n";

    CHECK(reader.consume(bytes) == State::malformed);
    CHECK(reader.fault() == Fault::too_long);
    CHECK(reader.request().path == "/a");
}
