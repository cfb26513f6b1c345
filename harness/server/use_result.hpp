#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mtls::server {

/// co_await gives a tuple that begins with the error: an error is a value.
inline constexpr auto use_result = boost::asio::as_tuple(boost::asio::use_awaitable);

} // namespace mtls::server
