#include <doctest/doctest.h>

#include <algorithm>

#include "harness/schannel/chains.hpp"
#include "lab.hpp"

using mtls::schannel::Chain;
using mtls::schannel::chains;

TEST_CASE("a cross-signed authority opens two chains")
{
    const auto alice = lab::hierarchy().at("alice").certificate;
    const auto pool = lab::certificates({"root", "intermediate", "cross", "other-root", "public-root-1"});

    const auto found = chains(alice, pool);

    CHECK(found.size() == 2);
    for (const auto& names : {lab::Names{"alice", "intermediate", "root"}, {"alice", "cross", "other-root"}}) {
        CHECK(std::ranges::find(found, Chain{lab::certificates(names)}) != found.end());
    }
}

TEST_CASE("without issuers the leaf is the chain")
{
    const auto found = chains(lab::hierarchy().at("alice").certificate, lab::certificates({"root", "other-root"}));

    CHECK(found == std::vector<Chain>{lab::certificates({"alice"})});
}

TEST_CASE("a certificate given twice makes no second chain")
{
    const auto pool = lab::certificates({"intermediate", "root", "intermediate", "root"});

    CHECK(chains(lab::hierarchy().at("alice").certificate, pool).size() == 1);
}
