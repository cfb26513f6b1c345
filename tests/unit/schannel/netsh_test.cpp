#include <doctest/doctest.h>

#include <sstream>

#include "harness/schannel/netsh.hpp"
#include "lab.hpp"

using namespace mtls;
using namespace mtls::schannel;

namespace {

BindingRecord record(BindingKind kind, const std::string& host)
{
    return {.binding = {.kind = kind, .host = host, .certificate = "server", .ctl_store_name = std::nullopt},
            .port = 8443,
            .certificate = lab::hierarchy().at("server").certificate};
}

std::string shown(WindowsVersion windows, const BindingRecord& one)
{
    return show_sslcert(windows, std::span{&one, 1});
}

/// The value beside a label; "absent" if there is no such line.
std::string value(const std::string& text, const std::string& label)
{
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("    " + label + " ")) {
            return line.substr(line.find(": ", 4 + label.size()) + 2);
        }
    }
    return "absent";
}

} // namespace

TEST_CASE("a classic record has the thirteen lines of netsh, in its columns")
{
    BindingRecord one = record(BindingKind::ip_port, "0.0.0.0");
    one.binding.ctl_store_name = "ClientCAs";
    one.binding.negotiate_client_certificate = true;
    const std::string expected = "\nSSL Certificate bindings: \n------------------------- \n\n"
                                 "    IP:port                      : 0.0.0.0:8443\n"
                                 "    Certificate Hash             : " +
                                 one.certificate.sha1() +
                                 "\n"
                                 "    Application ID               : {4dc3e181-e14b-4a21-b022-59fc669b0914}\n"
                                 "    Certificate Store Name       : MY\n"
                                 "    Verify Client Certificate Revocation : Enabled\n"
                                 "    Verify Revocation Using Cached Client Certificate Only : Disabled\n"
                                 "    Usage Check                  : Enabled\n"
                                 "    Revocation Freshness Time    : 0\n"
                                 "    URL Retrieval Timeout        : 0\n"
                                 "    Ctl Identifier               : (null)\n"
                                 "    Ctl Store Name               : ClientCAs\n"
                                 "    DS Mapper Usage              : Disabled\n"
                                 "    Negotiate Client Certificate : Enabled\n\n";

    for (const auto windows :
         {WindowsVersion::w2008r2, WindowsVersion::w2012, WindowsVersion::w2016, WindowsVersion::w2019}) {
        CHECK(shown(windows, one) == expected);
    }
}

TEST_CASE("the first line of a record says what kind of binding it is")
{
    struct Row {
        BindingKind kind;
        const char* host;
        const char* label;
        const char* value;
    };

    for (const Row& row : {Row{BindingKind::ip_port, "192.0.2.1", "IP:port", "192.0.2.1:8443"},
                           {BindingKind::ip_port, "::", "IP:port", "[::]:8443"},
                           {BindingKind::hostname_port, "www.example.test", "Hostname:port", "www.example.test:8443"},
                           {BindingKind::central_store, "", "Central Certificate Store", "8443"}}) {
        CAPTURE(row.label);
        CHECK(value(shown(WindowsVersion::w2012, record(row.kind, row.host)), row.label) == row.value);
    }
}

TEST_CASE("a record shows each setting of the binding where netsh does")
{
    BindingRecord one = record(BindingKind::hostname_port, "a");
    CHECK(value(shown(WindowsVersion::w2022, one), "Ctl Store Name") == "(null)");
    CHECK(value(shown(WindowsVersion::w2022, one), "Negotiate Client Certificate") == "Disabled");
    CHECK(value(shown(WindowsVersion::w2022, one), "Disable TLS1.3") == "Not Set");

    one.binding.verify_revocation = false;
    one.binding.usage_check = false;
    one.binding.disable_tls13 = true;
    const std::string text = shown(WindowsVersion::w2022, one);

    CHECK(value(text, "Verify Client Certificate Revocation") == "Disabled");
    CHECK(value(text, "Usage Check") == "Disabled");
    CHECK(value(text, "Disable TLS1.3") == "Set");
    CHECK(value(text, "Disable TLS1.2") == "Not Set");
}

TEST_CASE("Server 2022 and 2025 append lines and extended properties")
{
    for (const auto windows : {WindowsVersion::w2022, WindowsVersion::w2025}) {
        const std::string text = shown(windows, record(BindingKind::ip_port, "0.0.0.0"));

        CHECK(value(text, "Reject Connections") == "Disabled");
        CHECK(value(text, "Disable Session ID") == "Not Set");
        CHECK(text.find("\n Extended Properties:\n    PropertyId                   : 0\n") != std::string::npos);
    }
    CHECK(value(shown(WindowsVersion::w2019, record(BindingKind::ip_port, "0.0.0.0")), "Disable TLS1.3") == "absent");
}

TEST_CASE("the central store has no certificate of its own, and records are a blank line apart")
{
    const std::vector<BindingRecord> records{record(BindingKind::central_store, ""),
                                             record(BindingKind::ip_port, "0.0.0.0")};
    const std::string text = show_sslcert(WindowsVersion::w2016, records);

    CHECK(value(text, "Certificate Hash") == "(null)");
    CHECK(value(text, "Certificate Store Name") == "(null)");
    CHECK(text.find(": Disabled\n\n    IP:port") != std::string::npos);
}
