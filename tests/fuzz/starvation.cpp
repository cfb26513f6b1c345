#include "tests/fuzz/starvation.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

// A target without OpenSSL has none to watch.
extern "C" [[gnu::weak]] int CRYPTO_set_mem_functions(void* (*)(std::size_t, const char*, int),
                                                      void* (*)(void*, std::size_t, const char*, int),
                                                      void (*)(void*, const char*, int));

namespace mtls::fuzz {
namespace {

struct Plan {
    bool counts = false;
    Allocator allocator = Allocator::ours;
    long number = 0;
    Hunger hunger = Hunger::once;
    long asked = 0;
};

thread_local Plan plan;

bool fails(Allocator allocator)
{
    if (!plan.counts || plan.allocator != allocator) {
        return false;
    }
    ++plan.asked;
    return plan.number != 0 && (plan.hunger == Hunger::once ? plan.asked == plan.number : plan.asked >= plan.number);
}

void* openssl_malloc(std::size_t size, const char* /*file*/, int /*line*/)
{
    return size == 0 || fails(Allocator::openssl) ? nullptr : std::malloc(size);
}

void* openssl_realloc(void* memory, std::size_t size, const char* /*file*/, int /*line*/)
{
    if (size != 0 && fails(Allocator::openssl)) {
        return nullptr;
    }
    if (size == 0) {
        std::free(memory);
        return nullptr;
    }
    return std::realloc(memory, size);
}

void openssl_free(void* memory, const char* /*file*/, int /*line*/)
{
    std::free(memory);
}

} // namespace

void starve(Allocator allocator, long number, Hunger hunger)
{
    plan = {true, allocator, number, hunger, 0};
}

long feed()
{
    plan.counts = false;
    return plan.asked;
}

void watch_openssl()
{
    if (CRYPTO_set_mem_functions != nullptr) {
        CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free);
    }
}

} // namespace mtls::fuzz

void* operator new(std::size_t size)
{
    void* const memory = mtls::fuzz::fails(mtls::fuzz::Allocator::ours) ? nullptr : std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) {
        throw std::bad_alloc{};
    }
    return memory;
}

/// std::stable_sort() and the like ask in this way, and go on without.
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept
{
    return mtls::fuzz::fails(mtls::fuzz::Allocator::ours) ? nullptr : std::malloc(size == 0 ? 1 : size);
}

void operator delete(void* memory, const std::nothrow_t& /*tag*/) noexcept
{
    std::free(memory);
}

void operator delete(void* memory) noexcept
{
    std::free(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept
{
    std::free(memory);
}
