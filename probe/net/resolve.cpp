#include "probe/net/resolve.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mtls::net {

namespace asio = boost::asio;

namespace {

/// One name to look up, and who waits for it. The looking up may outlive the waiting.
struct Query {
    std::string host;
    Family family{};
    std::mutex mutex;
    asio::steady_timer* waiting = nullptr; // of a coroutine; null: it has gone
    std::optional<Addresses> answer;
};

/// Says that nobody waits any more, however the coroutine ends.
class Waiting {
  public:
    Waiting(Query& query, asio::steady_timer& timer) : query_{query} { query_.waiting = &timer; }

    ~Waiting()
    {
        const std::lock_guard lock{query_.mutex};
        query_.waiting = nullptr;
    }

    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

  private:
    Query& query_;
};

int family_number(Family family)
{
    switch (family) {
    case Family::ipv4:
        return AF_INET;
    case Family::ipv6:
        return AF_INET6;
    case Family::any:
        break;
    }
    return AF_UNSPEC;
}

std::vector<std::string> numeric(const addrinfo* list)
{
    std::vector<std::string> addresses;
    for (; list != nullptr; list = list->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (getnameinfo(list->ai_addr, list->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
            continue;
        }
        if (std::find(addresses.begin(), addresses.end(), text.data()) == addresses.end()) {
            addresses.emplace_back(text.data());
        }
    }
    return addresses;
}

/// Why no file can be opened, or "": without descriptors the system's resolver reads neither its files nor an answer,
/// and calls any name unknown.
std::string out_of_descriptors()
{
    constexpr std::size_t for_a_look_up = 3;
    std::array<int, for_a_look_up> opened{};
    std::string why;
    for (int& each : opened) {
        each = ::open("/", O_RDONLY | O_CLOEXEC);
        why = each < 0 && why.empty() ? std::strerror(errno) : why;
    }
    for (const int each : opened) {
        if (each >= 0) {
            ::close(each);
        }
    }
    return why;
}

NotResolved failure(int code)
{
    if (std::string why = out_of_descriptors(); !why.empty()) {
        return {NotResolved::Kind::failed, std::move(why)};
    }
    const std::string why = gai_strerror(code);
    switch (code) {
    case EAI_NONAME:
        return {NotResolved::Kind::unknown_name, why};
    case EAI_NODATA:
    case EAI_ADDRFAMILY:
    case EAI_FAMILY:
        return {NotResolved::Kind::no_address_of_family, "it has no address of the kind that was asked for"};
    default:
        return {NotResolved::Kind::failed, why};
    }
}

Addresses literal(const asio::ip::address& address, const std::string& host, Family family)
{
    if ((family == Family::ipv4 && !address.is_v4()) || (family == Family::ipv6 && !address.is_v6())) {
        return NotResolved{NotResolved::Kind::no_address_of_family,
                           host + " is not an " + (family == Family::ipv4 ? "IPv4" : "IPv6") + " address"};
    }
    return std::vector<std::string>{host};
}

Addresses look_up(const std::string& host, Family family)
{
    addrinfo hints{};
    hints.ai_family = family_number(family);
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int code = getaddrinfo(host.c_str(), nullptr, &hints, &found);
    if (code != 0) {
        return failure(code);
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list{found, &freeaddrinfo};
    std::vector<std::string> addresses = numeric(list.get());
    if (addresses.empty()) {
        return NotResolved{NotResolved::Kind::no_address_of_family, "the name has no such address"};
    }
    return addresses;
}

/// The same at a thread's edge, beyond which an exception would end the program.
Addresses look_up_in_thread(const Query& query)
{
    try {
        return look_up(query.host, query.family);
    } catch (const std::bad_alloc&) {
        return NotResolved{NotResolved::Kind::failed, "out of memory"}; // so short that it takes none
    }
}

bool is_awaited(Query& query)
{
    const std::lock_guard lock{query.mutex};
    return query.waiting != nullptr;
}

void deliver(const std::shared_ptr<Query>& query, Addresses addresses)
{
    const std::lock_guard lock{query->mutex};
    query->answer = std::move(addresses);
    if (query->waiting == nullptr) {
        return;
    }
    try { // a thread's edge, again
        asio::post(query->waiting->get_executor(), [query] {
            const std::lock_guard again{query->mutex};
            if (query->waiting != nullptr) {
                query->waiting->cancel();
            }
        });
    } catch (const std::bad_alloc&) {
        return; // who waits finds the answer when the time is over
    }
}

} // namespace

void throw_exception_from_error(const NotResolved& error, const boost::source_location& /*where*/)
{
    throw std::logic_error{error.why};
}

/// What the threads share with the resolver, and may outlive it.
struct Resolver::Desk {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::shared_ptr<Query>> queries;
    std::size_t most_threads = 1;
    std::size_t idle = 0;
    bool closed = false;

    struct Clerk {
        std::thread thread;
        bool in_the_system = false; ///< looking up, for as long as the system likes
    };

    std::list<Clerk> clerks;

    static void serve(const std::shared_ptr<Desk>& desk, Clerk& clerk);
    static std::error_code hire(const std::shared_ptr<Desk>& desk);
    static std::error_code add(const std::shared_ptr<Desk>& desk, std::shared_ptr<Query> query);
};

void Resolver::Desk::serve(const std::shared_ptr<Desk>& desk, Clerk& clerk)
{
    std::unique_lock lock{desk->mutex};
    for (;;) {
        ++desk->idle;
        desk->changed.wait(lock, [&] { return desk->closed || !desk->queries.empty(); });
        --desk->idle;
        if (desk->closed) {
            return;
        }
        const auto query = std::move(desk->queries.front());
        desk->queries.pop_front();
        if (!is_awaited(*query)) {
            continue; // its time is over: the names behind it have theirs
        }
        clerk.in_the_system = true;
        lock.unlock();
        Addresses addresses = look_up_in_thread(*query);
        lock.lock();
        clerk.in_the_system = false;
        lock.unlock();
        deliver(query, std::move(addresses));
        lock.lock();
    }
}

/// Why there is no further thread, if so.
std::error_code Resolver::Desk::hire(const std::shared_ptr<Desk>& desk)
{
    std::list<Clerk> hired(1);
    Clerk& clerk = hired.front();
    try { // std::thread says it in no other way
        clerk.thread = std::thread{[desk, &clerk] { serve(desk, clerk); }};
    } catch (const std::system_error& error) {
        return error.code();
    }
    desk->clerks.splice(desk->clerks.end(), hired);
    return {};
}

/// Why nobody will look it up: there is no thread at all. With some, it waits its turn.
std::error_code Resolver::Desk::add(const std::shared_ptr<Desk>& desk, std::shared_ptr<Query> query)
{
    const std::lock_guard lock{desk->mutex};
    if (desk->idle <= desk->queries.size() && desk->clerks.size() < desk->most_threads) {
        const std::error_code why = hire(desk);
        if (why && desk->clerks.empty()) {
            return why;
        }
    }
    desk->queries.push_back(std::move(query));
    desk->changed.notify_one();
    return {};
}

Resolver::Resolver(std::size_t threads, WithoutThreads without) : desk_{std::make_shared<Desk>()}, without_{without}
{
    desk_->most_threads = threads;
}

Resolver::~Resolver()
{
    std::list<Desk::Clerk> leaving; // moved over as they are: there may be no memory for more
    {
        const std::lock_guard lock{desk_->mutex};
        desk_->closed = true;
        desk_->queries.clear();
        for (auto at = desk_->clerks.begin(); at != desk_->clerks.end();) {
            const auto clerk = at++;
            if (clerk->in_the_system) {
                clerk->thread.detach();
            } else {
                leaving.splice(leaving.end(), desk_->clerks, clerk);
            }
        }
        desk_->changed.notify_all();
    }
    for (Desk::Clerk& clerk : leaving) { // at once, so that a program that ends leaves nothing half-way
        clerk.thread.join();
    }
}

asio::awaitable<Addresses> Resolver::resolve(std::string host, Family family,
                                             std::chrono::steady_clock::time_point deadline)
{
    boost::system::error_code not_numeric;
    const auto address = asio::ip::make_address(host, not_numeric);
    if (!not_numeric) {
        co_return literal(address, host, family);
    }

    asio::steady_timer timer{co_await asio::this_coro::executor, deadline};
    const auto query = std::make_shared<Query>();
    query->host = std::move(host);
    query->family = family;
    const Waiting waiting{*query, timer};
    if (const std::error_code why = Desk::add(desk_, query)) {
        if (without_ == WithoutThreads::give_up) {
            co_return NotResolved{NotResolved::Kind::failed,
                                  "no thread can be started to look it up: " + why.message() +
                                      " (ulimit -u, pids.max of the container); an address needs none"};
        }
        // Late is better than never: how long it takes is now for the system to say, whatever the deadline.
        co_return look_up(query->host, query->family);
    }
    boost::system::error_code ignored; // it is cancelled when the answer is there
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));

    const std::lock_guard lock{query->mutex};
    if (!query->answer) {
        co_return NotResolved{NotResolved::Kind::timeout, "the resolver did not answer in time"};
    }
    co_return *query->answer;
}

} // namespace mtls::net
