#include "probe/handshake/http_exchange.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

using mtls::handshake::HttpExchange;
using mtls::handshake::HttpRequest;
using mtls::handshake::substatus_in;
using State = HttpExchange::State;

namespace {

HttpRequest request(std::string method = "GET")
{
    HttpRequest wanted;
    wanted.method = std::move(method);
    wanted.path = "/a?b=c";
    wanted.host = "www.example.test:8443";
    wanted.headers = {{"X-Probe", "yes"}};
    return wanted;
}

} // namespace

TEST_CASE("the request names host, path and our own headers")
{
    const HttpExchange http{request()};

    CHECK(http.request().starts_with("GET /a?b=c HTTP/1.1\r\n"));
    CHECK(http.request().find("Host: www.example.test:8443\r\n") != std::string::npos);
    CHECK(http.request().find("X-Probe: yes\r\n") != std::string::npos);
    CHECK(http.request().ends_with("\r\n\r\n"));
}

TEST_CASE("a header of the user replaces ours")
{
    auto wanted = request();
    wanted.headers = {{"User-Agent", "curl/8"}};

    const HttpExchange http{wanted};

    CHECK(http.request().find("User-Agent: curl/8\r\n") != std::string::npos);
    CHECK(http.request().find("mtls-probe") == std::string::npos);
}

TEST_CASE("an answer is complete wherever its bytes are cut")
{
    constexpr std::string_view answer = "HTTP/1.1 403 Forbidden\r\nServer: Microsoft-IIS/10.0\r\n"
                                        "Content-Length: 5\r\n\r\nnope!";
    for (std::size_t cut = 1; cut < answer.size(); ++cut) {
        CAPTURE(cut);
        HttpExchange http{request()};

        CHECK(http.feed(answer.substr(0, cut)) != State::done);
        CHECK(http.feed(answer.substr(cut)) == State::done);

        REQUIRE(http.answer().has_value());
        CHECK(http.answer()->status == 403);
        CHECK(http.answer()->reason == "Forbidden");
        CHECK(http.answer()->server == "Microsoft-IIS/10.0");
        CHECK(!http.answer()->substatus.has_value());
    }
}

TEST_CASE("the status is known before a body without a length has ended")
{
    HttpExchange http{request()};

    CHECK(http.feed("HTTP/1.0 200 OK\r\n\r\nhello") == State::header);
    CHECK(http.answer()->status == 200);
}

