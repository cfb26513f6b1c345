#pragma once

#include <chrono>
#include <string>
#include <vector>

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

/// The numeric addresses of a host, in the resolver's order, without duplicates; a numeric host is its own address.
/// Gives up at the deadline, even if the system's resolver does not.
[[nodiscard]] Addresses resolve(const std::string& host, Family family, std::chrono::steady_clock::time_point deadline);

/// A result needs to know how to throw its error; nobody asks for it.
[[noreturn]] void throw_exception_from_error(const NotResolved& error, const boost::source_location& where);

} // namespace mtls::net
