#pragma once

#include <cstddef>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "probe/handshake/client_context.hpp"
#include "probe/handshake/list_asker.hpp"
#include "probe/handshake/question.hpp"
#include "probe/net/stream.hpp"
#include "probe/observation/observation.hpp"

namespace mtls::handshake {

/// What bounds a round of questions.
struct Bounds {
    std::size_t at_once = 1; ///< connections
    net::Deadline end;       ///< none lasts longer, whatever its own patience
};

/// Makes every connection and returns what was seen, in the order of the questions. Where the time ends before all are
/// made, the last that present no candidate are left out: they were not tried. `context` must outlive the coroutine.
/// Throws for what is wrong on our side.
[[nodiscard]] boost::asio::awaitable<std::vector<observation::Observation>>
ask(const ClientContext& context, std::vector<Question> questions, Bounds bounds);

/// The same, without finishing a handshake. The asker works on the io_context of the coroutine.
[[nodiscard]] boost::asio::awaitable<std::vector<observation::Observation>>
ask_lists(ListAsker& asker, std::vector<Question> questions, Bounds bounds);

} // namespace mtls::handshake
