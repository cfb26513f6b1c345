#include "harness/raw/key_schedule.hpp"

#include <doctest/doctest.h>

#include "certs/pki/recipe_values.hpp"
#include "certs/x509/name.hpp"

using namespace mtls;

namespace {

raw::Buffer bytes(const char* hex)
{
    return pki::unhex(hex).value();
}

} // namespace

TEST_CASE("keys are derived as in the trace of RFC 8448 §3")
{
    const raw::KeySchedule keys{bytes("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d")};

    const auto secrets = keys.handshake(bytes("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8"));

    CHECK(x509::hex(secrets.client) == "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21");
    CHECK(x509::hex(secrets.server) == "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
    CHECK(x509::hex(raw::expand_label(secrets.server, "key", {}, 16)) == "3fce516009c21727d0f2e4e86ee403bc");
    CHECK(x509::hex(raw::expand_label(secrets.server, "iv", {}, 12)) == "5d313eb2671276ee13000b30");
    const auto later = keys.application(bytes("9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13"));
    CHECK(x509::hex(later.client) == "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5");
    CHECK(x509::hex(later.server) == "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643");
}
