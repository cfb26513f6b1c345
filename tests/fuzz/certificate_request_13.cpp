#include "tests/fuzz/request_invariants.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    mtls::fuzz::check_request(mtls::wire::ProtocolVersion::tls13, {data, size});
    return 0;
}
