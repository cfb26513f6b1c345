#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;

namespace {

const char* const id = "certificate-type-not-offered";

/// RFC 5246 §7.4.4: these types, ecdsa_secp256r1_sha256 and rsa_pkcs1_sha256, no names.
Run takes(const std::vector<std::uint8_t>& types, const std::string& holds)
{
    std::vector<std::uint8_t> body{static_cast<std::uint8_t>(types.size())};
    body.insert(body.end(), types.begin(), types.end());
    body.insert(body.end(), {0, 4, 4, 3, 4, 1, 0, 0});
    return Run{}
        .saw(Seen{tls12}
                 .asked(observation::read_request(observation::Stage::handshake, std::nullopt, tls12, body))
                 .http(403))
        .holds(credential(holds));
}

} // namespace

TEST_CASE("certificate-type-not-offered compares the kind of key with the types asked for")
{
    constexpr std::uint8_t rsa = 1;
    constexpr std::uint8_t ecdsa = 64;

    CHECK(takes({rsa}, "alice").severity(id) == warning);
    CHECK(takes({rsa}, "ed25519").severity(id) == warning);
    CHECK(takes({ecdsa}, "rsa").severity(id) == warning);
    CHECK(takes({rsa}, "rsa").severity(id) == absent);
    CHECK(takes({ecdsa}, "alice").severity(id) == absent);
    CHECK(takes({rsa, ecdsa}, "ed25519").severity(id) == absent);
    CHECK(takes({}, "alice").severity(id) == absent);
    CHECK(Run{}.saw(Seen{tls13}.asked({issuing_ca}).http(403)).holds(credential("alice")).severity(id) == absent);
    CHECK(contains(takes({rsa}, "alice").text(id), "alice.pem: its key is EC P-256, which needs ecdsa_sign"));
}
