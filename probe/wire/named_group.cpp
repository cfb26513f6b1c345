#include "probe/wire/named_group.hpp"

#include <array>

#include "probe/wire/named.hpp"

namespace mtls::wire {
namespace {

constexpr auto named_groups = std::to_array<Named<NamedGroup>>({
    {NamedGroup::secp160r1, "secp160r1"},
    {NamedGroup::secp192r1, "secp192r1"},
    {NamedGroup::secp224r1, "secp224r1"},
    {NamedGroup::secp256k1, "secp256k1"},
    {NamedGroup::secp256r1, "secp256r1"},
    {NamedGroup::secp384r1, "secp384r1"},
    {NamedGroup::secp521r1, "secp521r1"},
    {NamedGroup::brainpoolP256r1, "brainpoolP256r1"},
    {NamedGroup::brainpoolP384r1, "brainpoolP384r1"},
    {NamedGroup::brainpoolP512r1, "brainpoolP512r1"},
    {NamedGroup::x25519, "x25519"},
    {NamedGroup::x448, "x448"},
    {NamedGroup::ffdhe2048, "ffdhe2048"},
    {NamedGroup::ffdhe3072, "ffdhe3072"},
    {NamedGroup::ffdhe4096, "ffdhe4096"},
    {NamedGroup::ffdhe6144, "ffdhe6144"},
    {NamedGroup::ffdhe8192, "ffdhe8192"},
    {NamedGroup::X25519MLKEM768, "X25519MLKEM768"},
});

} // namespace

std::string name(NamedGroup group)
{
    return find_name(named_groups, group);
}

} // namespace mtls::wire
