#include "harness/server/wcf_log.hpp"

#include <array>
#include <charconv>

#include "certs/x509/certificate.hpp"
#include "harness/schannel/decision.hpp"

namespace mtls::server {

std::string native_error_text(std::uint32_t win32)
{
    constexpr int hexadecimal = 16;
    std::array<char, 8> digits{};
    const auto code = schannel::native_error(static_cast<schannel::Win32>(win32));
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal);
    return "0x" + std::string{digits.data(), end.ptr};
}

bool judged_bad(const Verdict& verdict)
{
    return verdict.status == 403 && verdict.win32 != static_cast<std::uint32_t>(schannel::Win32::access_denied);
}

std::string wcf_line(const ConnectionRecord& connection, const RequestRecord& request, std::chrono::sys_seconds now)
{
    if (request.verdict.status != 403) {
        return {};
    }
    return x509::rfc3339(now) + " " + x509::printable(request.request.method) +
           " https://+:" + std::to_string(connection.server_port) + x509::printable(request.request.path) + " from " +
           connection.client_address + ": 403 Forbidden: " +
           (judged_bad(request.verdict) ? "Client certificate is invalid with native error code " +
                                              native_error_text(request.verdict.win32) + "."
                                        : "Client certificate is required. No certificate was found in the request.");
}

} // namespace mtls::server
