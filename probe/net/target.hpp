#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace mtls::net {

/// Where to connect, as the user wrote it.
struct Target {
    std::string input{}; ///< as typed
    std::string host{};  ///< name, or numeric address without brackets
    std::uint16_t port = 443;
    bool port_given = false;           ///< false: 443 is only the default
    bool is_address = false;           ///< the host is an IP address, so it is no name for SNI (RFC 6066 §3)
    std::optional<std::string> path{}; ///< of a URL, with its query

    /// `host:port`, with brackets where IPv6 needs them.
    [[nodiscard]] std::string authority() const;

    /// The value of an HTTP request's Host: the authority, without the port that https has anyway (RFC 9110 §7.2).
    [[nodiscard]] std::string http_host() const;
};

/// One spelling for each host, to compare by: names in lower case and without a trailing dot, addresses as the system
/// writes them.
[[nodiscard]] std::string comparable_host(std::string_view host);

/// Why a text is no target, for a person.
struct BadTarget {
    std::string why;
};

using TargetResult = boost::system::result<Target, BadTarget>;

/// Reads `host[:port]`, `[v6]:port`, a bare IPv6 address, or `https://host[:port]/path?query`.
[[nodiscard]] TargetResult parse_target(std::string_view text);

/// An address with an optional port, as in `--connect ADDR[:PORT]`.
struct Endpoint {
    std::string address;
    std::optional<std::uint16_t> port;
};

/// "192.0.2.1", "[2001:db8::1]:443": what parse_endpoint() reads.
[[nodiscard]] std::string to_string(const Endpoint& endpoint);

/// Reads `ADDR[:PORT]`, where ADDR is a name, an IPv4 address or an IPv6 address (in brackets if a port follows).
[[nodiscard]] boost::system::result<Endpoint, BadTarget> parse_endpoint(std::string_view text);

/// A name as SNI carries it, RFC 6066 §3: DNS, without the trailing dot. Null if it cannot be one.
[[nodiscard]] std::optional<std::string> server_name_of(std::string name);

/// Whether an HTTP request can ask for it as it stands: begins with `/`, holds no blank.
[[nodiscard]] bool is_request_path(std::string_view text);

/// Of a text that was to be a target what an error may show: what stands before an '@' may be a password.
[[nodiscard]] std::string without_credentials(std::string_view text);

/// A result needs to know how to throw its error; nobody asks for it.
[[noreturn]] void throw_exception_from_error(const BadTarget& error, const boost::source_location& where);

} // namespace mtls::net
