#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

/// What a server names, against what it trusts.
using namespace mtls;
using namespace mtls::test;
using observation::Phase;

namespace {

const char* const id = "list-differs-from-trust";
const x509::Name other_root = dn("CN=Other Root CA,O=Other");
constexpr auto unknown_ca = wire::AlertDescription::unknown_ca;

Seen asks(const Names& names)
{
    return Seen{tls13}.asked(names);
}

Seen accepts(const Names& names)
{
    return asks(names).sent().http(200);
}

Seen refuses(const Names& names, wire::AlertDescription code = unknown_ca)
{
    return asks(names).sent().alert(code, Phase::after_handshake);
}

/// Nobody comes in without a certificate.
Run run(const Names& names)
{
    return Run{}
        .saw(asks(names).alert(wire::AlertDescription::certificate_required, Phase::after_handshake))
        .issuer_certificates({certificate("root"), certificate("other-root")});
}

} // namespace

TEST_CASE("named and refused beside unnamed and let in: two settings")
{
    const Names names{other_root};
    const auto both = run(names).tries("alice", accepts(names)).tries("mallory", refuses(names)).expects({root_ca});
    const auto text = both.text(id);

    CHECK(both.severity(id) == critical);
    CHECK(contains(text, "The server names some CAs and trusts others: it refuses mallory.pem, whose CA it names, and "
                         "lets in alice.pem, whose CA it does not"));
    CHECK(contains(text, "mallory.pem: CN=Other Root CA,O=Other is in the list of observation 2"));
    CHECK(contains(text, "alice.pem: neither its issuer nor a CA above is in the list of observation 1"));
    CHECK(contains(text, "without a certificate, observation 0"));
    CHECK(contains(text, "ssl_trusted_certificate trusts without naming"));
    CHECK(contains(text, "SSLCADNRequestFile or -Path says who is named"));
    CHECK(contains(text, "ca-verify-file trusts without naming"));
    CHECK(contains(text, "Advertised Certificate Authorities only names"));
    CHECK(both.ids() == std::vector<std::string>{id, "expected-issuer-missing", "untrusted-by-server",
                                                 "issuer-not-advertised", "unexpected-issuer", "rejected-by-alert",
                                                 "clients-disagree"});
    CHECK_FALSE(contains(both.text("untrusted-by-server"), "use a certificate of a CA that it names"));
}

TEST_CASE("let in though not named: certain with the whole chain, likely with a part of it")
{
    const Names names{other_root};
    const auto whole = run(names).tries("alice", accepts(names));
    const auto part = Run{run(names)}.issuer_certificates({}).tries("alice", accepts(names));

    CHECK(whole.severity(id) == warning);
    CHECK(contains(whole.text(id), "The server lets in alice.pem, whose CA it does not name: its list is not what it "
                                   "trusts"));
    CHECK(contains(whole.text(id), "whether the server checks the CA at all is open"));
    CHECK_FALSE(contains(whole.text(id), "checks revocation")); // a list that is missing lets nobody in
    CHECK(contains(part.text(id), "its list is likely not what it trusts"));
    CHECK(contains(part.text(id), "its chain is known up to CN=Example Root CA,O=Example only"));
}

TEST_CASE("named though not trusted is likely, and what else looks the same is said")
{
    const Names names{other_root, issuing_ca};
    const auto refused = run(names).tries("mallory", refuses(names));

    CHECK(refused.severity(id) == critical);
    CHECK(contains(refused.text(id), "likely two settings"));
    CHECK(contains(refused.text(id), "mallory.pem: a CA of the same name with another key or a revocation list that "
                                     "the server is told to use and does not have would look the same"));
    const Names with_root{issuing_ca, root_ca};
    CHECK(contains(run(with_root).tries("alice", refuses(with_root)).text(id), " or a limit to the length of chains"));
}

TEST_CASE("an intermediate that is named without its root says that the root may be missing, not that sets differ")
{
    const Names names{other_root, issuing_ca};
    const auto refused = run(names).tries("alice", refuses(names));

    CHECK(refused.severity(id) == absent);
    CHECK(refused.severity("untrusted-by-server") == critical);
    CHECK(contains(refused.text("untrusted-by-server"), "the list names an intermediate above it and not the root; a "
                                                        "server that uses OpenSSL (nginx, Apache, HAProxy) needs the "
                                                        "root itself in its file of CAs"));
    CHECK(contains(refused.text("untrusted-by-server"), "SSLCARevocationFile must hold a current revocation list"));
}

TEST_CASE("certificates of an expectation complete a chain")
{
    issuers::Expectation expectation;
    expectation.sources = {"root.pem"};
    expectation.issuers.push_back({root_ca, true, certificate("root")});
    const Names names{other_root};
    const auto bare = Run{run(names)}.issuer_certificates({});
    const auto told = Run{bare}.expects(expectation).tries("alice", accepts(names));

    CHECK(contains(told.text(id), "whose CA it does not name: its list is not what it trusts"));
    CHECK(told.facts().candidates[0].above.size() == 2);
    CHECK(told.facts().candidates[0].above_at_its_owner.size() == 1);
}

TEST_CASE("what has another reason shows nothing")
{
    const Names ours{issuing_ca, root_ca};
    const Names theirs{other_root};
    const auto leaf_only = [] {
        auto bare = credential("alice");
        bare.chain.clear();
        return bare;
    };
    const auto let_everybody_in = Run{}.saw(asks(theirs).http(200)).tries("alice", accepts(theirs));

    CHECK(run(ours).tries("alice", accepts(ours)).severity(id) == absent);
    CHECK(run(theirs).tries("alice", refuses(theirs)).severity(id) == absent);
    CHECK(run(ours).tries("expired", refuses(ours)).severity(id) == absent);
    CHECK(run(ours).tries("alice", refuses(ours, wire::AlertDescription::handshake_failure)).severity(id) == absent);
    CHECK(Run{run(theirs)}.issuer_certificates({}).tries(leaf_only(), accepts(theirs)).severity(id) == absent);
    CHECK(let_everybody_in.severity(id) == absent);
    CHECK(run({}).tries("alice", accepts({})).severity(id) == absent);
    CHECK(run(theirs).tries("alice", accepts(ours)).severity(id) == absent); // that connection was asked by another
}

TEST_CASE("nginx and IIS trust what they name, so a refusal has another reason there")
{
    const Names names{other_root};
    for (const char* server : {"nginx/1.22.1", "Microsoft-IIS/10.0"}) {
        const auto with = Run{}
                              .saw(asks(names).http(403, server))
                              .issuer_certificates({certificate("other-root")})
                              .tries("mallory", refuses(names));
        CHECK(with.severity(id) == absent);
    }
}

TEST_CASE("a refusal that was wished for is no fault")
{
    const Names names{other_root};

    CHECK(run(names).tries("mallory", refuses(names)).expects(verdict::ExpectOutcome::reject).severity(id) == info);
}

TEST_CASE("while the lists of a server disagree, nothing is known of what it trusts")
{
    const Names names{other_root};
    const auto other_back_end =
        asks({root_ca}).alert(wire::AlertDescription::certificate_required, Phase::after_handshake);

    CHECK(run(names).tries("alice", accepts(names)).severity(id) == warning);
    CHECK(run(names).saw(other_back_end).tries("alice", accepts(names)).severity(id) == absent);
    CHECK(run(names).tries("mallory", refuses(names)).severity(id) == critical);
    CHECK(run(names).saw(other_back_end).tries("mallory", refuses(names)).severity(id) == absent);
}
