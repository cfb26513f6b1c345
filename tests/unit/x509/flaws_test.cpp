#include "certs/x509/flaws.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "certs/x509/credential.hpp"
#include "certs/x509/path.hpp"

using namespace mtls::x509;

namespace {

/// By the subject that tests/data/x509/make_flaws.sh gives it.
const Certificate& made(const std::string& name)
{
    static const auto all = load_certificates(TESTS_DATA "/x509/flaws.pem");
    return *std::ranges::find_if(all, [&](const Certificate& each) { return each.subject().text() == "CN=" + name; });
}

std::vector<Certificate> pool()
{
    return load_certificates(TESTS_DATA "/x509/flaws.pem");
}

} // namespace

TEST_CASE("what OpenSSL holds against a certificate whomever it trusts")
{
    struct Row {
        std::string name;
        std::vector<Flaw> flaws;
    };

    const Row rows[] = {
        {"good", {}},
        {"any", {{FlawKind::any_usage, 0}}},
        {"weak-key", {{FlawKind::weak_key, 0}}},
        {"weak-signature", {{FlawKind::weak_signature, 0}}},
        {"critical", {{FlawKind::critical_extension, 0}}},
        {"server", {{FlawKind::other_usage, 0}}},
        {"of-for-servers", {{FlawKind::other_usage, 1}}},
        {"within", {}},
        {"without", {{FlawKind::name_constraints, 0}}},
        {"of-no-ca", {{FlawKind::no_ca, 1}}},
        {"of-second", {{FlawKind::path_length, 2}}},
        {"root", {{FlawKind::other_usage, 0}}}, // its key signs certificates and nothing else
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const auto above = build_path(made(row.name), pool());
        const auto flaws = flaws_of(made(row.name), above);
        CHECK(flaws.size() == row.flaws.size());
        CHECK(flaws == row.flaws);
    }
}

TEST_CASE("a flaw of the certificate is seen without its chain, one of a signature above it without the root")
{
    CHECK(flaws_of(made("good"), {}).empty());
    CHECK(flaws_of(made("any"), {}) == std::vector{Flaw{FlawKind::any_usage, 0}});
    CHECK(flaws_of(made("weak-key"), {}) == std::vector{Flaw{FlawKind::weak_key, 0}});
    CHECK(flaws_of(made("weak-signature"), {}) == std::vector{Flaw{FlawKind::weak_signature, 0}});
    CHECK(flaws_of(made("critical"), {}) == std::vector{Flaw{FlawKind::critical_extension, 0}});
    CHECK(flaws_of(made("of-for-servers"), {made("for-servers")}) == std::vector{Flaw{FlawKind::other_usage, 1}});
    CHECK(flaws_of(made("without"), {made("one-domain")}) == std::vector{Flaw{FlawKind::name_constraints, 0}});
}

TEST_CASE("critical extensions that OpenSSL does not know go by their OID")
{
    CHECK(unknown_critical_extensions(made("critical")) == std::vector<std::string>{"1.2.3.4.5"});
    CHECK(unknown_critical_extensions(made("one-domain")).empty());
}
