#include "certs/program/core_dump.hpp"

#include <algorithm>

#include <sys/resource.h>

namespace mtls::program {

void leave_no_core_dump()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_CORE, &limit) == 0) {
        // core(5): a limit of 0 is not heeded where the kernel hands cores to a program, such as systemd-coredump.
        // With 1 it makes none: too small for a file, and for a program it means "no".
        limit.rlim_cur = std::min<rlim_t>(1, limit.rlim_max);
        (void)setrlimit(RLIMIT_CORE, &limit);
    }
}

} // namespace mtls::program
