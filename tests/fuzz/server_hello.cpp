// The first byte says which message the rest is.
#include "probe/wire/server_hello.hpp"

#include "tests/fuzz/invariant.hpp"

using namespace mtls;

namespace {

void check(const std::vector<wire::Extension>& extensions, std::size_t size)
{
    std::size_t bytes = 0;
    for (const wire::Extension& extension : extensions) {
        bytes += 4 + extension.data.size();
        fuzz::invariant(extension.offset + 4 + extension.data.size() <= size, "an extension lies inside the message");
    }
    fuzz::invariant(bytes <= size, "extensions do not overlap");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const wire::Bytes body{data + 1, size - 1};
    if (data[0] % 3 == 0) {
        const auto hello = wire::parse_server_hello(body);
        check(hello.extensions, body.size());
        fuzz::invariant(!hello.error || hello.error->offset <= body.size(), "an error lies inside the message");
        fuzz::invariant(!hello.is_hello_retry_request() || hello.key_exchange.empty(),
                        "a HelloRetryRequest brings no key");
        (void)wire::selected_protocol(hello.extensions);
    } else if (data[0] % 3 == 1) {
        const auto extensions = wire::parse_encrypted_extensions(body);
        check(extensions, body.size());
        (void)wire::selected_protocol(extensions);
    } else {
        (void)wire::named_curve_of(body);
    }
    return 0;
}
