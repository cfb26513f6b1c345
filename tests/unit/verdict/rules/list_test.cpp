#include "probe/verdict/rules/encoding.hpp"

#include <doctest/doctest.h>

#include "certs/x509/rfc4514.hpp"
#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using issuers::ExpectMode;

namespace {

Run listing(const Names& names)
{
    return Run{}.saw(Seen{tls13}.asked(names).http(403));
}

} // namespace

TEST_CASE("expected-issuer-missing in either mode")
{
    const char* id = "expected-issuer-missing";

    CHECK(listing({root_ca}).expects({issuing_ca}).severity(id) == critical);
    CHECK(listing({root_ca}).expects({issuing_ca}, ExpectMode::contains).severity(id) == critical);
    CHECK(listing({}).expects({issuing_ca}).severity(id) == critical);
    CHECK(listing({issuing_ca}).expects({issuing_ca}).severity(id) == absent);
    CHECK(listing({root_ca}).severity(id) == absent);
    CHECK(Run{}.saw(Seen{tls13}.http(200)).expects({issuing_ca}).severity(id) == absent);
    CHECK(contains(listing({root_ca}).expects({issuing_ca}).text(id), "missing: CN=Example Issuing CA,O=Example\n"));
}

TEST_CASE("expected-issuer-missing sees a name that was written backwards")
{
    const auto backwards = x509::Name::from_rfc4514("O=Example,CN=Example Issuing CA");
    const char* hint =
        "the list has CN=Example Issuing CA,O=Example, which is the expected name with the parts in the opposite order";

    CHECK(contains(listing({root_ca, issuing_ca}).expects({backwards}).text("expected-issuer-missing"), hint));
    CHECK(!contains(listing({root_ca}).expects({backwards}).text("expected-issuer-missing"), "opposite order"));
}

TEST_CASE("unexpected-issuer only in exact mode")
{
    const char* id = "unexpected-issuer";

    CHECK(listing({issuing_ca, root_ca}).expects({issuing_ca}).severity(id) == warning);
    CHECK(listing({issuing_ca, root_ca}).expects({issuing_ca}, ExpectMode::contains).severity(id) == absent);
    CHECK(listing({issuing_ca}).expects({issuing_ca}).severity(id) == absent);
    CHECK(listing({issuing_ca, root_ca}).severity(id) == absent);
    CHECK(listing({issuing_ca, x509::Name{{1}}}).expects({issuing_ca}).severity(id) == absent);
}

TEST_CASE("duplicate-issuer counts equal names, expectation or not")
{
    const char* id = "duplicate-issuer";

    CHECK(listing({root_ca, issuing_ca, root_ca}).severity(id) == info);
    CHECK(listing({root_ca, in_printable_strings(root_ca)}).severity(id) == info);
    CHECK(listing({root_ca, issuing_ca}).severity(id) == absent);
    CHECK(contains(listing({root_ca, root_ca}).text(id), "2 times: CN=Example Root CA,O=Example"));
}

TEST_CASE("issuer-encoding-differs names the string types of both sides")
{
    const char* id = "issuer-encoding-differs";
    const x509::Name other = in_printable_strings(issuing_ca);
    REQUIRE(x509::Name::compare(other, issuing_ca) == x509::NameMatch::equivalent);

    CHECK(listing({other}).expects({issuing_ca}).severity(id) == warning);
    CHECK(listing({other}).holds(credential("alice")).severity(id) == warning);
    CHECK(listing({issuing_ca}).expects({issuing_ca}).holds(credential("alice")).severity(id) == absent);
    CHECK(contains(listing({other}).holds(credential("alice")).text(id),
                   "the list has PrintableString, PrintableString, the certificate has UTF8String, UTF8String"));
    CHECK(contains(listing({dn("CN=EXAMPLE issuing CA,O=Example")}).expects({issuing_ca}).text(id),
                   "the list spells it CN=EXAMPLE issuing CA,O=Example"));
}

TEST_CASE("every string type that a CA uses has its name")
{
    using x509::StringType;
    const auto types = [](const x509::Der& der) { return verdict::rules::string_types(x509::Name{der}); };

    CHECK(types(x509::encode_rfc4514("CN=a", StringType::t61).der) == "T61String");
    CHECK(types(x509::encode_rfc4514("CN=a", StringType::ia5).der) == "IA5String");
    CHECK(types(x509::encode_rfc4514("CN=a", StringType::bmp).der) == "BMPString");
    CHECK(types(x509::encode_rfc4514("CN=#1c0400000041").der) == "UniversalString");
    CHECK(types(x509::encode_rfc4514("CN=#1a0141").der) == "tag 0x1a");
}

TEST_CASE("string types are read in DER order and not at all from what is no name")
{
    CHECK(verdict::rules::string_types(dn("CN=a,O=b,C=DE")) == "PrintableString, UTF8String, UTF8String");
    CHECK(verdict::rules::string_types(x509::Name{}).empty());
    CHECK(verdict::rules::string_types(x509::Name{{0x30, 0x05, 0x31}}).empty());
}

TEST_CASE("duplicate-issuer shows a dozen names and counts the others")
{
    Names names;
    for (int number = 0; number < 14; ++number) {
        names.insert(names.end(), 2, dn("CN=CA " + std::to_string(number)));
    }
    const auto text = listing(names).text("duplicate-issuer");

    CHECK(contains(text, "2 times: CN=CA 11\n"));
    CHECK_FALSE(contains(text, "2 times: CN=CA 12\n"));
    CHECK(contains(text, "2 more names are repeated"));
}

TEST_CASE("the name that matched is the subject, the issuer, or an issuer further up")
{
    auto facts = Run{}.holds(credential("alice")).issuer_certificates({certificate("root")}).facts();
    verdict::CandidateFacts& alice = facts.candidates[0];
    const auto at = [&](std::optional<int> depth) {
        alice.issuer_match.depth = depth;
        const x509::Name* name = verdict::rules::name_at_depth(alice);
        return name == nullptr ? "" : name->text();
    };
    REQUIRE(alice.above.size() == 2);

    CHECK(at(std::nullopt).empty());
    CHECK(at(0) == "CN=Alice,O=Example");
    CHECK(at(1) == "CN=Example Issuing CA,O=Example");
    CHECK(at(2) == "CN=Example Root CA,O=Example");
    CHECK(at(4).empty());
}

TEST_CASE("a name that cannot be taken apart has no string types, and one that is alone no difference")
{
    CHECK(verdict::rules::string_types(issuing_ca) == "UTF8String, UTF8String");
    CHECK(verdict::rules::string_types(x509::Name{{0x30, 4, 0x31, 2, 0x30, 0}}).empty());
    CHECK(verdict::rules::difference(issuing_ca, nullptr, "the certificate") == "CN=Example Issuing CA,O=Example");
}
