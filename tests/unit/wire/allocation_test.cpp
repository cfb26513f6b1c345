#include <cstdlib>
#include <limits>
#include <new>

#include <doctest/doctest.h>

#include "probe/wire/certificate_request.hpp"
#include "tests/unit/wire/support/vectors.hpp"

using namespace mtls::wire;
using namespace mtls::wire::test;

namespace {

constexpr long never = std::numeric_limits<long>::max();
thread_local long allocations_left = never; // until one fails; only set while a parser runs

/// Runs `parse` with the first allocation failing, then the second, ... until none fails. How many did.
template <class Parse> int fail_at_each_allocation(const Parse& parse)
{
    for (int failed = 0;; ++failed) {
        allocations_left = failed;
        try {
            parse();
            allocations_left = never;
            return failed;
        } catch (const std::bad_alloc&) {
            allocations_left = never;
        }
    }
}

} // namespace

void* operator new(std::size_t size)
{
    void* const memory = allocations_left > 0 ? std::malloc(size == 0 ? 1 : size) : nullptr;
    if (memory == nullptr) {
        throw std::bad_alloc{};
    }
    allocations_left -= allocations_left == never ? 0 : 1;
    return memory;
}

void operator delete(void* memory) noexcept
{
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

TEST_CASE("a parser that gets no memory says so and keeps none, wherever it happens")
{
    int failed = 0;
    for (const Vector& vector : load_vectors("certificate_request.vectors")) {
        for (const auto version : {ProtocolVersion::tls11, ProtocolVersion::tls12, ProtocolVersion::tls13}) {
            failed += fail_at_each_allocation([&] { (void)parse_certificate_request(version, vector.body); });
        }
    }

    CHECK(failed > 100);
}
