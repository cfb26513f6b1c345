#include "probe/iis/store_audit.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "certs/pki/hierarchy.hpp"

using namespace mtls;

namespace {

constexpr x509::Time now{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}};

const x509::Certificate& certificate(const char* name)
{
    static const pki::Hierarchy hierarchy{pki::standard_recipe(), now};
    return hierarchy.at(name).certificate;
}

iis::StoreAudit audit(const std::vector<x509::Certificate>& entries, x509::Time at = now)
{
    return iis::audit_store(entries, at);
}

} // namespace

TEST_CASE("a store of roots has nothing wrong with it")
{
    const auto clean = audit({certificate("root"), certificate("other-root")});

    CHECK(clean.certificates.size() == 2);
    CHECK(clean.issued_by_others.empty());
    CHECK(clean.expired.empty());
    CHECK(clean.not_yet_valid.empty());
    CHECK(clean.repeated.empty());
    CHECK(clean.same_name.empty());
    CHECK(clean.version_1.empty());
    CHECK(clean.no_ca.empty());
    CHECK(clean.polluted_list_bytes == 0);
}

TEST_CASE("what another CA issued is found, be it a CA or not")
{
    const auto polluted = audit({certificate("root"), certificate("intermediate"), certificate("alice")});

    CHECK(polluted.issued_by_others == std::vector{certificate("intermediate"), certificate("alice")});
    CHECK(polluted.no_ca == std::vector{certificate("alice")});
    CHECK(polluted.polluted_list_bytes ==
          4 + certificate("intermediate").subject().der().size() + certificate("alice").subject().der().size());
}

TEST_CASE("a cross-signed CA is not self-signed, and shares its name with the other")
{
    const auto crossed = audit({certificate("intermediate"), certificate("cross")});

    CHECK(crossed.issued_by_others.size() == 2);
    REQUIRE(crossed.same_name.size() == 1);
    CHECK(crossed.same_name.front().count == 2);
    CHECK(crossed.repeated.empty());
}

TEST_CASE("the same certificate counts once, and is told")
{
    const auto twice = audit({certificate("root"), certificate("other-root"), certificate("root")});

    CHECK(twice.entries == 3);
    CHECK(twice.certificates.size() == 2);
    REQUIRE(twice.repeated.size() == 1);
    CHECK(twice.repeated.front().certificate == certificate("root"));
    CHECK(twice.repeated.front().count == 2);
    CHECK(twice.same_name.empty());
}

TEST_CASE("validity is judged at the moment given")
{
    using std::chrono::hours;

    CHECK(audit({certificate("root")}, now + hours{24 * 365 * 30}).expired.size() == 1);
    CHECK(audit({certificate("root")}, now - hours{24 * 365 * 30}).not_yet_valid.size() == 1);
}

TEST_CASE("the list takes each name once, with two bytes of length")
{
    const auto size = [](const char* name) { return certificate(name).subject().der().size(); };

    CHECK(audit({certificate("root"), certificate("other-root")}).list_bytes == 4 + size("root") + size("other-root"));
    CHECK(audit({certificate("intermediate"), certificate("cross")}).list_bytes == 2 + size("intermediate"));
    CHECK(audit({certificate("intermediate"), certificate("cross")}).repeating_list_bytes ==
          2 * (2 + size("intermediate")));
    CHECK(audit({certificate("root"), certificate("root")}).repeating_list_bytes == 2 + size("root"));
    CHECK(audit({}).list_bytes == 0);
}
