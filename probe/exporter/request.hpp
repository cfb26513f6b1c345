#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <boost/beast/http/status.hpp>
#include <boost/beast/http/verb.hpp>

namespace mtls::exporter {

/// The bytes that a request may have, all of it a head.
inline constexpr std::size_t longest_request = 8192;

/// What is asked, by a request that is one in every respect.
struct Request {
    boost::beast::http::verb method{};
    std::string target;
    unsigned version = 11;
    bool keep_alive = false;
    std::optional<std::string> scrape_timeout; ///< the value of that header
    std::size_t size = 0;                      ///< of the head; what follows is the next request
};

/// Where the next request begins cannot be told after one of these, so the connection has to end.
struct Refused {
    boost::beast::http::status status{};
    std::string why; ///< one line
};

/// More has to come.
struct Unfinished {};

/// Reads the first request of what a client has sent. Whatever two readers could take for two different things is
/// refused, and as soon as it is seen: a body, two lengths, an unknown coding, lines that are folded or end in a bare
/// LF.
[[nodiscard]] std::variant<Unfinished, Request, Refused> read_request(std::string_view bytes);

} // namespace mtls::exporter
