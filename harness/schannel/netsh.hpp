#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "certs/x509/certificate.hpp"
#include "harness/schannel/binding.hpp"
#include "harness/schannel/machine.hpp"

namespace mtls::schannel {

/// A binding with what a record of it needs beside: its port and its certificate.
struct BindingRecord {
    Binding binding;
    std::uint16_t port = 443;
    x509::Certificate certificate;
};

/// What `netsh http show sslcert` prints of them on an English Windows. Server 2022 and later have more lines.
[[nodiscard]] std::string show_sslcert(WindowsVersion windows, std::span<const BindingRecord> records);

} // namespace mtls::schannel
