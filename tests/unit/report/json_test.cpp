#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include "probe/report/json_text.hpp"
#include "tests/unit/support/reports.hpp"

using namespace mtls;
using namespace mtls::test;
namespace json = boost::json;

namespace {

json::value rendered(const Run& run)
{
    return json::parse(report::render_json(report_of(run)));
}

} // namespace

TEST_CASE("numbers and shapes of JSON text")
{
    const json::value value = json::parse(R"({"a":[1,2.5,0.0,1e3],"b":{},"c":[],"d":null,"e":"x\"\n"})");

    CHECK(report::json_text(value, report::JsonShape::one_line) ==
          R"({"a":[1,2.5,0.0,1000.0],"b":{},"c":[],"d":null,"e":"x\"\n"})");
    CHECK(report::json_text(json::parse(R"({"a":[1,{}]})"), report::JsonShape::indented) ==
          "{\n  \"a\": [\n    1,\n    {}\n  ]\n}");
}

TEST_CASE("bytes count the handshake header and raw does not hold it")
{
    const auto value = rendered(Run{}.saw(Seen{tls12}.asked({root_ca}).http(403)));
    const auto& request = value.at("observations").at(0).at("certificate_requests").at(0);
    const auto body = body12({root_ca});

    CHECK(request.at("bytes").as_int64() == static_cast<std::int64_t>(body.size() + 4));
    CHECK(request.at("raw").as_string() == x509::hex(body));
    CHECK(request.at("certificate_authorities_bytes").as_int64() ==
          static_cast<std::int64_t>(root_ca.der().size() + 2));
    CHECK(request.at("certificate_types").at(0).at("name").as_string() == "rsa_sign");
    CHECK(request.at("extensions").as_array().empty());
}

TEST_CASE("what a TLS version does not have is null")
{
    const auto value =
        rendered(Run{}.saw(Seen{tls13}.asked(Names{}).http(403)).saw(Seen{tls12}.asked(Names{}).http(403)));
    const auto& in13 = value.at("observations").at(0).at("certificate_requests").at(0);
    const auto& in12 = value.at("observations").at(1).at("certificate_requests").at(0);

    CHECK(in13.at("certificate_types").is_null());
    CHECK(in13.at("certificate_authorities").is_null());
    CHECK(in13.at("extensions").at(0).at("name").as_string() == "signature_algorithms");
    CHECK(in12.at("certificate_authorities").as_array().empty());
    CHECK(in12.at("signature_algorithms_cert").is_null());
}

TEST_CASE("without HTTP, expectation or answer there are nulls and no guesses")
{
    const auto value =
        rendered(Run{}.without_http().saw(Seen{tls13}.no_server_hello("x").ended(observation::Outcome::refused)));
    const auto& seen = value.at("observations").at(0);

    CHECK(value.at("target").at("path").is_null());
    CHECK(value.at("expected").is_null());
    CHECK(value.at("without_certificate").is_null());
    CHECK(value.at("request").at("observation").is_null());
    CHECK(value.at("request").at("status").as_string() == "undetermined");
    CHECK(value.at("verdict").as_string() == "unknown");
    CHECK(seen.at("negotiated").is_null());
    CHECK(seen.at("alert").is_null());
    CHECK(seen.at("http").is_null());
}

TEST_CASE("an attempt and a match are told in the schema's words")
{
    const auto value = rendered(Run{}
                                    .saw(Seen{tls13}.asked({root_ca}).http(403))
                                    .expects({root_ca, issuing_ca})
                                    .tries("alice", Seen{tls13}.asked({root_ca}).sent().http(200)));
    const auto& candidate = value.at("candidates").at(0);

    CHECK(candidate.at("label").as_string() == "alice.pem");
    CHECK(candidate.at("key").as_string() == "EC P-256");
    CHECK(candidate.at("extended_key_usage").at(0).as_string() == "clientAuth");
    CHECK(candidate.at("issuer_match").at("advertised").as_bool());
    CHECK(candidate.at("issuer_match").at("depth").as_int64() == 2);
    CHECK(candidate.at("issuer_match").at("encoding").as_string() == "identical");
    CHECK(candidate.at("attempt").at("observation").as_int64() == 1);
    CHECK(candidate.at("attempt").at("result").as_string() == "accepted");
    CHECK(candidate.at("attempt").at("by").as_string() == "http");
    CHECK(value.at("expected").at("result").as_string() == "differs");
    CHECK(value.at("expected").at("missing").at(0).at("name").as_string() == issuing_ca.text());
    CHECK(value.at("expected").at("missing").at(0).at("encoding").is_null());
    CHECK(value.at("without_certificate").at("result").as_string() == "rejected");
}

