#pragma once

#include <string>

#include "probe/verdict/facts.hpp"

/// Which program answers, as far as it says so.
namespace mtls::verdict {

/// "iis", "nginx" or "apache" if a Server header says so (of the baseline, if this run brought no HTTP answer);
/// otherwise "".
[[nodiscard]] std::string product_in_headers(const Facts& facts);

/// The same; "iis" also if a saved binding fits (--iis-bindings).
[[nodiscard]] std::string server_product(const Facts& facts);

/// Whether this certainly is not http.sys: a Server header names another program, or an alert speaks of the client's
/// certificate (http.sys completes the handshake whatever it is shown, and refuses in HTTP). As for server_product, the
/// baseline is a witness, too.
[[nodiscard]] bool speaks_against_iis(const Facts& facts);

/// Whether every answer came from HTTP.sys itself (`Microsoft-HTTPAPI`), as of a service without IIS.
[[nodiscard]] bool is_bare_http_sys(const Facts& facts);

} // namespace mtls::verdict
