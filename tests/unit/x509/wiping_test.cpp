// Memory that we give back holds no private key, and what PEM leaves behind neither: every block is searched when it is
// freed. (OpenSSL 3.0 wipes keys, but not the copies of their DER that its decoders make on the way.)
#include <array>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <malloc.h>
#include <openssl/crypto.h>

#include "certs/x509/credential.hpp"
#include "support/credential_files.hpp"
#include "support/shell.hpp"

using namespace mtls::x509;

namespace {

struct Needle {
    std::array<char, 24> bytes{};
    std::size_t size = 0;
};

/// What is searched for, without any memory of its own.
struct Watch {
    std::array<Needle, 3> needles{};
    int found = 0;
    bool armed = false;
};

Watch watch; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): free() takes no argument for it

/// Where the needles begin that OpenSSL, too, leaves nowhere: before them is DER.
constexpr std::size_t base64 = 1;

void search(void* memory, std::size_t from)
{
    if (!watch.armed || memory == nullptr) {
        return;
    }
    for (std::size_t i = from; i < watch.needles.size(); ++i) {
        const Needle& needle = watch.needles.at(i);
        if (memmem(memory, malloc_usable_size(memory), needle.bytes.data(), needle.size) != nullptr) {
            ++watch.found;
            return;
        }
    }
}

void* allocate(std::size_t size, const char* /*file*/, int /*line*/)
{
    return size == 0 ? nullptr : std::calloc(1, size); // or what was freed unseen before would be found
}

void release(void* memory, const char* /*file*/, int /*line*/)
{
    search(memory, base64);
    std::free(memory);
}

/// As if it always moved: realloc() would not tell what it leaves behind.
void* reallocate(void* memory, std::size_t size, const char* file, int line)
{
    void* const moved = allocate(size, file, line);
    if (moved != nullptr && memory != nullptr) {
        const std::size_t had = malloc_usable_size(memory);
        std::memcpy(moved, memory, had < size ? had : size);
    }
    release(memory, file, line);
    return moved;
}

const bool watches = CRYPTO_set_mem_functions(allocate, reallocate, release) == 1; // before OpenSSL's first allocation

void look_for(std::size_t number, const std::string& text, std::size_t from)
{
    Needle& needle = watch.needles.at(number);
    needle.size = needle.bytes.size();
    REQUIRE(text.size() > from + needle.size);
    std::memcpy(needle.bytes.data(), text.data() + from, needle.size);
}

} // namespace

void* operator new(std::size_t size)
{
    void* const memory = std::calloc(1, size == 0 ? 1 : size);
    if (memory == nullptr) {
        throw std::bad_alloc{};
    }
    return memory;
}

void operator delete(void* memory) noexcept
{
    search(memory, 0);
    std::free(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept
{
    search(memory, 0);
    std::free(memory);
}

TEST_CASE("memory that was given back holds nothing of a private key, whatever file it came from")
{
    REQUIRE(watches);
    const auto& folder = mtls::test::credential_files();
    const auto passphrase = folder / "passphrase";
    mtls::test::write_text(passphrase, "secret\n");
    look_for(0, mtls::test::read_text(folder / "alice-key.der"), 600); // in the primes
    // In base64, within a line.
    const std::string pem = mtls::test::read_text(folder / "alice.key");
    const std::string traditional = mtls::test::read_text(folder / "alice-traditional.key");
    look_for(1, pem, pem.find('\n', 900) + 5);
    look_for(2, traditional, traditional.find('\n', 900) + 5);

    for (const std::string name :
         {"alice.key", "alice-key.der", "alice-encrypted.key", "alice-encrypted-key.der", "alice-traditional.key",
          "alice-traditional-key.der", "alice-traditional-encrypted.key", "shuffled.pem", "crlf.pem", "utf16.pem"}) {
        CAPTURE(name);
        watch.found = 0;
        watch.armed = true;
        {
            const auto key = load_private_key(folder / name, PassphraseSource::parse("file:" + passphrase.string()));
            CHECK(key.get() != nullptr);
        }
        watch.armed = false;
        CHECK(watch.found == 0);
    }
    for (const std::string name : {"alice.p12", "alice-legacy.p12", "alice-no-passphrase.p12", "alice-open.p12"}) {
        CAPTURE(name);
        watch.found = 0;
        watch.armed = true;
        {
            const auto source = PassphraseSource::parse("file:" + passphrase.string());
            CHECK(load_credential({folder / name, {}, {}, source}).key.has_value());
        }
        watch.armed = false;
        CHECK(watch.found == 0);
    }
}
