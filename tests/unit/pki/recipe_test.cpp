#include <algorithm>

#include <doctest/doctest.h>

#include "certs/pki/mistakes.hpp"
#include "certs/pki/recipe.hpp"
#include "certs/x509/config_error.hpp"

using namespace mtls::pki;
using namespace std::chrono_literals;
using mtls::x509::ConfigError;

namespace {

Entry only(const std::string& toml)
{
    const Recipe recipe = parse_recipe(toml, "test.toml");
    REQUIRE(recipe.entries.size() == 1);
    return recipe.entries.front();
}

} // namespace

TEST_CASE("an entry without anything but a name has the defaults of its role")
{
    using Texts = std::vector<std::string>;

    const Entry authority = only("[[authority]]\nname = 'a'");
    CHECK(authority.role == Role::authority);
    CHECK(authority.subject == "CN=a");
    CHECK(authority.string_type == "utf8");
    CHECK_FALSE(authority.issuer);
    CHECK(authority.key == "ec-p256");
    CHECK(authority.digest == "sha256");
    CHECK(authority.not_before == -24h);
    CHECK(authority.not_after == 24h * 3650);
    CHECK(authority.names.empty());
    CHECK(authority.usage.empty());
    CHECK(authority.key_usage == Texts{"keyCertSign", "cRLSign"});
    CHECK_FALSE(authority.path_length);

    const Entry server = only("[[server]]\nname = 'a'");
    CHECK(server.names == Texts{"localhost", "127.0.0.1", "::1"});
    CHECK(server.usage == Texts{"serverAuth"});
    CHECK(server.not_after == 24h * 365);
    CHECK(only("[[server]]\nname = 'a'\nkey = 'rsa-2048'").key_usage == Texts{"digitalSignature", "keyEncipherment"});

    const Entry client = only("[[client]]\nname = 'a'");
    CHECK(client.usage == Texts{"clientAuth"});
    CHECK(client.key_usage == Texts{"digitalSignature"});
    CHECK_FALSE(client.leaf_only);
}

TEST_CASE("an entry says all it wants")
{
    const Recipe recipe = parse_recipe(R"(
        [[authority]]
        name = "top"
        path_length = 1
        key = "rsa-1024"
        [[authority]]
        name = "twin"
        same_key_as = "top"
        [[client]]
        name = "alice"
        subject = "CN=Alice,C=DE"
        string_type = "bmp"
        issuer = "top"
        key = "ed25519"
        digest = "sha1"
        not_before = "-2h"
        not_after = "3m"
        names = ["a@example.com"]
        usage = ["clientAuth", "1.2.3"]
        key_usage = []
        leaf_only = true
        crl_url = "http://example.com/a.crl"
        [[crl]]
        name = "top"
        revoked = ["alice"]
        next_update = "-1s"
    )",
                                       "test.toml");
    using Texts = std::vector<std::string>;

    REQUIRE(recipe.entries.size() == 3);
    CHECK(recipe.entries.at(0).path_length == 1);
    CHECK(recipe.entries.at(1).key == "rsa-1024");
    const Entry& alice = recipe.entries.at(2);
    CHECK(alice.subject == "CN=Alice,C=DE");
    CHECK(alice.string_type == "bmp");
    CHECK(alice.issuer == "top");
    CHECK(alice.key == "ed25519");
    CHECK(alice.digest == "sha1");
    CHECK(alice.not_before == -2h);
    CHECK(alice.not_after == 3min);
    CHECK(alice.names == Texts{"a@example.com"});
    CHECK(alice.usage == Texts{"clientAuth", "1.2.3"});
    CHECK(alice.key_usage.empty());
    CHECK(alice.leaf_only);
    CHECK(alice.crl_url == "http://example.com/a.crl");
    REQUIRE(recipe.crls.size() == 1);
    CHECK(recipe.crls.front().issuer == "top");
    CHECK(recipe.crls.front().next_update == -1s);
}

