#pragma once

#include <cstdio>
#include <cstdlib>
#include <new>

namespace mtls::fuzz {

/// OpenSSL's own allocations are failing (replay_main.cpp): what could not be computed may differ from itself, and only
/// crashes and leaks are findings.
inline bool openssl_starves = false;

/// Stops the program, which is what libFuzzer and CTest both take for a finding. Unlike assert() in every build type.
inline void invariant(bool holds, const char* what)
{
    if (holds) {
        return;
    }
    if (openssl_starves) {
        throw std::bad_alloc{}; // the rest of the target relies on what does not hold
    }
    std::fprintf(stderr, "broken invariant: %s\n", what);
    std::abort();
}

} // namespace mtls::fuzz
