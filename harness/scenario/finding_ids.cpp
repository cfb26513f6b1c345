#include "harness/scenario/finding_ids.hpp"

namespace mtls::scenario {

const std::vector<std::string>& finding_ids()
{
    static const std::vector<std::string> ids{
        "accepted-unexpectedly",
        "accepted-without-certificate",
        "baseline-incomplete",
        "bindings-disagree",
        "certificate-expired",
        "certificate-expires-soon",
        "certificate-not-yet-valid",
        "certificate-type-not-offered",
        "client-auth-usage-missing",
        "clients-disagree",
        "ctl-store-lost",
        "duplicate-issuer",
        "expected-issuer-missing",
        "iis-bindings-not-used",
        "intermediate-missing",
        "issuer-encoding-differs",
        "issuer-list-changed",
        "issuer-list-empty",
        "issuer-list-truncated",
        "issuer-not-advertised",
        "key-mismatch",
        "key-missing",
        "late-certificate-request",
        "late-request-impossible",
        "list-differs-from-trust",
        "malformed-certificate-request",
        "no-certificate-request",
        "probe-slow",
        "rejected-by-alert",
        "rejected-by-close",
        "rejected-by-http",
        "revoked-or-revocation-offline",
        "root-store-polluted",
        "server-certificate-expires-soon",
        "signature-algorithm-not-offered",
        "unexpected-issuer",
        "untrusted-by-server",
        "upload-blocked-by-renegotiation",
    };
    return ids;
}

} // namespace mtls::scenario
