#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using observation::Outcome;
using observation::Stage;

namespace {

Seen late12()
{
    return Seen{tls12}.asked({issuing_ca}, Stage::renegotiation).http(403);
}

} // namespace

TEST_CASE("late-request-impossible: TLS 1.2 is asked late where TLS 1.3 breaks off or answers 500")
{
    const char* id = "late-request-impossible";
    const auto reset = Seen{tls13}.http_requested().ended(Outcome::reset);
    const auto failed = Seen{tls13}.http(500);

    CHECK(Run{}.saw(reset).saw(late12()).severity(id) == critical);
    CHECK(Run{}.saw(failed).saw(late12()).severity(id) == critical);
    CHECK(Run{}.saw(reset).severity(id) == absent);
    CHECK(Run{}.saw(reset).saw(Seen{tls12}.asked({issuing_ca}).http(403)).severity(id) == absent);
    CHECK(Run{}.saw(Seen{tls13}.http(200)).saw(late12()).severity(id) == absent);
    CHECK(Run{}.saw(Seen{tls13}.asked({issuing_ca}, Stage::post_handshake).http(403)).saw(late12()).severity(id) ==
          absent);
    CHECK(Run{}.saw(reset).saw(late12().sni(std::nullopt)).severity(id) == absent);
    CHECK(Run{}.saw(Seen{tls13}.ended(Outcome::reset)).saw(late12()).severity(id) == absent);
}

TEST_CASE("late-request-impossible is a note where every refusal was wished for")
{
    const auto run = Run{}
                         .saw(Seen{tls13}.http_requested().ended(Outcome::reset))
                         .saw(late12())
                         .tries("mallory", Seen{tls13}.http_requested().ended(Outcome::reset));

    CHECK(run.severity("late-request-impossible") == critical);
    CHECK(Run{run}.expects(verdict::ExpectOutcome::reject).severity("late-request-impossible") == info);
}

TEST_CASE("what TLS 1.3 cannot do explains that nobody asks and that the versions disagree")
{
    const auto run = Run{}.saw(Seen{tls13}.http(500)).saw(late12());

    for (const char* id : {"no-certificate-request", "bindings-disagree", "late-certificate-request"}) {
        CAPTURE(id);
        CHECK(contains(run.text(id), "(follows from late-request-impossible)"));
    }
    CHECK(contains(run.text("late-request-impossible"), "disabletls13=enable"));
    CHECK(contains(run.text("late-request-impossible"), "clientcertnegotiation=enable"));
}

TEST_CASE("upload-blocked-by-renegotiation needs a late request and a 413")
{
    const char* id = "upload-blocked-by-renegotiation";

    CHECK(Run{}.saw(late12()).tries("alice", late12().sent().http(413)).severity(id) == critical);
    CHECK(Run{}.saw(late12().http(413)).severity(id) == critical);
    CHECK(Run{}.saw(late12()).severity(id) == absent);
    CHECK(Run{}.saw(Seen{tls12}.asked({issuing_ca}).http(413)).severity(id) == absent);
    CHECK(contains(Run{}.saw(late12().http(413)).text(id), "uploadReadAheadSize"));
    CHECK_FALSE(contains(Run{}.saw(late12().http(413)).text(id), "likely"));
}

TEST_CASE("a 413 of IIS that asks nobody likely comes from a late request")
{
    const char* id = "upload-blocked-by-renegotiation";
    const auto run = Run{}.saw(Seen{tls12}.http(413, "Microsoft-IIS/10.0"));

    CHECK(contains(run.text(id), "likely"));
    CHECK(contains(run.text("no-certificate-request"), "(may follow from upload-blocked-by-renegotiation)"));
    CHECK(Run{}.saw(Seen{tls12}.http(413, "nginx")).severity(id) == absent);
    CHECK(Run{}.saw(Seen{tls12}.http(413)).severity(id) == absent);
}
