#include "probe/iis/binding.hpp"

#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

using namespace mtls;
using iis::Binding;
using iis::BindingKind;

namespace {

std::string file(const char* name)
{
    std::ifstream in{std::string{TESTS_DATA "/iis/"} + name};
    REQUIRE(in);
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::string endpoints(const std::vector<Binding>& bindings)
{
    std::string all;
    for (const Binding& one : bindings) {
        all += (all.empty() ? "" : " ") + text(one);
    }
    return all;
}

std::string hash(char first, char second)
{
    std::string all;
    for (int pair = 0; pair < 20; ++pair) {
        all += {first, second};
    }
    return all;
}

} // namespace

TEST_CASE("the records of Server 2012 are read")
{
    const auto bindings = iis::read_bindings(file("sslcert-2012-en.txt"));

    REQUIRE(endpoints(bindings) == "0.0.0.0:443 login.example.com:443 10.1.2.3:8443");
    const Binding& lost = bindings[0];
    CHECK(lost.kind == BindingKind::ip_port);
    CHECK(lost.certificate_hash == hash('1', 'f'));
    CHECK(lost.application_id == "{4dc3e181-e14b-4a21-b022-59fc669b0914}");
    CHECK(lost.certificate_store == "MY");
    CHECK(lost.verify_revocation == true);
    CHECK(lost.cached_revocation_only == false);
    CHECK(lost.usage_check == true);
    CHECK(lost.names_ctl_store);
    CHECK(!lost.ctl_store_name);
    CHECK(lost.ds_mapper == false);
    CHECK(lost.negotiates == false);

    const Binding& named = bindings[1];
    CHECK(named.kind == BindingKind::hostname_port);
    CHECK(named.ctl_store_name == "ClientAuthIssuer");
    CHECK(named.ds_mapper == true);
    CHECK(named.negotiates == true);
    CHECK(bindings[2].verify_revocation == false);
    CHECK(!bindings[2].certificate_store);
}

TEST_CASE("the records of Server 2022 are read, and what was appended is passed over")
{
    const auto bindings = iis::read_bindings(file("sslcert-2022-en.txt"));

    REQUIRE(endpoints(bindings) == "0.0.0.0:443 [::]:443 adfs.example.com:443 *.example.net:443 "
                                   "central certificate store:443 [2001:db8::10]:443");
    CHECK(bindings[1].ctl_store_name == "ClientAuthIssuer");
    CHECK(bindings[2].application_id == "{5d89a20c-beab-4389-9447-324788eb944a}");
    CHECK(bindings[4].kind == BindingKind::central_store);
    CHECK(!bindings[4].certificate_hash);
    CHECK(bindings[4].negotiates == true);
    CHECK(bindings[5].host == "2001:db8::10");
}

TEST_CASE("the language of the labels does not matter")
{
    const auto bindings = iis::read_bindings(file("sslcert-2012-de.txt"));

    REQUIRE(endpoints(bindings) == "0.0.0.0:443 login.example.com:443");
    CHECK(bindings[0].names_ctl_store);
    CHECK(!bindings[0].ctl_store_name);
    CHECK(bindings[0].verify_revocation == true);
    CHECK(bindings[1].ctl_store_name == "ClientAuthIssuer");
    CHECK(bindings[1].negotiates == true);
}

TEST_CASE("a record that is cut says what it still says")
{
    const std::string whole = file("sslcert-2012-en.txt");
    const auto cut = iis::read_bindings(whole.substr(0, whole.find("Usage Check")));

    REQUIRE(cut.size() == 1);
    CHECK(cut[0].certificate_store == "MY");
    CHECK(!cut[0].names_ctl_store);
    CHECK(!cut[0].negotiates);
    for (std::size_t length = 0; length < whole.size(); length += 13) {
        CHECK(iis::read_bindings(whole.substr(0, length)).size() <= 3);
    }
}

TEST_CASE("what is not the output of netsh holds no binding")
{
    const char* foreign[] = {"",
                             "hello\n",
                             "\nSSL Certificate bindings: \n-------------------------\n\n",
                             "    Reserved URL            : http://*:5357/ \n        User: BUILTIN\\Users\n",
                             "    a : b\n    c : d\n    e : {4dc3e181-e14b-4a21-b022-59fc669b0914}\n",
                             "    IP:port : 0.0.0.0:443\n    Certificate Hash : 12\n    Application ID : {}\n"};
    for (const char* text : foreign) {
        CAPTURE(std::string{text});
        CHECK(iis::read_bindings(text).empty());
    }
}

TEST_CASE("what newer versions append is read as far as it is on")
{
    std::string text = file("sslcert-2022-en.txt");
    CHECK(iis::read_bindings(text).back().also_set.empty());
    const auto set = [&](const std::string& label) {
        const auto at = text.rfind(label);
        REQUIRE(at != std::string::npos);
        const auto off = text.find("Not Set", at);
        text.replace(off, 7, "Set    ");
    };
    set("Disable HTTP2");
    set("Disable TLS1.3");
    set("Disable Session ID");
    const auto freshness = text.rfind("Revocation Freshness Time    : 0");
    REQUIRE(freshness != std::string::npos);
    text.replace(freshness, 32, "Revocation Freshness Time    : 3600");

    const Binding read = iis::read_bindings(text).back();
    CHECK(read.also_set == std::vector<std::string>{"disablehttp2", "disabletls13", "disablesessionid"});
    CHECK(read.revocation_freshness_time == 3600);
    CHECK(read.url_retrieval_timeout == 0);
    CHECK(!read.more_is_set);
    const auto label = text.rfind("Disable HTTP2");
    text.replace(label, 13, "HTTP2 sperren");
    CHECK(iis::read_bindings(text).back().more_is_set);
}

TEST_CASE("a file that was cut off within a record is told from a whole one")
{
    for (const char* name : {"sslcert-2012-en.txt", "sslcert-2012-de.txt", "sslcert-2022-en.txt"}) {
        CAPTURE(name);
        const std::string whole = file(name);
        CHECK(!iis::ends_early(whole));
        const auto id = whole.rfind("{4dc3e181");
        REQUIRE(id != std::string::npos);
        const auto hash = whole.rfind('\n', id);
        const auto begin = whole.rfind('\n', whole.rfind('\n', hash - 1) - 1) + 1;
        auto end = begin;
        for (int lines = 1; lines <= 13; ++lines) {
            CAPTURE(lines);
            end = whole.find('\n', end) + 1;
            CHECK(iis::ends_early(whole.substr(0, end)) == (lines < 13));
        }
        CHECK(!iis::ends_early(whole.substr(0, begin)));
    }
    CHECK(!iis::ends_early(""));
    CHECK(!iis::ends_early("hello : world\n"));
}
