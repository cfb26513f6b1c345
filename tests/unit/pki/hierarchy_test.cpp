#include <doctest/doctest.h>

#include "certs/pki/hierarchy.hpp"
#include "certs/x509/config_error.hpp"

using namespace mtls::pki;
using namespace mtls::x509;
using namespace std::chrono;

namespace {

const Time now = floor<seconds>(system_clock::now());

const Hierarchy& standard()
{
    static const Hierarchy hierarchy{standard_recipe(), now};
    return hierarchy;
}

Hierarchy issue(const std::string& toml)
{
    return Hierarchy{parse_recipe(toml, "test.toml"), now};
}

std::vector<std::string> subjects(const std::vector<Certificate>& certificates)
{
    std::vector<std::string> texts;
    texts.reserve(certificates.size());
    for (const Certificate& each : certificates) {
        texts.push_back(each.subject().text());
    }
    return texts;
}

} // namespace

TEST_CASE("each certificate is issued by the one that the recipe names, for its own key")
{
    for (const Issued& each : standard().all()) {
        CAPTURE(each.entry.name);
        CHECK(each.key.belongs_to(each.certificate));
        const Certificate& issuer =
            each.entry.issuer ? standard().at(*each.entry.issuer).certificate : each.certificate;
        CHECK(each.certificate.is_issued_by(issuer));
        CHECK(each.certificate.is_self_signed() == !each.entry.issuer);
        CHECK(each.certificate.is_ca() == (each.entry.role == Role::authority));
        CHECK(each.certificate.serial().size() == 32);
        CHECK(each.certificate.not_before() == now + each.entry.not_before);
        CHECK(each.certificate.not_after() == now + each.entry.not_after);
        CHECK(each.certificate.subject().text() == each.entry.subject);
    }
}

TEST_CASE("the chain of a certificate holds its issuers without the root")
{
    CHECK(subjects(standard().at("alice").chain) == std::vector<std::string>{"CN=Example Issuing CA 1,O=Example,C=DE"});
    CHECK(standard().at("intermediate").chain.empty());
    CHECK(standard().at("root").chain.empty());
    const Hierarchy deep = issue("[[authority]]\nname='a'\n[[authority]]\nname='b'\nissuer='a'\n"
                                 "[[authority]]\nname='c'\nissuer='b'\n[[client]]\nname='d'\nissuer='c'\n");
    CHECK(subjects(deep.at("d").chain) == std::vector<std::string>{"CN=c", "CN=b"});
}

TEST_CASE("keys are shared only where the recipe says so")
{
    const Issued& cross = standard().at("cross");
    const Issued& intermediate = standard().at("intermediate");

    CHECK(cross.key.belongs_to(intermediate.certificate));
    CHECK(cross.certificate.subject() == intermediate.certificate.subject());
    CHECK_FALSE(cross.certificate.is_self_issued());
    CHECK(standard().at("alice").certificate.is_issued_by(cross.certificate));
    CHECK_FALSE(standard().at("root").key.belongs_to(standard().at("other-root").certificate));
}

TEST_CASE("usage and names are those of the recipe")
{
    CHECK(standard().at("alice").certificate.extended_key_usage() == std::vector<std::string>{"clientAuth"});
    CHECK(standard().at("alice").certificate.names() == std::vector<std::string>{"alice@example.com"});
    CHECK(standard().at("server-usage").certificate.extended_key_usage() == std::vector<std::string>{"serverAuth"});
    CHECK_FALSE(standard().at("no-usage").certificate.extended_key_usage());
    CHECK(standard().at("server").certificate.names() == std::vector<std::string>{"localhost", "127.0.0.1", "::1"});
    CHECK(standard().at("alice").certificate.key_text() == "RSA 2048");
    CHECK(standard().at("alice-ec").certificate.key_text() == "EC P-256");
    CHECK(standard().at("alice-ed25519").certificate.key_text() == "Ed25519");
}

