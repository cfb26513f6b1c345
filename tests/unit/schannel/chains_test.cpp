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

TEST_CASE("certificates without number that all fit each other make no chains without end")
{
    std::string recipe = "[[authority]]\nname = 'top'\nsubject = 'CN=L14'\n";
    for (int level = 13; level >= 0; --level) {
        for (int twin = 0; twin < 8; ++twin) {
            const std::string above = level == 13 ? "top" : "l" + std::to_string(level + 1) + "-0";
            const std::string number = std::to_string(level);
            recipe += "[[authority]]\nname = 'l" + number + "-" + std::to_string(twin) + "'\nsubject = 'CN=L" + number +
                      "'\nissuer = '" + above + "'\nsame_key_as = 'top'\n";
        }
    }
    recipe += "[[client]]\nname = 'leaf'\nissuer = 'l0-0'\n";
    const mtls::pki::Hierarchy mesh{mtls::pki::parse_recipe(recipe, "mesh.toml"), lab::now()};
    std::vector<mtls::x509::Certificate> pool;
    for (const auto& issued : mesh.all()) {
        pool.push_back(issued.certificate);
    }

    const auto found = chains(mesh.at("leaf").certificate, pool);

    CHECK(found.size() == 64);
    CHECK(found.front().size() == 12);
}
