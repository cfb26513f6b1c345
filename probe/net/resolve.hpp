#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>

namespace mtls::net {

enum class Family { any, ipv4, ipv6 };

/// Why a name has no addresses, for a person.
struct NotResolved {
    enum class Kind { unknown_name, no_address_of_family, timeout, failed };
    Kind kind = Kind::failed;
    std::string why;
};

using Addresses = boost::system::result<std::vector<std::string>, NotResolved>;

/// What becomes of a name when the machine gives no thread to look it up in.
enum class WithoutThreads {
    look_up_here, ///< in the thread that asks, which is held up for as long as the system likes
    give_up,      ///< others wait in that thread, too
};

/// Resolves names without holding up the thread that asks: the system's resolver blocks, so it runs in threads of its
/// own.
class Resolver {
  public:
    /// At most so many names are looked up at the same time; the threads start when they are needed.
    Resolver(std::size_t threads, WithoutThreads without);
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;
    ~Resolver(); ///< does not wait for a silent name server: that thread ends when the system gives up

    /// The numeric addresses of a host, in the resolver's order, without duplicates; a numeric host is its own address.
    /// Gives up at the deadline, even if the system's resolver does not.
    [[nodiscard]] boost::asio::awaitable<Addresses> resolve(std::string host, Family family,
                                                            std::chrono::steady_clock::time_point deadline);

  private:
    struct Desk;
    std::shared_ptr<Desk> desk_;
    WithoutThreads without_;
};

/// A result needs to know how to throw its error; nobody asks for it.
[[noreturn]] void throw_exception_from_error(const NotResolved& error, const boost::source_location& where);

} // namespace mtls::net
