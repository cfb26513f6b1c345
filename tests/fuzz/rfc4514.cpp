// A name as somebody types it.
#include "certs/x509/rfc4514.hpp"

#include "tests/fuzz/invariant.hpp"
#include "tests/fuzz/safe_text.hpp"

using namespace mtls;
using x509::Name;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const x509::EncodedName encoded = x509::encode_rfc4514(text);
    if (encoded.problem) {
        fuzz::invariant(fuzz::is_safe_text(*encoded.problem), "what is wrong is said in safe text");
        return 0;
    }
    const Name name{encoded.der};
    fuzz::invariant(name.is_name(), "what was encoded is a name");

    // A `#hex` value may be anything, and is then printed as it was.
    const x509::EncodedName again = x509::encode_rfc4514(name.text());
    fuzz::invariant(!again.problem, "what is printed can be read");
    fuzz::invariant(Name{again.der}.text() == name.text(), "and is printed the same again");
    for (const auto type : {x509::StringType::printable, x509::StringType::bmp}) {
        (void)x509::encode_rfc4514(text, type);
    }
    return 0;
}
