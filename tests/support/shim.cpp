// Preloaded into a program of ours, it makes the system go wrong in the way that $SHIM names. Compiled by
// support/shim.py.
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <new>
#include <string_view>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

const char* wanted()
{
    static const char* const shim = std::getenv("SHIM");
    return shim == nullptr ? "" : shim;
}

bool is(std::string_view name)
{
    return name == wanted();
}

template <class Function> Function next(const char* name)
{
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

void tick(int) {}

/// A signal every fifth of a millisecond, whose handler does not restart what it interrupts.
[[gnu::constructor]] void start_alarms()
{
    if (is("alarms")) {
        struct sigaction action {};

        action.sa_handler = tick;
        sigaction(SIGALRM, &action, nullptr);
        const itimerval often{{0, 200}, {0, 200}};
        setitimer(ITIMER_REAL, &often, nullptr);
    }
}

/// 127.0.0.1 to .60, one list as getaddrinfo() makes it. freeaddrinfo() below knows it again.
addrinfo* sixty(const char* service)
{
    struct Entry {
        addrinfo info;
        sockaddr_in address;
    };

    static Entry entries[60];
    for (int i = 0; i < 60; ++i) {
        Entry& entry = entries[i];
        entry.address.sin_family = AF_INET;
        entry.address.sin_port = htons(static_cast<std::uint16_t>(service == nullptr ? 0 : std::atoi(service)));
        entry.address.sin_addr.s_addr = htonl(0x7f000001U + static_cast<unsigned>(i));
        entry.info.ai_family = AF_INET;
        entry.info.ai_socktype = SOCK_STREAM;
        entry.info.ai_protocol = IPPROTO_TCP;
        entry.info.ai_addrlen = sizeof entry.address;
        entry.info.ai_addr = reinterpret_cast<sockaddr*>(&entry.address);
        entry.info.ai_next = i < 59 ? &entries[i + 1].info : nullptr;
    }
    return &entries[0].info;
}

addrinfo* given = nullptr;
std::atomic<long> left = 0; // allocations until the one that fails; 0: none does

} // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result)
{
    if (is("dns-hangs")) {
        for (;;) {
            sleep(60);
        }
    }
    if (is("dns-slow") && node != nullptr && std::strstr(node, ".test") != nullptr) {
        sleep(3);
        return EAI_NONAME;
    }
    if (is("dns-sixty") && node != nullptr && std::strstr(node, ".test") != nullptr) {
        *result = given = sixty(service);
        return 0;
    }
    return next<decltype(&getaddrinfo)>("getaddrinfo")(node, service, hints, result);
}

extern "C" void freeaddrinfo(addrinfo* list)
{
    if (list != given) {
        next<decltype(&freeaddrinfo)>("freeaddrinfo")(list);
    }
}

/// There are $SHIM_THREADS threads to be had beside the first, and no more.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*begin)(void*), void* with)
{
    static const char* const threads = std::getenv("SHIM_THREADS");
    static std::atomic<long> more{threads == nullptr ? 0 : std::atol(threads)};
    if (threads != nullptr && more-- <= 0) {
        return EAGAIN;
    }
    return next<decltype(&pthread_create)>("pthread_create")(thread, attributes, begin, with);
}

/// The wall clock jumps by seven hours at every look, to and fro; the monotonic one is left alone.
extern "C" int clock_gettime(clockid_t clock, timespec* now)
{
    static int looks = 0;
    const int result = next<decltype(&clock_gettime)>("clock_gettime")(clock, now);
    if (result == 0 && clock == CLOCK_REALTIME && is("clock-jumps")) {
        now->tv_sec += (++looks % 3 - 1) * 7 * 3600;
    }
    return result;
}

/// The count begins with the first socket: before main() nobody could catch what is thrown, nor in CLI11's words.
extern "C" int socket(int domain, int type, int protocol) noexcept
{
    static const bool begun = [] {
        const char* const fails = std::getenv("SHIM_FAILS");
        left = fails == nullptr ? 0 : std::atol(fails);
        return true;
    }();
    (void)begun;
    return next<decltype(&socket)>("socket")(domain, type, protocol);
}

/// The allocation whose number is in $SHIM_FAILS fails, and so does each $SHIM_AGAIN-th after it.
void* operator new(std::size_t size)
{
    if (left > 0 && --left == 0) {
        static const char* const again = std::getenv("SHIM_AGAIN");
        left = again == nullptr ? 0 : std::atol(again);
        throw std::bad_alloc{};
    }
    void* const memory = std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) {
        throw std::bad_alloc{};
    }
    return memory;
}