TEST_CASE("a mistake in a recipe is told with line and column")
{
    struct Row {
        std::string toml;
        std::string error;
    };

    const std::vector<Row> rows{
        {"[[client]]\nname = 'a'\ncolour = 1", "t:3:1: unknown key \"colour\""},
        {"[[clients]]\nname = 'a'", "t:1:3: unknown key \"clients\" (did you mean 'client'?)"},
        {"x = 1", "t:1:1: unknown key \"x\""},
        {"client = 1", "t:1:10: must be tables [[client]]"},
        {"client = [1]", "t:1:11: must be a table [[client]]"},
        {"[[client]]\nsubject = 'CN=a'", "t:1:1: name: is missing"},
        {"[[client]]\nname = 1", "t:2:8: name: must be a string"},
        {"[[client]]\nname = '../a'",
         R"(t:2:8: name: "../a" cannot be a file name here (letters, digits, . _ -, at most 64; not "ca"))"},
        {"[[client]]\nname = 'ca'",
         R"(t:2:8: name: "ca" cannot be a file name here (letters, digits, . _ -, at most 64; not "ca"))"},
        {"[[client]]\nname = 'a'\n[[client]]\nname = 'a'", "t:4:8: name: \"a\" is there already"},
        {"[[client]]\nname = 'a'\nissuer = 'b'", "t:3:10: issuer: no authority is called \"b\" above"},
        {"[[authority]]\nname = 'a'\nissuer = 'a'", "t:3:10: issuer: no authority is called \"a\" above"},
        {"[[server]]\nname = 'a'\n[[client]]\nname = 'b'\nissuer = 'a'",
         "t:5:10: issuer: no authority is called \"a\" above"},
        {"[[client]]\nname = 'a'\nsame_key_as = 'b'", "t:3:15: same_key_as: nothing called \"b\" above"},
        {"[[client]]\nname = 'a'\n[[client]]\nname = 'b'\nsame_key_as = 'a'\nkey = 'ed25519'",
         "t:6:7: key: the key is that of \"a\" already"},
        {"[[client]]\nname = 'a'\nkey = 'rsa'",
         "t:3:7: key: \"rsa\" is none of rsa-2048 rsa-3072 rsa-1024 ec-p256 ec-p384 ed25519"},
        {"[[client]]\nname = 'a'\ndigest = 'md5'", "t:3:10: digest: \"md5\" is none of sha1 sha256 sha384 sha512"},
        {"[[client]]\nname = 'a'\nsubject = 'CN'",
         "t:3:11: subject: name 'CN': no '=' after the attribute type at character 3"},
        {"[[client]]\nname = 'a'\nsubject = 'CN=ä'\nstring_type = 'printable'",
         "t:3:11: subject: name 'CN=ä': a character that this string type cannot carry at character 6"},
        {"[[client]]\nname = 'a'\nsubject_der = '3001'", "t:3:15: subject_der: must be one DER Name in hex"},
        {"[[client]]\nname = 'a'\nsubject_der = '30zz'", "t:3:15: subject_der: must be one DER Name in hex"},
        {"[[client]]\nname = 'a'\nsubject_der = '300'", "t:3:15: subject_der: must be one DER Name in hex"},
        {"[[client]]\nname = 'a'\nsubject = 'CN=a'\nsubject_der = '3000'",
         "t:4:15: subject_der: not together with subject"},
        {"[[client]]\nname = 'a'\nnot_after = 'soon'",
         R"(t:3:13: not_after: "soon" is no time such as "-1d" (s, m, h, d, y))"},
        {"[[client]]\nname = 'a'\nnot_after = '99999999999999999999d'",
         R"(t:3:13: not_after: "99999999999999999999d" is no time such as "-1d" (s, m, h, d, y))"},
        {"[[client]]\nname = 'a'\nnot_after = '1901y'",
         R"(t:3:13: not_after: "1901y" is no time such as "-1d" (s, m, h, d, y))"},
        {"[[client]]\nname = 'a'\nusage = 'clientAuth'", "t:3:9: usage: must be an array of strings"},
        {"[[client]]\nname = 'a'\nusage = ['clientAuth', 1]", "t:3:24: usage: must be an array of strings"},
        {"[[client]]\nname = 'a'\nusage = ['clientauth']", "t:3:10: usage: cannot be \"clientauth\""},
        {"[[client]]\nname = 'a'\nkey_usage = ['sign']", "t:3:14: key_usage: cannot be \"sign\""},
        {"[[client]]\nname = 'a'\nnames = ['ä']", "t:3:10: names: cannot be \"ä\""},
        {"[[client]]\nname = 'a'\ncrl_url = 'x'", "t:3:11: crl_url: \"x\" is no URL"},
        {"[[client]]\nname = 'a'\npath_length = 1", "t:3:1: unknown key \"path_length\""},
        {"[[authority]]\nname = 'a'\npath_length = -1", "t:3:15: path_length: must be from 0 to 1000"},
        {"[[authority]]\nname = 'a'\nleaf_only = true", "t:3:1: unknown key \"leaf_only\""},
        {"[[client]]\nname = 'a'\nleaf_only = 'yes'", "t:3:13: leaf_only: must be true or false"},
        {"[[crl]]\nname = 'a'", "t:2:8: name: no authority is called \"a\" above"},
        {"[[authority]]\nname = 'a'\n[[crl]]\nname = 'a'\nrevoked = ['x']",
         R"(t:5:12: revoked: "a" has issued nothing called "x")"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.toml);
        CHECK_THROWS_WITH_AS((void)parse_recipe(row.toml, "t"), row.error.c_str(), ConfigError);
    }
}

