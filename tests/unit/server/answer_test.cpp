#include <doctest/doctest.h>

#include "harness/server/answer.hpp"

using namespace mtls;
using namespace mtls::server;
using scenario::Personality;

namespace {

const Verdict forbidden{.status = 403, .substatus = 16, .win32 = 2148204809, .rule = "why", .close = false};

std::string answer(Personality personality, const Verdict& verdict, const std::string& method = "GET",
                   HttpHost host = {})
{
    HttpRequest request;
    request.method = method;
    return http_answer(personality, verdict, request, host, Afterwards::close);
}

} // namespace

TEST_CASE("a remote client of iis sees the status and nothing more")
{
    const std::string text = answer(Personality::iis, forbidden);

    CHECK(text.starts_with("HTTP/1.1 403 Forbidden\r\n"));
    CHECK(text.find("<title>403 - Forbidden: Access is denied.</title>") != std::string::npos);
    CHECK(text.find("403.16") == std::string::npos);
    CHECK(text.find("why") == std::string::npos);
    CHECK(text.find("Server: Microsoft-IIS/10.0\r\n") != std::string::npos);
}

TEST_CASE("an older iis names its version")
{
    CHECK(answer(Personality::iis, forbidden, "GET", {.iis_version = "7.5"}).find("Server: Microsoft-IIS/7.5\r\n") !=
          std::string::npos);
}

TEST_CASE("a detailed page of iis says status and substatus")
{
    CHECK(
        answer(Personality::iis, forbidden, "GET", {HttpHost::Kind::detailed}).find("HTTP Error 403.16 - Forbidden") !=
        std::string::npos);
}

TEST_CASE("a self-hosted service refuses without a page and without IIS")
{
    const std::string text = answer(Personality::iis, forbidden, "GET", {HttpHost::Kind::self_hosted});

    CHECK(text.starts_with("HTTP/1.1 403 Forbidden\r\n"));
    CHECK(text.find("Server: Microsoft-HTTPAPI/2.0\r\n") != std::string::npos);
    CHECK(text.find("Content-Length: 0\r\n") != std::string::npos);
    CHECK(text.ends_with("\r\n\r\n"));
}

TEST_CASE("the length of an answer is right, and a HEAD has no body")
{
    const std::string text = answer(Personality::strict, {});
    const auto body = text.substr(text.find("\r\n\r\n") + 4);

    CHECK(text.find("Content-Length: " + std::to_string(body.size()) + "\r\n") != std::string::npos);
    CHECK(answer(Personality::strict, {}, "HEAD").ends_with("\r\n\r\n"));
}

TEST_CASE("nginx tells a missing certificate from a bad one")
{
    const Verdict missing{
        .status = 400, .substatus = nginx_certificate_required, .win32 = 0, .rule = "", .close = true};
    const Verdict bad{.status = 400, .substatus = nginx_certificate_error, .win32 = 0, .rule = "", .close = true};

    CHECK(answer(Personality::nginx, missing).find("400 No required SSL certificate was sent") != std::string::npos);
    CHECK(answer(Personality::nginx, bad).find("400 The SSL certificate error") != std::string::npos);
}
