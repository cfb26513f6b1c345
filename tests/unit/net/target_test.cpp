#include "probe/net/target.hpp"

#include <array>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

using mtls::net::parse_endpoint;
using mtls::net::parse_target;

TEST_CASE("a target is a host, an address or an https URL, with the port that was given")
{
    struct Row {
        std::string_view text;
        std::string_view host;
        int port;
        bool is_address;
        std::string_view path; // "" if none was given
    };

    constexpr std::array rows{
        Row{"pki.example.com", "pki.example.com", 443, false, ""},
        Row{"pki.example.com:8443", "pki.example.com", 8443, false, ""},
        Row{"192.0.2.7", "192.0.2.7", 443, true, ""},
        Row{"192.0.2.7:1", "192.0.2.7", 1, true, ""},
        Row{"[2001:db8::1]:65535", "2001:db8::1", 65535, true, ""},
        Row{"[2001:db8::1]", "2001:db8::1", 443, true, ""},
        Row{"2001:db8::1", "2001:db8::1", 443, true, ""},
        Row{"::1", "::1", 443, true, ""},
        Row{"[fe80::1%eth0.5]:444", "fe80::1%eth0.5", 444, true, ""},
        Row{"https://pki.example.com", "pki.example.com", 443, false, "/"},
        Row{"HTTPS://pki.example.com:444/a/b?c=d", "pki.example.com", 444, false, "/a/b?c=d"},
        Row{"https://[::1]:444/x", "::1", 444, true, "/x"},
        Row{"https://host/a%20b#fragment", "host", 443, false, "/a%20b"},
        Row{"xn--mnchen-3ya.example", "xn--mnchen-3ya.example", 443, false, ""},
        Row{"under_score.example", "under_score.example", 443, false, ""},
        Row{"dot.example.", "dot.example.", 443, false, ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);

        const auto target = parse_target(row.text);

        REQUIRE(target.has_value());
        CHECK(target->input == row.text);
        CHECK(target->host == row.host);
        CHECK(target->port == row.port);
        CHECK(target->is_address == row.is_address);
        CHECK(target->path.value_or("") == row.path);
    }
}

TEST_CASE("an HTTP request names the host, and the port unless it is 443")
{
    struct Row {
        std::string_view text;
        std::string_view host;
    };

    constexpr std::array rows{
        Row{"pki.example.com", "pki.example.com"},
        Row{"pki.example.com:8443", "pki.example.com:8443"},
        Row{"192.0.2.7:443", "192.0.2.7"},
        Row{"::1", "[::1]"},
        Row{"[2001:db8::1]:444", "[2001:db8::1]:444"},
        Row{"fe80::1%eth0", "[fe80::1]"},
        Row{"[fe80::1%eth0]:444", "[fe80::1]:444"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(parse_target(row.text)->http_host() == row.host);
    }
}

TEST_CASE("hosts are compared in one spelling")
{
    CHECK(mtls::net::comparable_host("PKI.Example.COM.") == "pki.example.com");
    CHECK(mtls::net::comparable_host("2001:DB8:0::1") == "2001:db8::1");
    CHECK(mtls::net::comparable_host("192.0.2.7") == "192.0.2.7");
}

TEST_CASE("what is no target is refused with a reason")
{
    constexpr std::array<std::string_view, 25> rows{"",
                                                    "[fe80::1%\x1b[2J]",
                                                    "fe80::1%",
                                                    {"127.0.0.1\0x", 11},
                                                    "https://[::1]0:9/",
                                                    ":443",
                                                    "host:",
                                                    "host:0",
                                                    "host:65536",
                                                    "host:x",
                                                    "host:44x",
                                                    "host:-1",
                                                    "host name",
                                                    "host/path",
                                                    "http://host",
                                                    "ftp://host",
                                                    "https://",
                                                    "https:///x",
                                                    "https://user:secret@host/",
                                                    "[::1",
                                                    "[::1]x",
                                                    "[host]:1",
                                                    "host:1:2",
                                                    "m\xc3\xbcnchen.example",
                                                    "host\n"};
    for (const auto text : rows) {
        CAPTURE(text);

        const auto target = parse_target(text);

        REQUIRE(target.has_error());
        CHECK(!target.error().why.empty());
    }
    CHECK(parse_target(std::string(254, 'a')).has_error());
}

TEST_CASE("a password in a URL is not repeated in the reason")
{
    const auto target = parse_target("https://user:secret@host/");

    REQUIRE(target.has_error());
    CHECK(target.error().why.find("secret") == std::string::npos);
}

TEST_CASE("an authority has brackets where IPv6 needs them")
{
    CHECK(parse_target("[::1]:444")->authority() == "[::1]:444");
    CHECK(parse_target("host")->authority() == "host:443");
}

TEST_CASE("an endpoint may lack its port")
{
    CHECK(parse_endpoint("127.0.0.1")->port == std::nullopt);
    CHECK(parse_endpoint("127.0.0.1:99")->port == 99);
    CHECK(parse_endpoint("[::1]:99")->address == "::1");
    CHECK(parse_endpoint("::1")->address == "::1");
    CHECK(parse_endpoint("host:99")->address == "host");
    CHECK(parse_endpoint(":99").has_error());
}
