#include <doctest/doctest.h>

#include <string>

#include "harness/schannel/decision.hpp"
#include "harness/schannel/issuer_list.hpp"
#include "lab.hpp"

using namespace mtls::schannel;

namespace {

constexpr auto untrusted_root = std::uint32_t{2148204809};
constexpr auto chaining = std::uint32_t{2148204810};

/// One row of what is known of real servers.
struct Case {
    const char* known;
    int mode = 0;
    lab::Names root;
    std::optional<std::string> ctl_store_name;
    lab::Names ctl;
    lab::Names presented; ///< leaf first
    int status = 200;
    int substatus = 0;
    std::uint32_t win32 = 0;
};

Decision decide(const Case& row)
{
    Machine machine = lab::machine(row.root, row.ctl);
    machine.registry.client_auth_trust_mode = static_cast<ClientAuthTrustMode>(row.mode);
    Binding binding;
    binding.ctl_store_name = row.ctl_store_name;
    return decide(machine, binding, Access::require, lab::certificates(row.presented), lab::now());
}

Decision decide_for(const lab::Names& presented, Access access = Access::require, const Binding& binding = {},
                    const Revocation& revocation = {})
{
    Machine machine = lab::machine({"root"});
    machine.revocation = revocation;
    return decide(machine, binding, access, lab::certificates(presented), lab::now());
}

bool is(const Decision& decision, int status, int substatus, std::uint32_t win32)
{
    INFO(decision.rule);
    CHECK(decision.status == status);
    CHECK(decision.substatus == substatus);
    CHECK(static_cast<std::uint32_t>(decision.win32) == win32);
    CHECK_FALSE(decision.rule.empty());
    return decision.status == status && decision.substatus == substatus;
}

} // namespace

TEST_CASE("every case known from real servers comes out as it did there")
{
    const lab::Names chain{"alice", "intermediate"};
    const lab::Names polluted{"root", "other-intermediate"};
    const std::vector<Case> rows{
        {"mode 0, clean Root", 0, {"root", "public-root-1"}, {}, {}, chain, 200, 0, 0},
        {"mode 0, non-self-signed certificate in Root", 0, polluted, {}, {}, chain, 403, 16, untrusted_root},
        {"the same, list sent: the client filters", 0, polluted, {}, {}, {}, 403, 7, 5},
        {"mode 2, the same pollution, no CTL store", 2, polluted, {}, {}, chain, 200, 0, 0},
        {"mode 2, CTL store with an unrelated root",
         2,
         {"root"},
         "CTL",
         {"other-root"},
         chain,
         403,
         16,
         untrusted_root},
        {"mode 2, no CTL store, root removed", 2, {"public-root-1"}, {}, {}, chain, 403, 16, chaining},
        {"mode 2, no CTL store, root sent but not trusted",
         2,
         {"public-root-1"},
         {},
         {},
         {"alice", "intermediate", "root"},
         403,
         16,
         untrusted_root},
        {"mode 1, CTL store with only an intermediate",
         1,
         {"root"},
         "CTL",
         {"intermediate"},
         chain,
         403,
         16,
         untrusted_root},
        {"intermediate missing on the server, sent by the client", 0, {"root"}, {}, {}, chain, 200, 0, 0},
        {"intermediate missing on the server, not sent", 0, {"root"}, {}, {}, {"alice"}, 403, 16, chaining},
    };

    for (const Case& row : rows) {
        CAPTURE(row.known);
        is(decide(row), row.status, row.substatus, row.win32);
    }
}

TEST_CASE("with a polluted Root only the pollution is named, so a client that filters has nothing to send")
{
    Machine machine = lab::machine({"root", "other-intermediate"});
    machine.registry.send_trusted_issuer_list = true;

    CHECK(issuer_list(machine, {}).names == lab::subjects({"other-intermediate"}));
}

