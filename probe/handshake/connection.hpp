#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "probe/handshake/client_context.hpp"
#include "probe/handshake/question.hpp"
#include "probe/observation/observation.hpp"

namespace mtls::handshake {

/// One connection from TCP connect to close. Whatever the server does ends in an Observation, at the latest when
/// Patience::whole is over. `context` and `question` must outlive the coroutine. Throws for what is wrong on our side.
[[nodiscard]] boost::asio::awaitable<observation::Observation>
converse(boost::asio::any_io_executor executor, const ClientContext& context, const Question& question);

} // namespace mtls::handshake
