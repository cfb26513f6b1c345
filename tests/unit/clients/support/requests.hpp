#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "certs/x509/name.hpp"
#include "probe/clients/question.hpp"

namespace mtls::test {

/// A CertificateRequest to write down: the bytes are made from this and parsed, so that its faults are real ones.
struct Request {
    wire::ProtocolVersion version = wire::ProtocolVersion::tls13;
    std::vector<std::uint8_t> types{1, 2, 64}; ///< up to TLS 1.2
    std::vector<std::uint16_t> algorithms;     ///< default: usual_algorithms()
    std::optional<std::vector<std::uint16_t>> algorithms_cert;
    std::vector<x509::Der> names;
    bool empty_list_extension = false; ///< TLS 1.3
    bool oid_filter = false;           ///< TLS 1.3: extendedKeyUsage serverAuth
};

[[nodiscard]] const std::vector<std::uint16_t>& usual_algorithms();

[[nodiscard]] clients::Asked asked_with(const Request& request);

} // namespace mtls::test