TEST_CASE("every client's prediction is told in the schema's words, and none where nothing was asked")
{
    const auto value = rendered(
        Run{}.saw(Seen{tls13}.asked({issuing_ca}).http(403)).tries("alice", Seen{tls13}.asked({issuing_ca}).http(200)));
    const auto& predicted = value.at("candidates").at(0).at("predicted").as_array();
    const auto silent = rendered(Run{}.saw(Seen{tls13}.http(200)).tries("alice", Seen{tls13}.http(200)));

    REQUIRE(predicted.size() == clients::known_clients().size());
    CHECK(predicted.at(0).at("client").as_string() == "openssl");
    CHECK(predicted.at(0).at("sends").as_string() == "yes");
    CHECK(predicted.at(0).at("as_given").as_string() == "yes");
    CHECK(predicted.at(0).at("on_the_wire").as_string() == "certificate");
    CHECK(predicted.at(0).at("certificates").as_int64() == 2);
    CHECK(predicted.at(0).at("basis").as_string() == "observed");
    CHECK(predicted.at(1).at("client").as_string() == "openssl-strict");
    CHECK(predicted.at(1).at("on_the_wire").as_string() == "empty_certificate");
    CHECK(predicted.at(1).at("certificates").is_null());
    CHECK(silent.at("candidates").at(0).at("predicted").as_array().empty());
}

TEST_CASE("hostile names cost nothing but their escapes, and the DER is beside them")
{
    const auto text = report::render_json(report_of(hostile_run()));
    const auto value = json::parse(text);
    const auto& entry = value.at("observations").at(0).at("certificate_requests").at(0).at("certificate_authorities");

    for (const char letter : text) {
        CHECK((letter == '\n' || static_cast<unsigned char>(letter) >= 0x20));
    }
    CHECK_FALSE(contains(text, "\\u00"));
    CHECK(entry.at(0).at("der").as_string() == x509::hex(hostile_name.der()));
    CHECK(contains(std::string_view{entry.at(0).at("name").as_string()}, "\\1B[31mred\\0Aline"));
    CHECK(entry.at(1).at("name").as_string() == "#ff00");
    CHECK_FALSE(entry.at(1).at("error").is_null());
}

TEST_CASE("one line for jsonl, an array for several targets")
{
    const auto one = report_of(Run{}.saw(Seen{tls13}.asked({root_ca}).http(403)));

    CHECK_FALSE(contains(report::render_jsonl(one), "\n"));
    CHECK(json::parse(report::render_jsonl(one)) == json::parse(report::render_json(one)));
    CHECK(json::parse(report::render_json(std::vector{one, one})).as_array().size() == 2);
}

TEST_CASE("what JSON has escapes for is escaped, in keys as in values, and nothing else")
{
    report::JsonWriter out{report::JsonShape::one_line};
    out.object([&] {
        out.member("a\"b", std::string{"\b\f\n\r\t\x01\x1f\x7f\\/\xc3\xa9"});
        out.member("none", std::optional<int>{});
        out.array("empty", std::vector<int>{}, [](int) {});
        out.array("list", std::vector{1, 2}, [&](int each) { out.value(each); });
    });
    const std::string text = out.take();

    CHECK(text ==
          "{\"a\\\"b\":\"\\b\\f\\n\\r\\t\\u0001\\u001F\x7f\\\\/\xc3\xa9\",\"none\":null,\"empty\":[],\"list\":[1,2]}");
    CHECK(json::parse(text).at("a\"b").as_string() == "\b\f\n\r\t\x01\x1f\x7f\\/\xc3\xa9");
}
