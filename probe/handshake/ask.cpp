#include "probe/handshake/ask.hpp"

#include <algorithm>
#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "probe/handshake/connection.hpp"

namespace mtls::handshake {

namespace asio = boost::asio;

namespace {

/// The questions, and the place of the next one to ask.
struct Work {
    const ClientContext& context;
    const std::vector<Question>& questions;
    std::vector<observation::Observation> answers;
    std::size_t next = 0;
};

asio::awaitable<void> take_turns(asio::io_context& io, Work& work)
{
    while (work.next < work.questions.size()) {
        const std::size_t turn = work.next++;
        work.answers[turn] = co_await converse(io.get_executor(), work.context, work.questions[turn]);
    }
}

} // namespace

std::vector<observation::Observation> ask(const ClientContext& context, const std::vector<Question>& questions,
                                          std::size_t at_once)
{
    asio::io_context io{1};
    Work work{context, questions, std::vector<observation::Observation>(questions.size())};
    std::exception_ptr failure;
    for (std::size_t i = 0; i < std::min(at_once, questions.size()); ++i) {
        asio::co_spawn(io, take_turns(io, work), [&failure](std::exception_ptr thrown) {
            if (thrown && !failure) {
                failure = thrown;
            }
        });
    }
    io.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
    return std::move(work.answers);
}

} // namespace mtls::handshake