TEST_CASE("all mistakes of a recipe are told at once, in the order of the file")
{
    const std::string toml = "[[client]]\nname = 'a'\nissuer = 'nobody'\nkye = 'ed25519'\nusage = ['x', 'clientAuth']\n"
                             "[[authority]]\nname = 'b'\npath_length = -1\n"
                             "[[client]]\nname = 'c'\nissuer = 'b'\nnot_after = 'soon'\ndigest = 'md5'\n";

    CHECK_THROWS_WITH_AS((void)parse_recipe(toml, "t"),
                         "t:3:10: issuer: no authority is called \"nobody\" above\n"
                         "t:4:1: unknown key \"kye\" (did you mean 'key'?)\n"
                         "t:5:10: usage: cannot be \"x\"\n"
                         "t:8:15: path_length: must be from 0 to 1000\n"
                         "t:12:13: not_after: \"soon\" is no time such as \"-1d\" (s, m, h, d, y)\n"
                         "t:13:10: digest: \"md5\" is none of sha1 sha256 sha384 sha512",
                         FileError);
}

TEST_CASE("a bad name hides no other mistake of its table, and makes none")
{
    const std::string rest = "\nissuer = 'nobody'\nkye = 1\nkey = 'rsa'\ndigest = 'md5'\n";
    const std::string of_rest = "t:3:10: issuer: no authority is called \"nobody\" above\n"
                                "t:4:1: unknown key \"kye\" (did you mean 'key'?)\n"
                                "t:5:7: key: \"rsa\" is none of rsa-2048 rsa-3072 rsa-1024 ec-p256 ec-p384 ed25519\n"
                                "t:6:10: digest: \"md5\" is none of sha1 sha256 sha384 sha512";
    const std::string bad = " cannot be a file name here (letters, digits, . _ -, at most 64; not \"ca\")\n";

    CHECK_THROWS_WITH_AS((void)parse_recipe("[[client]]\nname = '../a'" + rest, "t"),
                         ("t:2:8: name: \"../a\"" + bad + of_rest).c_str(), FileError);
    CHECK_THROWS_WITH_AS((void)parse_recipe("[[client]]\nname = 7" + rest, "t"),
                         ("t:2:8: name: must be a string\n" + of_rest).c_str(), FileError);
    CHECK_THROWS_WITH_AS((void)parse_recipe("[[crl]]\nname = 'a b'\nrevoke = []\nnext_update = 'soon'", "t"),
                         ("t:2:8: name: \"a b\"" + bad +
                          "t:3:1: unknown key \"revoke\" (did you mean 'revoked'?)\n"
                          "t:4:15: next_update: \"soon\" is no time such as \"-1d\" (s, m, h, d, y)")
                             .c_str(),
                         FileError);
    // Who names it as an issuer has made no mistake of his own.
    CHECK_THROWS_WITH_AS((void)parse_recipe("[[authority]]\nname = 'a b'\n[[client]]\nname = 'c'\nissuer = 'a b'", "t"),
                         ("t:2:8: name: \"a b\"" + bad.substr(0, bad.size() - 1)).c_str(), FileError);
}

