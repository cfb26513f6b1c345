#pragma once

#include <chrono>
#include <string>

#include "harness/server/record.hpp"

namespace mtls::server {

/// What a self-hosted service (WCF, HttpListener) notes of a refused request, without the newline: there is no IIS and
/// so no substatus, only the low word of the status as "native error code 0x109". Empty unless a certificate, or the
/// lack of one, was the reason. Inferred from reports, as is the mapping.
[[nodiscard]] std::string wcf_line(const ConnectionRecord& connection, const RequestRecord& request,
                                   std::chrono::sys_seconds now);

/// Whether a certificate arrived and was refused.
[[nodiscard]] bool judged_bad(const Verdict& verdict);

/// "0x109".
[[nodiscard]] std::string native_error_text(std::uint32_t win32);

} // namespace mtls::server
