#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using verdict::ExpectOutcome;

namespace {

Seen asked()
{
    return Seen{tls13}.asked({issuing_ca});
}

Run accepted(const std::string& name)
{
    return Run{}.saw(asked().http(403)).tries(name, asked().sent().http(200));
}

Run refused(const std::string& name)
{
    return Run{}.saw(asked().http(403)).tries(name, asked().sent().http(403));
}

Run refused_as_wished(const std::string& name)
{
    return refused(name).expects(ExpectOutcome::reject);
}

} // namespace

TEST_CASE("certificate-expired and certificate-not-yet-valid are critical unless the refusal was wished for")
{
    for (const auto& [id, name] :
         {std::pair{"certificate-expired", "expired"}, {"certificate-not-yet-valid", "future"}}) {
        CAPTURE(name);
        CHECK(refused(name).severity(id) == critical);
        CHECK(accepted(name).severity(id) == critical);
        CHECK(refused_as_wished(name).severity(id) == info);
        CHECK(accepted(name).expects(ExpectOutcome::reject).severity(id) == info); // accepted-unexpectedly says it
        CHECK(accepted(name).expects(ExpectOutcome::reject).judged().findings.front().id == "accepted-unexpectedly");
        CHECK(accepted("alice").severity(id) == absent);
    }
    CHECK(contains(refused("expired").text("certificate-expired"), "3 days ago"));
    CHECK(contains(refused("future").text("certificate-not-yet-valid"), "in 2 days"));
}

TEST_CASE("certificate-expires-soon begins thirty days before the end")
{
    const char* id = "certificate-expires-soon";

    CHECK(accepted("soon").severity(id) == warning);
    CHECK(accepted("not-so-soon").severity(id) == absent);
    CHECK(refused("expired").severity(id) == absent);
}

TEST_CASE("client-auth-usage-missing is critical when the server refuses")
{
    const char* id = "client-auth-usage-missing";

    CHECK(refused("server-usage").severity(id) == critical);
    CHECK(accepted("server-usage").severity(id) == warning);
    CHECK(Run{}.saw(asked().http(403)).holds(credential("server-usage")).severity(id) == warning);
    CHECK(refused_as_wished("server-usage").severity(id) == info);
    CHECK(refused("encipher-only").severity(id) == critical);
    CHECK(refused("any-usage").severity(id) == absent);
    CHECK(refused("alice").severity(id) == absent);
    CHECK(contains(refused("server-usage").text(id), "the extended key usage serverAuth"));
}

TEST_CASE("key-mismatch and key-missing are told apart and the other candidates go on")
{
    auto foreign = credential("alice");
    foreign.key = people().at("mallory").key;
    auto keyless = credential("alice");
    keyless.key.reset();

    CHECK(accepted("alice").holds(foreign).severity("key-mismatch") == critical);
    CHECK(accepted("alice").holds(foreign).severity("key-missing") == absent);
    CHECK(accepted("alice").holds(keyless).severity("key-missing") == warning);
    CHECK(accepted("alice").holds(keyless).severity("key-mismatch") == absent);
    CHECK(accepted("alice").ids().empty());
}
