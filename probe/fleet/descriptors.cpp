#include "probe/fleet/descriptors.hpp"

#include <algorithm>

#include <sys/resource.h>

namespace mtls::fleet {

std::size_t room_for_connections(std::size_t wanted)
{
    constexpr rlim_t others = 64; // files, epoll, the threads that resolve names
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return wanted;
    }
    const rlim_t needed = wanted + others;
    if (limit.rlim_cur < needed) {
        limit.rlim_cur = std::min(limit.rlim_max, needed);
        (void)setrlimit(RLIMIT_NOFILE, &limit);
        (void)getrlimit(RLIMIT_NOFILE, &limit);
    }
    // Where there are few, half of them; a fleet without a connection has a dozen open.
    const rlim_t kept = std::clamp<rlim_t>(limit.rlim_cur / 2, 16, others);
    const rlim_t room = limit.rlim_cur > kept ? limit.rlim_cur - kept : 1;
    return std::min<rlim_t>(wanted, room);
}

} // namespace mtls::fleet
