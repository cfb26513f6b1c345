// The bytes of a name as a server sends them.
#include "certs/x509/name.hpp"

#include "tests/fuzz/invariant.hpp"
#include "tests/fuzz/safe_text.hpp"

using namespace mtls;
using x509::Name;
using x509::NameMatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const x509::Bytes bytes{data, size};
    const Name name{x509::Der(bytes.begin(), bytes.end())};

    fuzz::invariant(name.der().size() == size, "the bytes are kept");
    fuzz::invariant(fuzz::is_safe_text(name.text()), "a name's text is safe");
    fuzz::invariant(!name.error() || fuzz::is_safe_text(*name.error()), "so is what is wrong with it");
    fuzz::invariant(name.is_name() || name.error().has_value(), "what is no name has an error");
    fuzz::invariant(name == Name::remembered(bytes), "a name that is remembered is the same name");

    const Name again{x509::Der(bytes.begin(), bytes.end())};
    fuzz::invariant(Name::compare(name, again) == NameMatch::identical, "a name is identical to itself");
    fuzz::invariant(name.likeness() == again.likeness(), "and alike");

    const Name back = name.reversed().reversed();
    fuzz::invariant(Name::compare(name, back) != NameMatch::different, "turned twice it is the same name");
    for (const char* attribute : {"CN", "O", "emailAddress"}) {
        (void)name.values(attribute);
    }
    return 0;
}
