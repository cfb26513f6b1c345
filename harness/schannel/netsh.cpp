#include "harness/schannel/netsh.hpp"

#include <array>
#include <string_view>

namespace mtls::schannel {
namespace {

constexpr std::string_view application_of_iis = "{4dc3e181-e14b-4a21-b022-59fc669b0914}";
constexpr std::string_view unset = "(null)";
constexpr std::size_t label_width = 29;

std::string line(std::string_view label, std::string_view value)
{
    std::string text = "    " + std::string{label};
    text.append(label.size() < label_width ? label_width - label.size() : 1, ' ');
    return text.append(": ").append(value).append("\n");
}

std::string_view enabled(bool value)
{
    return value ? "Enabled" : "Disabled";
}

std::string_view set(bool value)
{
    return value ? "Set" : "Not Set";
}

std::string first_line(const BindingRecord& record)
{
    const Binding& binding = record.binding;
    const std::string port = std::to_string(record.port);
    switch (binding.kind) {
    case BindingKind::ip_port: {
        const bool v6 = binding.host.find(':') != std::string::npos;
        return line("IP:port", (v6 ? "[" + binding.host + "]" : binding.host) + ":" + port);
    }
    case BindingKind::hostname_port:
        return line("Hostname:port", binding.host + ":" + port);
    case BindingKind::central_store:
        break;
    }
    return line("Central Certificate Store", port);
}

/// What Server 2022 added. Those that no Binding has are as Windows leaves them.
std::string newer_lines(const Binding& binding)
{
    std::string text = line("Reject Connections", enabled(false));
    for (const std::string_view label : {"Disable HTTP2", "Disable QUIC", "Disable TLS1.2"}) {
        text += line(label, set(false));
    }
    text += line("Disable TLS1.3", set(binding.disable_tls13));
    for (const std::string_view label :
         {"Disable OCSP Stapling", "Enable Token Binding", "Log Extended Events", "Disable Legacy TLS Versions",
          "Enable Session Ticket", "Disable Session ID"}) {
        text += line(label, set(false));
    }
    return text + " Extended Properties:\n" + line("PropertyId", "0") + line("Receive Window", "1048576") +
           " Extended Properties:\n" + line("PropertyId", "1") + line("Max Settings Per Frame", "2796202") +
           line("Max Settings Per Minute", "4294967295");
}

std::string record_text(WindowsVersion windows, const BindingRecord& record)
{
    const Binding& binding = record.binding;
    const bool central = binding.kind == BindingKind::central_store;
    std::string text = first_line(record);
    text += line("Certificate Hash", central ? std::string{unset} : record.certificate.sha1());
    text += line("Application ID", application_of_iis);
    text += line("Certificate Store Name", central ? unset : "MY");
    text += line("Verify Client Certificate Revocation", enabled(binding.verify_revocation));
    text += line("Verify Revocation Using Cached Client Certificate Only", enabled(false));
    text += line("Usage Check", enabled(binding.usage_check));
    text += line("Revocation Freshness Time", "0");
    text += line("URL Retrieval Timeout", "0");
    text += line("Ctl Identifier", unset);
    text += line("Ctl Store Name", binding.ctl_store_name ? std::string_view{*binding.ctl_store_name} : unset);
    text += line("DS Mapper Usage", enabled(false));
    text += line("Negotiate Client Certificate", enabled(binding.negotiate_client_certificate));
    return windows >= WindowsVersion::w2022 ? text + newer_lines(binding) : text;
}

} // namespace

std::string show_sslcert(WindowsVersion windows, std::span<const BindingRecord> records)
{
    std::string text = "\nSSL Certificate bindings: \n------------------------- \n\n";
    for (const BindingRecord& record : records) {
        text += record_text(windows, record) + "\n";
    }
    return text;
}

} // namespace mtls::schannel
