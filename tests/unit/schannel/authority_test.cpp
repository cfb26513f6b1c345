#include <doctest/doctest.h>

#include <string>

#include "harness/schannel/decision.hpp"
#include "lab.hpp"

using namespace mtls::schannel;

namespace {

constexpr auto basic_constraints = std::uint32_t{0x80096019};
constexpr auto wrong_usage = std::uint32_t{0x800b0110};

constexpr auto recipe = R"(
[[authority]]
name = "top"
path_length = 1
[[authority]]
name = "end-of-path"
issuer = "top"
path_length = 0
[[authority]]
name = "one-too-many"
issuer = "end-of-path"
[[authority]]
name = "no-cert-sign"
issuer = "top"
key_usage = ["digitalSignature", "cRLSign"]
[[authority]]
name = "no-key-usage"
issuer = "top"
key_usage = []
[[authority]]
name = "for-servers"
issuer = "top"
usage = ["serverAuth"]
[[authority]]
name = "for-any"
issuer = "top"
usage = ["anyExtendedKeyUsage"]
[[authority]]
name = "root-for-servers"
usage = ["serverAuth"]

[[client]]
name = "of-end-of-path"
issuer = "end-of-path"
[[client]]
name = "of-one-too-many"
issuer = "one-too-many"
[[client]]
name = "of-no-cert-sign"
issuer = "no-cert-sign"
[[client]]
name = "of-no-key-usage"
issuer = "no-key-usage"
[[client]]
name = "of-for-servers"
issuer = "for-servers"
[[client]]
name = "of-for-any"
issuer = "for-any"
[[client]]
name = "of-root-for-servers"
issuer = "root-for-servers"
)";

struct Case {
    std::string leaf;
    std::uint32_t win32 = 0;
    std::uint32_t without_usage_check = 0;
};

const std::vector<Case> rows{
    {"of-end-of-path"},
    {"of-one-too-many", basic_constraints, basic_constraints},
    {"of-no-cert-sign", basic_constraints, basic_constraints},
    {"of-no-key-usage"},
    {"of-for-servers", wrong_usage, 0},
    {"of-for-any"},
    {"of-root-for-servers", wrong_usage, 0},
};

} // namespace

TEST_CASE("an authority issues no more than its constraints allow")
{
    const mtls::pki::Hierarchy issued{mtls::pki::parse_recipe(recipe, "test"), lab::now()};
    Machine machine;
    machine.stores.put("Root", {issued.at("top").certificate, issued.at("root-for-servers").certificate});
    for (const Case& row : rows) {
        for (const bool usage_check : {true, false}) {
            CAPTURE(row.leaf);
            CAPTURE(usage_check);
            Binding binding;
            binding.usage_check = usage_check;
            std::vector presented{issued.at(row.leaf).certificate};
            const auto& above = issued.at(row.leaf).chain;
            presented.insert(presented.end(), above.begin(), above.end());

            const Decision decision = decide(machine, binding, Access::require, presented, lab::now());

            const std::uint32_t wanted = usage_check ? row.win32 : row.without_usage_check;
            INFO(decision.rule);
            CHECK(decision.status == (wanted == 0 ? 200 : 403));
            CHECK(decision.substatus == (wanted == 0 ? 0 : 16));
            CHECK(static_cast<std::uint32_t>(decision.win32) == wanted);
        }
    }
}
