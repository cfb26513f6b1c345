#pragma once

#include <string>
#include <vector>

#include "certs/ossl/handles.hpp"
#include "certs/x509/certificate.hpp"

namespace mtls::x509 {

/// What this system thinks of a server's certificates.
struct TrustVerdict {
    bool trusted = false;      ///< the chain leads to a root of the trust store, and is valid now, for servers
    int code = 0;              ///< X509_V_ERR_...: the first thing wrong with the chain; 0 if it is trusted
    std::string problem;       ///< the code in OpenSSL's words; "" if it is trusted
    bool name_matches = false; ///< the first certificate is one for this host name or address: RFC 6125 §6.4
};

/// The trust store of this system, as OpenSSL finds it: SSL_CERT_FILE and SSL_CERT_DIR, or what was built in.
class SystemTrust {
  public:
    /// Throws ossl::Error.
    SystemTrust();

    /// `chain` is what the server sent, its own certificate first; not empty. `host` is a name or a numeric address.
    /// Throws ossl::Error.
    [[nodiscard]] TrustVerdict judge(const std::vector<Certificate>& chain, const std::string& host) const;

  private:
    ossl::X509StorePtr store_;
};

} // namespace mtls::x509
