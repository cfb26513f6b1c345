#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "certs/x509/certificate.hpp"
#include "harness/schannel/binding.hpp"
#include "harness/schannel/machine.hpp"

namespace mtls::schannel {

/// access/@sslFlags of a site, folder or file.
enum class Access {
    ignore,  ///< no client certificate is asked for
    accept,  ///< SslNegotiateCert
    require, ///< SslRequireCert
};

/// sc-win32-status values.
enum class Win32 : std::uint32_t {
    success = 0,
    access_denied = 5,               ///< ERROR_ACCESS_DENIED
    not_supported = 0x80070032,      ///< HRESULT of ERROR_NOT_SUPPORTED
    revoked = 0x80092010,            ///< CRYPT_E_REVOKED
    revocation_offline = 0x80092013, ///< CRYPT_E_REVOCATION_OFFLINE
    basic_constraints = 0x80096019,  ///< TRUST_E_BASIC_CONSTRAINTS
    expired = 0x800b0101,            ///< CERT_E_EXPIRED
    untrusted_root = 0x800b0109,     ///< CERT_E_UNTRUSTEDROOT
    chaining = 0x800b010a,           ///< CERT_E_CHAINING
    wrong_usage = 0x800b0110,        ///< CERT_E_WRONG_USAGE
};

/// What IIS answers and logs, and why.
struct Decision {
    int status = 200;
    int substatus = 0;
    Win32 win32 = Win32::success;
    std::string rule; ///< the rule that decided, for a person

    [[nodiscard]] bool accepted() const { return status < 400; }

    friend bool operator==(const Decision&, const Decision&) = default;
};

/// Judges what a client presented (leaf first; empty: nothing) to a path with `access`.
[[nodiscard]] Decision decide(const Machine& machine, const Binding& binding, Access access,
                              std::span<const x509::Certificate> presented, x509::Time now);

/// What WCF and HttpListener call the same failure: the low word of the status ("native error code 0x109").
[[nodiscard]] std::uint32_t native_error(Win32 status);

} // namespace mtls::schannel
