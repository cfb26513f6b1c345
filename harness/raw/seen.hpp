#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "certs/x509/certificate.hpp"
#include "harness/scenario/scenario.hpp"

namespace mtls::raw {

/// What became of a connection so far.
struct Seen {
    std::optional<std::string> sni;
    std::optional<scenario::TlsVersion> version;
    bool asked = false;                       ///< the whole CertificateRequest was said
    std::vector<x509::Certificate> presented; ///< leaf first
    bool answered = false;                    ///< the client sent its Certificate, empty or not
    bool completed = false;                   ///< 1.3: the client's Finished is right; 1.2: ours was said, too
    std::optional<int> alert_sent;
    std::optional<int> alert_received;
    bool over = false; ///< hang up once everything has been sent
};

} // namespace mtls::raw
