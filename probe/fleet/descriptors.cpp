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
    // Where there are few, half of them.
    const rlim_t room = limit.rlim_cur - std::min(others, limit.rlim_cur / 2);
    return std::min<rlim_t>(wanted, std::max<rlim_t>(room, 1));
}

} // namespace mtls::fleet
