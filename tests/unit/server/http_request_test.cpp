#include <doctest/doctest.h>

#include "harness/server/http_request.hpp"

using mtls::server::HttpRequestReader;
using State = HttpRequestReader::State;

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

TEST_CASE("what is not HTTP is malformed")
{
    HttpRequestReader reader;
    std::string bytes = "nonsense\r\n\r\n";

    CHECK(reader.consume(bytes) == State::malformed);
}
