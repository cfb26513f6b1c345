#include <doctest/doctest.h>

#include <string>

#include "harness/schannel/decision.hpp"
#include "lab.hpp"

using namespace mtls::schannel;

namespace {

constexpr auto revoked = std::uint32_t{2148081680};
constexpr auto offline = std::uint32_t{2148081683};

/// Another issue of the intermediate authority's name, and lists of every age.
constexpr auto recipe = R"(
[[authority]]
name = "namesake"
subject = "CN=Example Issuing CA 1,O=Example,C=DE"

[[crl]]
name = "root-old"
issuer = "root"
next_update = "-1h"

[[crl]]
name = "old"
issuer = "intermediate"
revoked = ["revoked"]
next_update = "-1h"

[[crl]]
name = "of-namesake"
issuer = "namesake"
)";

const mtls::pki::Hierarchy& issued()
{
    static const mtls::pki::Hierarchy made{[] {
                                               const auto& base = mtls::pki::standard_recipe();
                                               return mtls::pki::merge(base,
                                                                       mtls::pki::parse_recipe(recipe, "test", base));
                                           }(),
                                           lab::now()};
    return made;
}

struct Case {
    std::string what;
    lab::Names crls;
    std::string leaf;
    int status = 200;
    int substatus = 0;
    std::uint32_t win32 = 0;
};

Decision decide(const Case& row, bool verify_revocation)
{
    Machine machine;
    machine.stores.put("Root", {issued().at("root").certificate});
    for (const std::string& name : row.crls) {
        machine.revocation.crls.push_back(issued().crl_at(name).crl);
    }
    Binding binding;
    binding.verify_revocation = verify_revocation;
    const std::vector presented{issued().at(row.leaf).certificate, issued().at("intermediate").certificate};
    return decide(machine, binding, Access::require, presented, lab::now());
}

const std::vector<Case> rows{
    {"no lists at all: nothing is checked", {}, "alice"},
    {"no lists at all: nothing is checked", {}, "revoked"},
    {"every list", {"intermediate", "root"}, "alice"},
    {"every list", {"intermediate", "root"}, "revoked", 403, 13, revoked},
    {"no list of the root", {"intermediate"}, "alice", 403, 13, offline},
    {"no list of the root, revoked", {"intermediate"}, "revoked", 403, 13, revoked},
    {"no list of the intermediate", {"root"}, "alice", 403, 13, offline},
    {"no list of the intermediate, revoked", {"root"}, "revoked", 403, 13, offline},
    {"an old list of the intermediate", {"old", "root"}, "alice", 403, 13, offline},
    {"an old list that names it", {"old", "root"}, "revoked", 403, 13, revoked},
    {"an old list of the root", {"intermediate", "root-old"}, "alice", 403, 13, offline},
    {"an old list and a new one", {"old", "intermediate", "root-old", "root"}, "alice"},
    {"a list by the same name and another key", {"of-namesake", "root"}, "alice", 403, 13, offline},
};

} // namespace

TEST_CASE("a revocation check that cannot be made refuses")
{
    REQUIRE(issued().at("namesake").certificate.subject() == issued().at("intermediate").certificate.subject());
    for (const Case& row : rows) {
        CAPTURE(row.what);
        CAPTURE(row.leaf);
        const Decision decision = decide(row, true);

        CHECK(decision.status == row.status);
        CHECK(decision.substatus == row.substatus);
        CHECK(static_cast<std::uint32_t>(decision.win32) == row.win32);
    }
}

TEST_CASE("a binding that does not verify revocation looks at no list")
{
    for (const Case& row : rows) {
        CAPTURE(row.what);
        CHECK(decide(row, false).status == 200);
    }
}