TEST_CASE("every kind of key and digest can issue")
{
    for (const std::string key : {"rsa-1024", "ec-p384", "ed25519"}) {
        for (const std::string digest : {"sha1", "sha512"}) {
            CAPTURE(key);
            CAPTURE(digest);
            std::string recipe = "[[authority]]\nname='a'\nkey='";
            recipe += key + "'\n[[client]]\nname='b'\nissuer='a'\ndigest='";
            recipe += digest + "'\n[[crl]]\nname='a'\nrevoked=['b']\n";
            const Hierarchy pair = issue(recipe);
            const std::string algorithm = pair.at("b").certificate.signature_algorithm();
            CHECK(pair.at("b").certificate.is_issued_by(pair.at("a").certificate));
            CHECK((key == "ed25519" || algorithm.find(digest == "sha1" ? "1" : "512") != std::string::npos));
            CHECK(X509_CRL_verify(pair.crl_at("a").crl.get(), X509_get0_pubkey(pair.at("a").certificate.get())) == 1);
        }
    }
}

TEST_CASE("a subject may be any bytes that are a name, and keeps them")
{
    // CN=a NUL ESC [2J U+202E b
    const std::string digits = "3015311330110603550403"
                               "0c0a61001b5b324ae280ae62";

    const Hierarchy odd = issue("[[client]]\nname='a'\nsubject_der='" + digits + "'");

    CHECK(hex(odd.at("a").certificate.subject().der()) == digits);
    CHECK(odd.at("a").certificate.subject().text() == "CN=a\\00\\1B[2J\\E2\\80\\AEb");
    CHECK(issue("[[client]]\nname='a'\nsubject=''").at("a").certificate.subject().empty());
}

TEST_CASE("a subject that OpenSSL refuses in a certificate is a clear error")
{
    CHECK_THROWS_WITH_AS(
        (void)issue("[[client]]\nname='a'\nsubject_der='300d310b300906035504030c02c328'"),
        "subject of a: OpenSSL cannot put this name into a certificate: CN: UTF8String with invalid UTF-8 at "
        "byte 13",
        ConfigError);
}

TEST_CASE("string types are really those asked for, and still the same name")
{
    const auto subject = [](const std::string& type) {
        return issue("[[client]]\nname='a'\nsubject='CN=Alice,C=DE'\nstring_type='" + type + "'")
            .at("a")
            .certificate.subject();
    };
    const auto holds = [](const Name& name, const std::string& part) {
        return hex(name.der()).find(part) != std::string::npos;
    };

    CHECK(holds(subject("utf8"), "0c05416c696365"));
    CHECK(holds(subject("utf8"), "13024445"));
    CHECK(holds(subject("printable"), "1305416c696365"));
    CHECK(holds(subject("bmp"), "1e0a0041006c00690063006"));
    CHECK(holds(subject("t61"), "1405416c696365"));
    CHECK(holds(subject("ia5"), "1605416c696365"));
    for (const std::string type : {"printable", "bmp", "t61", "ia5"}) {
        CAPTURE(type);
        CHECK(Name::compare(subject("utf8"), subject(type)) == NameMatch::equivalent);
    }
}

TEST_CASE("asking for what is not there tells what is")
{
    const Hierarchy small = issue("[[authority]]\nname='a'\n[[client]]\nname='b'\n[[crl]]\nname='a'");

    CHECK(small.has("a"));
    CHECK_FALSE(small.has("x"));
    CHECK_THROWS_WITH_AS((void)small.at("x"), "there is no certificate 'x', only a b", ConfigError);
    CHECK_THROWS_WITH_AS((void)small.crl_at("x"), "there is no CRL 'x', only a", ConfigError);
    Recipe circle;
    circle.entries.emplace_back().name = "a";
    circle.entries.front().issuer = "b";
    CHECK_THROWS_AS((Hierarchy{circle, now}), ConfigError);
}