TEST_CASE("after twenty mistakes the rest is a number")
{
    const FileError error{"t", std::vector<Mistake>(25, {.line = 1, .column = 2, .why = "no"})};

    CHECK(std::string{error.what()}.ends_with("t:1:2: no\nt: and 5 more mistakes"));
    CHECK(error.mistakes().size() == 25);
}

TEST_CASE("a syntax error in a recipe is told with line and column")
{
    for (const std::string toml : {"[[client]]\nname = ", "[[client]]\nname = 'a'\nname = 'b'", "[[client", "\xff"}) {
        CAPTURE(toml);
        std::string message;
        try {
            static_cast<void>(parse_recipe(toml, "bad.toml"));
        } catch (const ConfigError& error) {
            message = error.what();
        }
        const auto lines = static_cast<std::size_t>(std::count(toml.begin(), toml.end(), '\n')) + 1;
        CHECK(message.starts_with("bad.toml:" + std::to_string(lines) + ":"));
        CHECK(message.find('\n') == std::string::npos);
    }
}

TEST_CASE("a recipe may build on another, and what it redefines is replaced")
{
    const Recipe base = parse_recipe("[[authority]]\nname='root'\n[[client]]\nname='alice'\nissuer='root'\n"
                                     "[[crl]]\nname='root'\nnext_update='1d'",
                                     "base");
    const Recipe extra =
        parse_recipe("[[authority]]\nname='new'\nissuer='root'\n[[client]]\nname='alice'\nissuer='new'\n"
                     "[[client]]\nname='bob'\nissuer='root'\n[[crl]]\nname='root'\nnext_update='2d'",
                     "extra", base);

    const Recipe merged = merge(base, extra);

    std::vector<std::string> names;
    for (const Entry& entry : merged.entries) {
        names.push_back(entry.name + " by " + entry.issuer.value_or("itself"));
    }
    CHECK(names == std::vector<std::string>{"root by itself", "new by root", "alice by new", "bob by root"});
    REQUIRE(merged.crls.size() == 1);
    CHECK(merged.crls.front().next_update == 48h);
    CHECK_THROWS_AS((void)parse_recipe("[[client]]\nname='bob'\nissuer='root'", "extra"), ConfigError);
}

TEST_CASE("the standard recipe has what scenarios count on")
{
    const Recipe& recipe = standard_recipe();
    for (const std::string name : {"root",          "intermediate",  "other-root",    "other-intermediate",
                                   "cross",         "public-root-1", "public-root-2", "public-root-3",
                                   "public-root-4", "public-root-5", "public-root-6", "server",
                                   "alice",         "alice-ec",      "alice-ed25519", "alice-leaf-only",
                                   "mallory",       "expired",       "not-yet-valid", "server-usage",
                                   "no-usage",      "revoked"}) {
        CAPTURE(name);
        CHECK(std::count_if(recipe.entries.begin(), recipe.entries.end(),
                            [&](const Entry& entry) { return entry.name == name; }) == 1);
    }
    CHECK(recipe.crls.size() == 2);
}