TEST_CASE("the exclusive trust modes look into the CTL store")
{
    const lab::Names chain{"alice", "intermediate"};
    const std::vector<Case> rows{
        {"mode 1, its root", 1, {"root"}, "CTL", {"root"}, chain, 200, 0, 0},
        {"mode 1, its root, not in Trusted Root", 1, {}, "CTL", {"root"}, chain, 200, 0, 0},
        {"mode 1, another root", 1, {"root"}, "CTL", {"other-root"}, chain, 403, 16, untrusted_root},
        {"mode 2, its root", 2, {}, "CTL", {"root"}, chain, 200, 0, 0},
        {"mode 2, its intermediate", 2, {}, "CTL", {"intermediate"}, chain, 200, 0, 0},
        {"mode 2, its intermediate, not sent by the client", 2, {}, "CTL", {"intermediate"}, {"alice"}, 200, 0, 0},
        {"mode 2, named but empty", 2, {"root"}, "CTL", {}, chain, 403, 16, untrusted_root},
        {"mode 0, issuer not among the CTL store's names",
         0,
         {"root"},
         "CTL",
         {"other-root"},
         chain,
         403,
         16,
         untrusted_root},
        {"mode 0, issuer among the CTL store's names", 0, {"root"}, "CTL", {"intermediate"}, chain, 200, 0, 0},
        {"mode 0, the CTL store does not make a root trusted",
         0,
         {"public-root-1"},
         "CTL",
         {"root"},
         chain,
         403,
         16,
         untrusted_root},
    };

    for (const Case& row : rows) {
        CAPTURE(row.known);
        is(decide(row), row.status, row.substatus, row.win32);
    }
}

TEST_CASE("a list that was cut fails validation too, sent or not")
{
    Machine machine = lab::machine({"public-root-1", "root"});
    machine.issuer_list_limit = machine.stores.at("Root").front().subject().der().size() + 2;

    is(decide(machine, {}, Access::require, lab::certificates({"alice", "intermediate"}), lab::now()), 403, 16,
       untrusted_root);
}

TEST_CASE("without a certificate only a place that requires one refuses")
{
    is(decide_for({}, Access::require), 403, 7, 5);
    is(decide_for({}, Access::accept), 200, 0, 0);
    is(decide_for({}, Access::ignore), 200, 0, 0);
}

TEST_CASE("an untrusted certificate is refused even where none is required")
{
    is(decide_for({"mallory", "other-intermediate"}, Access::accept), 403, 16, chaining);
    is(decide_for({"mallory", "other-intermediate", "other-root"}, Access::accept), 403, 16, untrusted_root);
    is(decide_for({"mallory", "other-intermediate"}, Access::ignore), 200, 0, 0);
}

TEST_CASE("a certificate outside its validity is 403.17")
{
    is(decide_for({"expired", "intermediate"}), 403, 17, 2148204801);
    is(decide_for({"not-yet-valid", "intermediate"}), 403, 17, 2148204801);
}

TEST_CASE("a certificate without clientAuth is 403.16 as long as the binding checks usage")
{
    Binding lax;
    lax.usage_check = false;

    is(decide_for({"server-usage", "intermediate"}), 403, 16, 2148204816);
    is(decide_for({"server-usage", "intermediate"}, Access::require, lax), 200, 0, 0);
    is(decide_for({"no-usage", "intermediate"}), 200, 0, 0);
}

TEST_CASE("revoked and not checkable are both 403.13, and differ in the win32 status")
{
    Revocation known;
    known.crls = {lab::hierarchy().crl_at("intermediate").crl, lab::hierarchy().crl_at("root").crl};
    Revocation offline;
    offline.offline = true;
    Binding lax;
    lax.verify_revocation = false;

    is(decide_for({"revoked", "intermediate"}, Access::require, {}, known), 403, 13, 2148081680);
    is(decide_for({"alice", "intermediate"}, Access::require, {}, known), 200, 0, 0);
    is(decide_for({"alice", "intermediate"}, Access::require, {}, offline), 403, 13, 2148081683);
    is(decide_for({"revoked", "intermediate"}, Access::require, lax, known), 200, 0, 0);
}

TEST_CASE("one good chain is enough for a cross-signed issuer")
{
    is(decide_for({"alice", "cross", "intermediate"}), 200, 0, 0);
}

TEST_CASE("the native error is the low word of the status")
{
    CHECK(native_error(Win32::untrusted_root) == 0x109);
    CHECK(native_error(Win32::expired) == 0x101);
    CHECK(native_error(Win32::revocation_offline) == 0x2013);
}
