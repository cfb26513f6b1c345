#include "probe/explain/messages.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>

using namespace mtls;
using explain::Concerns;

namespace {

/// The titles of what is heard, or "" if nothing is: "OpenSSL verification 20 X509_..., Apache: AH02040".
std::string titles(const explain::Heard& heard)
{
    std::string all;
    for (const explain::Page& page : heard.pages) {
        all += (all.empty() ? "" : ", ") + title(page);
    }
    return all;
}

} // namespace

TEST_CASE("every message has words to know it by, a meaning and a next step, and no code stands twice")
{
    std::set<std::string> codes;
    for (const auto table : {explain::server_messages(), explain::client_messages()}) {
        for (const explain::MessageEntry& entry : table) {
            CAPTURE(entry.text);
            CHECK(std::string{entry.program} != "");
            CHECK(std::string{entry.code} + entry.text != "");
            CHECK((std::string{entry.meaning}.ends_with('.') || std::string{entry.meaning}.ends_with(".)")));
            CHECK(std::string{entry.next}.size() > 5);
            CHECK((*entry.code == '\0' || codes.insert(entry.code).second));
        }
    }
}

TEST_CASE("what programs say is known wherever it stands")
{
    struct Row {
        const char* text;
        const char* titles;
    };

    const Row rows[] = {
        {"http: TLS handshake error from 10.0.0.1:403: tls: client didn't provide a certificate",
         "Go: tls: client didn't provide a certificate"},
        {"tls: failed to verify certificate: x509: certificate signed by unknown authority",
         "Go: x509: certificate signed by unknown authority"},
        {"javax.net.ssl.SSLHandshakeException: PKIX path building failed: ...: unable to find valid certification path",
         "Java: PKIX path building failed"},
        {"net::ERR_BAD_SSL_CLIENT_AUTH_CERT", "Chromium: ERR_BAD_SSL_CLIENT_AUTH_CERT"},
        {"a/1: ssl client ca chain cannot be verified", "HAProxy: SSL client CA chain cannot be verified"},
        {"(23:certificate revoked)", "OpenSSL verification 23 X509_V_ERR_CERT_REVOKED"},
        {"client SSL certificate verify error: (47:permitted subtree violation)",
         "OpenSSL verification 47 X509_V_ERR_PERMITTED_VIOLATION"},
        {"ssl_c_err=0 ssl_c_ca_err=2 error", "OpenSSL verification 2 X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT"},
        {"upstream SSL certificate verify error: (20:unable to get local issuer certificate)",
         "nginx: upstream SSL certificate verify error"},
        {"Es wurde eine schwerwiegende Warnung empfangen: 48.", "TLS alert 48 unknown_ca"},
        {"eine schwerwiegende Warnung ... definierten Code: 40. Der Windows-SChannel-Fehlerstatus lautet: 1205.",
         "TLS alert 40 handshake_failure"},
        {"schwerwiegende Warnung ohne Zahl", ""},
        {"connect() failed (111: Connection refused)", ""},
        {"SSL handshake failure", ""}, // everybody says so
        {"", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(titles(explain::hear(row.text)) == row.titles);
    }
}

TEST_CASE("in an error log only what the server says itself counts, and who has sent an alert is known")
{
    struct Row {
        const char* message;
        const char* titles;
        Concerns concerns = Concerns::certificate;
    };

    constexpr const char* unknown_ca = "TLS alert 48 unknown_ca";
    const Row rows[] = {
        {"client sent no required SSL certificate while reading client request headers",
         "nginx: client sent no required SSL certificate"},
        {"AH02276: Certificate Verification: Error (23): certificate revoked",
         "OpenSSL verification 23 X509_V_ERR_CERT_REVOKED"},
        {"AH02040: Certificate Verification: Certificate Chain too long (chain has 2 certificates, but maximum allowed "
         "are only 1)",
         "Apache: AH02040"},
        {"AH02008: SSL library error 1 in handshake (server localhost:443)", "Apache: AH02008", Concerns::nothing},
        {"SSL Library Error: error:0A0000C7:SSL routines::peer did not return a certificate -- No CAs known",
         "OpenSSL: peer did not return a certificate"},
        {"SSL Library Error: error:0A000086:SSL routines::certificate verify failed",
         "OpenSSL: certificate verify failed", Concerns::nothing},
        {"SSL handshake failure", "HAProxy: SSL handshake failure"},
        {"ssl_c_err=20 ssl_c_ca_err=0 error:0A000086:SSL routines::certificate verify failed",
         "OpenSSL verification 20 X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY"},
        {"ssl_c_err=0 ssl_c_ca_err=0 error:0A0000C7:SSL routines::peer did not return a certificate",
         "OpenSSL: peer did not return a certificate"},
        {"20 0 167772294 error:0A000086:SSL routines::certificate verify failed", "OpenSSL: certificate verify failed"},
        {"SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48) "
         "while SSL handshaking",
         unknown_ca, Concerns::connection},
        {"SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48) "
         "while SSL handshaking to upstream",
         unknown_ca},
        {"SSL_do_handshake() failed (SSL: error:0A000102:SSL routines::unsupported protocol) while SSL handshaking",
         "OpenSSL: unsupported protocol", Concerns::connection},
        {"SSL_do_handshake() failed (SSL: error:0A0000AA) while SSL handshaking", "nginx: SSL_do_handshake() failed",
         Concerns::connection},
        // What a client has chosen: a path, a name.
        {R"(open() "/client sent no required SSL certificate" failed (2: No such file or directory))", "",
         Concerns::nothing},
        {"AH00128: File does not exist: /srv/SSL client certificate not trusted", "", Concerns::nothing},
        {R"(be/s1 0/0 200 73 "GET /?ssl_c_err=20 HTTP/1.1")", "", Concerns::nothing},
        {"AH01276: Cannot serve directory /srv/alert number 48", "", Concerns::nothing},
    };
    for (const Row& row : rows) {
        CAPTURE(row.message);
        const auto heard = explain::hear_server(row.message);
        CHECK(titles(heard) == row.titles);
        CHECK(heard.concerns == row.concerns);
        CHECK(heard.note.empty() == (std::string{row.titles} != unknown_ca));
    }
}
