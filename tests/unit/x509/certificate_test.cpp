#include <algorithm>

#include <doctest/doctest.h>
#include <openssl/err.h>

#include "certs/ossl/error.hpp"
#include "certs/x509/certificate.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/credential.hpp"
#include "support/shell.hpp"

using namespace mtls::x509;
using namespace std::chrono;
using mtls::test::run_script;
using mtls::test::TemporaryDirectory;

namespace {

/// A self-signed certificate from OpenSSL's command line.
Certificate make(const std::string& arguments, const std::string& key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256")
{
    const TemporaryDirectory directory;
    run_script(directory.path(),
               "openssl req -x509 -noenc -keyout key -out certificate -subj /CN=x " + key + " " + arguments);
    return load_certificates(directory.path() / "certificate").front();
}

/// What `openssl x509 ARGUMENTS` prints about it, without "name=" and the line's end.
std::string openssl(const Certificate& certificate, const std::string& arguments)
{
    const TemporaryDirectory directory;
    const Der& der = certificate.der();
    mtls::test::write_text(directory.path() / "certificate", {der.begin(), der.end()});
    std::string text = run_script(directory.path(), "openssl x509 -inform DER -in certificate -noout " + arguments);
    text.erase(0, text.find('=') + 1);
    text.pop_back();
    return text;
}

std::string colonless(std::string text)
{
    std::erase(text, ':');
    for (char& c : text) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return text;
}

constexpr const char* ed25519 = "-newkey ed25519";

} // namespace

TEST_CASE("what a certificate says is what OpenSSL's command line reads in it")
{
    const Certificate certificate = make("-days 3 -set_serial 0x00ab12");

    CHECK(certificate.serial() == "ab12");
    CHECK(certificate.sha256() == colonless(openssl(certificate, "-fingerprint -sha256")));
    CHECK(certificate.sha1() == colonless(openssl(certificate, "-fingerprint -sha1")));
    CHECK(certificate.subject().text() == "CN=x");
    CHECK(certificate.issuer() == certificate.subject());
    CHECK(certificate.not_after().value() - certificate.not_before().value() == days{3});
    std::string end = openssl(certificate, "-enddate -dateopt iso_8601");
    end.at(10) = 'T';
    CHECK(rfc3339(certificate.not_after().value()) == end);
    CHECK(certificate.signature_algorithm() == "ecdsa-with-SHA256");
    CHECK(certificate.is_ca());
    CHECK(certificate.is_self_issued());
    CHECK(certificate.is_self_signed());
    CHECK(certificate.is_issued_by(certificate));
    CHECK_FALSE(certificate.is_issued_by(make("-days 3")));
}

TEST_CASE("every kind of key has a name")
{
    struct Row {
        std::string arguments;
        KeyType type;
        int bits;
        std::string text;
        std::string signature;
    };

    const std::vector<Row> rows{
        {"-newkey rsa:1024", KeyType::rsa, 1024, "RSA 1024", "sha256WithRSAEncryption"},
        {"-newkey rsa-pss -pkeyopt rsa_keygen_bits:1024", KeyType::rsa_pss, 1024, "RSA-PSS 1024", "rsassaPss"},
        {"-newkey ec -pkeyopt ec_paramgen_curve:P-384 -sha384", KeyType::ec, 384, "EC P-384", "ecdsa-with-SHA384"},
        {"-newkey ec -pkeyopt ec_paramgen_curve:secp256k1", KeyType::ec, 256, "EC secp256k1", "ecdsa-with-SHA256"},
        {ed25519, KeyType::ed25519, 256, "Ed25519", "ED25519"},
        {"-newkey ed448", KeyType::ed448, 456, "Ed448", "ED448"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.arguments);
        const Certificate certificate = make("", row.arguments);
        CHECK(certificate.key_type() == row.type);
        CHECK(certificate.key_bits() == row.bits);
        CHECK(certificate.key_text() == row.text);
        CHECK(certificate.signature_algorithm() == row.signature);
    }
}

TEST_CASE("extended key usage: none, some, any, unknown")
{
    const auto usage = [](const std::string& value) { return make("-addext extendedKeyUsage=" + value, ed25519); };
    using Texts = std::vector<std::string>;

    CHECK_FALSE(make("", ed25519).extended_key_usage());
    CHECK(make("", ed25519).allows_client_authentication());
    CHECK(usage("clientAuth,serverAuth").extended_key_usage().value() == Texts{"clientAuth", "serverAuth"});
    CHECK(usage("clientAuth,serverAuth").allows_client_authentication());
    CHECK(usage("anyExtendedKeyUsage").extended_key_usage().value() == Texts{"anyExtendedKeyUsage"});
    CHECK(usage("anyExtendedKeyUsage").allows_client_authentication());
    CHECK(usage("serverAuth,msSmartcardLogin").extended_key_usage().value() ==
          Texts{"serverAuth", "1.3.6.1.4.1.311.20.2.2"});
    CHECK_FALSE(usage("serverAuth").allows_client_authentication());

    const Certificate malformed = usage("DER:0500");
    CHECK(malformed.extended_key_usage().value().empty());
    CHECK_FALSE(malformed.allows_client_authentication());
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("key usage and basic constraints decide who may sign")
{
    CHECK(make("", ed25519).allows_digital_signature());
    CHECK(make("-addext keyUsage=digitalSignature", ed25519).allows_digital_signature());
    CHECK_FALSE(make("-addext keyUsage=keyEncipherment", ed25519).allows_digital_signature());
    const std::string plain = "-addext basicConstraints=critical,CA:FALSE";
    const TemporaryDirectory directory;
    mtls::test::write_text(directory.path() / "config",
                           "[req]\ndistinguished_name = dn\nx509_extensions = none\n[dn]\n[none]\n");
    CHECK_FALSE(make(plain + " -config " + (directory.path() / "config").string(), ed25519).is_ca());
    CHECK(make("-config " + (directory.path() / "config").string(), ed25519).is_ca()); // version 1, self-signed
}

TEST_CASE("alternative names are listed and safe to print")
{
    const Certificate certificate = make("-addext 'subjectAltName=DNS:example.com,IP:127.0.0.1,IP:2001:db8::1,"
                                         "email:a@example.com,URI:https://example.com/,otherName:1.2.3;UTF8:x'",
                                         ed25519);

    CHECK(certificate.names() ==
          std::vector<std::string>{"example.com", "127.0.0.1", "2001:db8::1", "a@example.com", "https://example.com/"});
    const Certificate hostile = make("-addext subjectAltName=DER:3006820461001b62", ed25519);
    CHECK(hostile.names() == std::vector<std::string>{"a\\00\\1Bb"});
    CHECK(make("", ed25519).names().empty());
    CHECK(make("-addext subjectAltName=DER:0500", ed25519).names().empty());
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("times beyond 2038 and 2049, and before 1970, are read")
{
    const auto until = [](long days) { return make("-days " + std::to_string(days), ed25519); };
    const auto now = floor<seconds>(system_clock::now());

    CHECK(until(10000).not_after().value() - now > days{9999});
    CHECK(until(200000).not_after().value() - now > days{199999});
    CHECK(rfc3339(Time{sys_days{year{2038} / 1 / 20}}) == "2038-01-20T00:00:00Z");
    CHECK(rfc3339(Time{sys_days{year{9999} / 12 / 31}} + hours{23} + minutes{59} + seconds{59}) ==
          "9999-12-31T23:59:59Z");
    CHECK(rfc3339(Time{sys_days{year{1950} / 2 / 3}} - seconds{1}) == "1950-02-02T23:59:59Z");
}

TEST_CASE("a malformed time is unknown")
{
    Der der = make("-days 3", ed25519).der();
    // The first UTCTime is notBefore: month 13.
    const Der time{0x17, 0x0d};
    const auto at = std::search(der.begin(), der.end(), time.begin(), time.end());
    REQUIRE(at != der.end());
    *(at + 4) = '1';
    *(at + 5) = '3';

    const auto certificate = Certificate::parse(der);

    REQUIRE(certificate);
    CHECK_FALSE(certificate->not_before());
    CHECK(certificate->not_after());
    CHECK_FALSE(certificate->is_self_signed());
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("bytes that are not exactly one certificate are none, and never an exception to parse")
{
    const Der der = make("-days 3", ed25519).der();
    REQUIRE(Certificate::parse(der));
    for (std::size_t size = 0; size < der.size(); ++size) {
        CHECK_FALSE(Certificate::parse(Bytes{der}.first(size)));
    }
    Der longer = der;
    longer.push_back(0);
    CHECK_FALSE(Certificate::parse(longer));
    CHECK_THROWS_AS(Certificate{Bytes{longer}}, ConfigError);
    for (std::size_t at = 0; at < der.size(); ++at) {
        Der other = der;
        other[at] ^= 0xff;
        if (const auto certificate = Certificate::parse(other)) {
            static_cast<void>(certificate->extended_key_usage());
            static_cast<void>(certificate->names());
            static_cast<void>(certificate->key_text());
            static_cast<void>(certificate->serial());
            static_cast<void>(certificate->signature_algorithm());
            static_cast<void>(certificate->not_after());
            CHECK_FALSE(certificate->is_self_signed());
        }
    }
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("a skimmed certificate says the same as a decoded one")
{
    for (const char* more : {"-days 3", "-days 30000 -addext subjectAltName=DNS:a.test,IP:192.0.2.1,email:a@b.test"}) {
        CAPTURE(more);
        const Certificate whole = make(more, ed25519);
        const auto skimmed = Certificate::skim(whole.der());

        REQUIRE(skimmed);
        CHECK(skimmed->subject() == whole.subject());
        CHECK(skimmed->issuer() == whole.issuer());
        CHECK(skimmed->not_before() == whole.not_before());
        CHECK(skimmed->not_after() == whole.not_after());
        CHECK(skimmed->names() == whole.names());
        CHECK(skimmed->sha256() == whole.sha256());
        CHECK(skimmed->sha1() == whole.sha1());
        CHECK(skimmed->key_text() == whole.key_text()); // by OpenSSL, when asked
        CHECK(skimmed->is_self_signed() == whole.is_self_signed());
    }
}

TEST_CASE("bytes that are not framed like one certificate are not skimmed, and others never stop the show")
{
    const Der der = make("-days 3 -addext subjectAltName=DNS:a.test", ed25519).der();
    for (std::size_t size = 0; size < der.size(); ++size) {
        CHECK_FALSE(Certificate::skim(Bytes{der}.first(size)));
    }
    for (std::size_t at = 0; at < der.size(); ++at) {
        Der other = der;
        other[at] ^= 0xff;
        if (const auto certificate = Certificate::skim(other)) {
            static_cast<void>(certificate->names());
            static_cast<void>(certificate->not_after());
            static_cast<void>(certificate->key_text());
            static_cast<void>(certificate->extended_key_usage());
            static_cast<void>(certificate->is_ca());
            static_cast<void>(certificate->serial());
            static_cast<void>(certificate->signature_algorithm());
            CHECK_FALSE(certificate->is_self_signed());
        }
    }
    CHECK(ERR_peek_error() == 0);
}
