#pragma once

#include <cstdio>
#include <cstdlib>

namespace mtls::fuzz {

/// Stops the program, which is what libFuzzer and CTest both take for a finding. Unlike assert() in every build type.
inline void invariant(bool holds, const char* what)
{
    if (!holds) {
        std::fprintf(stderr, "broken invariant: %s\n", what);
        std::abort();
    }
}

} // namespace mtls::fuzz
