#include <doctest/doctest.h>

#include "harness/schannel/decision.hpp"
#include "harness/server/wcf_log.hpp"

using namespace mtls;
using namespace mtls::server;
using schannel::Win32;

namespace {

const std::chrono::sys_seconds when{std::chrono::seconds{1795208400}}; // 2026-11-20T21:00:00Z

std::string line(int status, Win32 win32)
{
    ConnectionRecord connection;
    connection.server_port = 8443;
    connection.client_address = "192.0.2.7";
    RequestRecord request;
    request.request.method = "POST";
    request.request.path = "/service\n";
    request.verdict.status = status;
    request.verdict.win32 = static_cast<std::uint32_t>(win32);
    return wcf_line(connection, request, when);
}

} // namespace

TEST_CASE("a self-hosted service notes the low word of the status")
{
    struct Row {
        Win32 win32;
        const char* code;
    };

    for (const Row& row : {Row{Win32::untrusted_root, "0x109"},
                           {Win32::expired, "0x101"},
                           {Win32::chaining, "0x10a"},
                           {Win32::wrong_usage, "0x110"},
                           {Win32::revoked, "0x10c"},
                           {Win32::revocation_offline, "0x2013"}}) {
        CAPTURE(row.code);
        CHECK(line(403, row.win32) ==
              std::string{"2026-11-20T21:00:00Z POST https://+:8443/service\\0A from 192.0.2.7: 403 Forbidden: Client "
                          "certificate is invalid with native error code "} +
                  row.code + ".");
    }
}

TEST_CASE("a self-hosted service tells a missing certificate from a bad one, and says nothing of the good")
{
    CHECK(line(403, Win32::access_denied).find("No certificate was found in the request.") != std::string::npos);
    CHECK(line(200, Win32::success).empty());
    CHECK(line(500, Win32::not_supported).empty());
}
