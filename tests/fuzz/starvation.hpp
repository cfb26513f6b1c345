#pragma once

namespace mtls::fuzz {

enum class Allocator {
    ours,    ///< operator new
    openssl, ///< CRYPTO_malloc(); never called in a target without OpenSSL
};

/// Which allocations fail.
enum class Hunger {
    once,     ///< one, as if it asked for too much
    from_then ///< that one and all that follow
};

/// Counts the allocations of this thread from now on, and lets the one with that number (from 1) fail; 0: none.
void starve(Allocator allocator, long number, Hunger hunger);

/// Nothing fails any more. How many were asked for since starve().
long feed();

/// Puts itself between OpenSSL and its memory; before the first use of it.
void watch_openssl();

} // namespace mtls::fuzz