TEST_CASE("interim answers are passed over")
{
    HttpExchange http{request()};

    CHECK(http.feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n") == State::done);
    CHECK(http.answer()->status == 204);
}

TEST_CASE("an interim answer is not taken for the answer, whatever is wrong behind it")
{
    HttpExchange broken{request()};
    CHECK(broken.feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\n: nameless\r\n\r\n") == State::done);
    CHECK(broken.answer()->status == 403);

    HttpExchange alone{request()};
    CHECK(alone.feed("HTTP/1.1 100 Continue\r\n: nameless\r\n\r\n") == State::foreign);
}

TEST_CASE("a chunked answer may come byte by byte, also one without contents")
{
    for (const std::string_view body : {"0\r\n\r\n", "1\r\nx\r\n0\r\nTrailer: y\r\n\r\n"}) {
        CAPTURE(body);
        HttpExchange http{request()};
        http.feed("HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (const char& byte : body) {
            CHECK(http.state() != State::done);
            http.feed({&byte, 1});
        }
        CHECK(http.state() == State::done);
        CHECK(http.answer()->status == 403);
    }
}

TEST_CASE("a HEAD answer has no body to wait for")
{
    HttpExchange http{request("HEAD")};

    CHECK(http.feed("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n") == State::done);
}

TEST_CASE("what is not HTTP is foreign, and has no answer")
{
    for (const std::string_view bytes :
         {"220 mail ESMTP\r\n", "\x16\x03\x01 this is no status line\r\n", "HTTX/1.1 200 OK\r\n\r\n",
          "HTTP/1.1 050 No\r\n\r\n", "HTTP/1.1 2000 No\r\n\r\n", "HTTP/1.1 200abc\r\n\r\n", "HTTP/1.1 -200 No\r\n\r\n",
          "HTTP/1.1 99999999999999999999 No\r\n\r\n"}) {
        CAPTURE(bytes);
        HttpExchange http{request()};

        CHECK(http.feed(bytes) == State::foreign);
        CHECK(!http.answer().has_value());
    }
}

TEST_CASE("a header without end is given up at a limit")
{
    HttpExchange http{request()};
    const std::string line = "X: " + std::string(1000, 'x') + "\r\n";
    auto state = http.feed("HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 100 && state == State::waiting; ++i) {
        state = http.feed(line);
    }

    CHECK(state == State::done);
    CHECK(http.answer()->status == 200); // that much was said before it went wrong
}

TEST_CASE("a body without end is enough at a limit")
{
    HttpExchange http{request()};
    auto state = http.feed("HTTP/1.1 200 OK\r\n\r\n");
    const std::string chunk(10'000, 'x');
    int chunks = 0;
    while (state != State::done && ++chunks < 100) {
        state = http.feed(chunk);
    }

    CHECK(chunks < 10);
    CHECK(http.answer()->status == 200);
}

TEST_CASE("a length that nobody has room for costs nothing")
{
    HttpExchange http{request()};

    CHECK(http.feed("HTTP/1.1 403 Forbidden\r\nContent-Length: 1111111111110\r\n\r\nHTTP Error 403.16") ==
          State::header);
    CHECK(http.answer()->substatus == 16);
    for (const char* length : {"18446744073709551615", "9223372036854775807"}) {
        HttpExchange other{request()};
        CHECK(other.feed("HTTP/1.1 200 OK\r\nContent-Length: " + std::string{length} + "\r\n\r\nx") != State::foreign);
        CHECK(other.answer()->status == 200);
    }
}

TEST_CASE("whether a page speaks of the certificate")
{
    const auto says = [](const std::string& page) {
        HttpExchange http{request()};
        http.feed("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Length: " + std::to_string(page.size()) +
                  "\r\n\r\n" + page);
        return http.answer()->about_certificate;
    };
    using mtls::handshake::certificate_page_in;
    using mtls::observation::CertificatePage;

    CHECK(certificate_page_in("<title>400 The SSL certificate error</title>") == CertificatePage::not_verified);
    CHECK(certificate_page_in("<title>400 No required SSL certificate was sent</title>") == CertificatePage::none_sent);
    CHECK(certificate_page_in("an SSL certificate of our own words") == CertificatePage::other);
    CHECK(certificate_page_in("") == CertificatePage::other);
    CHECK(says("<html><head><title>400 The SSL certificate error</title></head>"));
    CHECK(says("<html><head><title>400 No required SSL certificate was sent</title></head>"));
    CHECK_FALSE(says("{\"error\":\"missing query parameter id\"}"));
    CHECK_FALSE(says(""));
}

TEST_CASE("control characters of a server do not survive in its answer")
{
    HttpExchange http{request()};

    http.feed("HTTP/1.1 403 No\x1b[31m\r\nServer: a\x7f\r\nContent-Length: 0\r\n\r\n");

    REQUIRE(http.answer().has_value());
    CHECK(http.answer()->status == 403);
    CHECK(http.answer()->reason.find('\x1b') == std::string::npos);
    CHECK(http.answer()->server.find('\x7f') == std::string::npos);
}

TEST_CASE("a substatus is read where a Microsoft page says it, and nowhere else")
{
    CHECK(substatus_in(403, "<title>IIS 10.0 - 403.16</title><h2>HTTP Error 403.16 - Forbidden") == 16);
    CHECK(substatus_in(403, "<h2>HTTP-Fehler 403.7 - Forbidden") == 7);
    CHECK(!substatus_in(403, "403 - Forbidden: Access is denied.").has_value());
    CHECK(!substatus_in(403, "HTTP version 1403.7 or 10.403.7.1").has_value());
    CHECK(!substatus_in(403, "see chapter 403.7").has_value());
    CHECK(!substatus_in(403, "HTTP Error 403.").has_value());
    CHECK(!substatus_in(403, "HTTP Error 403.7.1").has_value());
    CHECK(!substatus_in(500, "HTTP Error 403.7").has_value());
}

TEST_CASE("of where a redirect leads, what may be secret stays out")
{
    using mtls::handshake::destination_of;

    CHECK(destination_of("https://login.test/a?ticket=s3cret#top") == "https://login.test/a");
    CHECK(destination_of("https://alice:pw@login.test/a@b") == "https://login.test/a@b");
    CHECK(destination_of("//alice@login.test/") == "//login.test/");
    CHECK(destination_of("/app;jsessionid=1") == "/app");
    CHECK(destination_of("/a\x1b[31m") == "/a\\1B[31m");
    CHECK(destination_of("/" + std::string(500, 'a')) == "/" + std::string(119, 'a') + "...");
    CHECK(destination_of("").empty());

    HttpExchange http{request()};
    http.feed("HTTP/1.1 302 Found\r\nLocation: https://login.test/?a\r\nContent-Length: 0\r\n\r\n");
    CHECK(http.answer()->location == "https://login.test/");
}
