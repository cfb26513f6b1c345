#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "probe/explain/tables.hpp"

using namespace mtls;

TEST_CASE("every finding that is promised has a page, and no other has")
{
    const std::vector<std::string_view> promised{"accepted-unexpectedly",
                                                 "accepted-without-certificate",
                                                 "baseline-incomplete",
                                                 "bindings-disagree",
                                                 "certificate-expired",
                                                 "certificate-expires-soon",
                                                 "certificate-not-yet-valid",
                                                 "certificate-type-not-offered",
                                                 "client-auth-usage-missing",
                                                 "clients-disagree",
                                                 "ctl-store-lost",
                                                 "duplicate-issuer",
                                                 "expected-issuer-missing",
                                                 "iis-bindings-not-used",
                                                 "intermediate-missing",
                                                 "issuer-encoding-differs",
                                                 "issuer-list-changed",
                                                 "issuer-list-empty",
                                                 "issuer-list-truncated",
                                                 "issuer-not-advertised",
                                                 "key-mismatch",
                                                 "key-missing",
                                                 "late-certificate-request",
                                                 "late-request-impossible",
                                                 "list-differs-from-trust",
                                                 "malformed-certificate-request",
                                                 "no-certificate-request",
                                                 "probe-slow",
                                                 "rejected-by-alert",
                                                 "rejected-by-close",
                                                 "rejected-by-http",
                                                 "revoked-or-revocation-offline",
                                                 "root-store-polluted",
                                                 "server-certificate-expires-soon",
                                                 "signature-algorithm-not-offered",
                                                 "unexpected-issuer",
                                                 "untrusted-by-server",
                                                 "upload-blocked-by-renegotiation"};

    CHECK(explain::finding_ids() == promised);
}

TEST_CASE("a finding's page says what it means, how it is known and what to do")
{
    for (const std::string_view id : explain::finding_ids()) {
        CAPTURE(std::string{id});
        const auto page = explain::finding_page(id);

        REQUIRE(page);
        CHECK(page->code == id);
        CHECK(page->meaning.size() > 25);
        CHECK(explain::in_one_sentence(*page).ends_with('.'));
        const std::string usual = page->severity.substr(0, page->severity.find(','));
        CHECK((usual == "critical" || usual == "warning" || usual == "info"));
        CHECK(page->detection.size() > 20);
        CHECK(!page->next.empty());
    }
    CHECK(!explain::finding_page("no-such-finding"));
}

TEST_CASE("a finding about the list says for each server where the names come from")
{
    for (const char* id : {"ctl-store-lost", "issuer-not-advertised", "expected-issuer-missing"}) {
        const auto page = explain::finding_page(id);
        for (const char* server : {"iis", "nginx", "apache", "haproxy"}) {
            CHECK(std::any_of(page->next.begin(), page->next.end(),
                              [server](const explain::Step& step) { return step.applies_to == server; }));
        }
    }
}
