#include <doctest/doctest.h>
#include <openssl/err.h>

#include "certs/x509/config_error.hpp"
#include "certs/x509/name.hpp"

using namespace mtls::x509;

TEST_CASE("attribute types are known by the names in use")
{
    const std::vector<std::pair<std::string, std::string>> rows{
        {"cn=a", "CN=a"},
        {"E=a@b", "emailAddress=a@b"},
        {"emailaddress=a@b", "emailAddress=a@b"},
        {"S=Bavaria", "ST=Bavaria"},
        {"street=Main", "STREET=Main"},
        {"2.5.4.3=a", "CN=a"},
        {"OID.2.5.4.3=a", "CN=a"},
        {"oid.1.2.3=#0c0161", "1.2.3=#0c0161"},
        {"1.2.3=a", "1.2.3=#0c0161"},
        {"commonName=a", "CN=a"},
        {"serialnumber=1", "serialNumber=1"},
        {"CN=a; O=b", "CN=a,O=b"},
        {"CN = a , O = b ", "CN=a,O=b"},
        {R"(CN="a, b\" c",O=d)", R"(CN=a\, b\" c,O=d)"},
        {"CN=a\\2Cb", "CN=a\\,b"},
        {"CN=#13024141", "CN=AA"},
        {"CN=", "CN="},
        {"CN=,O=x", "CN=,O=x"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.first);
        CHECK(Name::from_rfc4514(row.first).text() == row.second);
    }
}

TEST_CASE("text that is no name is refused with the place")
{
    const std::vector<std::pair<std::string, std::string>> rows{
        {"CN", "name 'CN': no '=' after the attribute type at character 3"},
        {"CN=a,", "name 'CN=a,': no '=' after the attribute type at character 6"},
        {"CN=a,,O=b", "name 'CN=a,,O=b': no '=' after the attribute type at character 6"},
        {"XX=a", "name 'XX=a': unknown attribute type at character 3"},
        {"=a", "name '=a': unknown attribute type at character 1"},
        {"1..2=a", "name '1..2=a': unknown attribute type at character 5"},
        {"CN=a\\", "name 'CN=a\\5C': a backslash that escapes nothing at character 6"},
        {"CN=\"a", "name 'CN=\"a': no closing quote at character 6"},
        {"CN=\"a\"b", "name 'CN=\"a\"b': unexpected character at character 7"},
        {"CN=a\"b", "name 'CN=a\"b': an unescaped quote at character 5"},
        {"CN=#0c02", "name 'CN=#0c02': #hex that is not one DER element at character 9"},
        {"CN=#zz", "name 'CN=#zz': #hex that is not one DER element at character 5"},
        {"CN=\xff", "name 'CN=\\FF': invalid UTF-8 in the value at character 5"},
        {"CN=\\FF", "name 'CN=\\5CFF': invalid UTF-8 in the value at character 7"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.first);
        CHECK_THROWS_WITH_AS((void)Name::from_rfc4514(row.first), row.second.c_str(), ConfigError);
    }
    CHECK(ERR_peek_error() == 0);
}
