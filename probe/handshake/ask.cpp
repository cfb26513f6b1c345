#include "probe/handshake/ask.hpp"

#include <algorithm>
#include <exception>
#include <functional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "probe/handshake/connection.hpp"

namespace mtls::handshake {

namespace asio = boost::asio;
using observation::Observation;
using Clock = std::chrono::steady_clock;

namespace {

/// The questions, their answers so far, and the place of the next one to ask.
class Round {
  public:
    Round(const asio::any_io_executor& executor, std::vector<Question> questions, Bounds bounds)
        : questions_{std::move(questions)}, bounds_{bounds},
          answers_(questions_.size()), over_{executor, Clock::time_point::max()}
    {
    }

    [[nodiscard]] std::size_t lanes() const { return std::min(bounds_.at_once, questions_.size()); }

    /// Null: all have been asked.
    Question* take_turn(std::size_t& turn)
    {
        if (next_ == questions_.size()) {
            return nullptr;
        }
        turn = next_++;
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(bounds_.end - Clock::now());
        auto& whole = questions_[turn].patience.whole;
        whole = std::clamp(left, std::chrono::milliseconds{0}, whole);
        return &questions_[turn];
    }

    void answer(std::size_t turn, Observation seen) { answers_[turn] = std::move(seen); }

    void lane_begins() { ++open_; }

    void lane_ends(const std::exception_ptr& thrown = nullptr)
    {
        if (thrown && !failure_) {
            failure_ = thrown;
        }
        if (--open_ == 0) {
            over_.cancel();
        }
    }

    asio::awaitable<std::vector<Observation>> wait()
    {
        boost::system::error_code cancelled;
        while (open_ > 0) {
            co_await over_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        }
        if (failure_) {
            std::rethrow_exception(failure_);
        }
        co_return std::move(answers_);
    }

    [[nodiscard]] asio::any_io_executor executor() { return over_.get_executor(); }

  private:
    std::vector<Question> questions_;
    Bounds bounds_;
    std::vector<Observation> answers_;
    std::size_t next_ = 0;
    std::size_t open_ = 0;
    std::exception_ptr failure_;
    asio::steady_timer over_;
};

asio::awaitable<void> take_turns(Round& round, const ClientContext& context)
{
    std::size_t turn = 0;
    while (const Question* question = round.take_turn(turn)) {
        Observation seen = co_await converse(round.executor(), context, *question);
        round.answer(turn, std::move(seen));
    }
}

void take_list_turn(Round& round, ListAsker& asker)
{
    std::size_t turn = 0;
    if (Question* question = round.take_turn(turn)) {
        asker.ask(std::move(*question), [&round, &asker, turn](Observation seen) {
            round.answer(turn, std::move(seen));
            take_list_turn(round, asker);
        });
    } else {
        round.lane_ends();
    }
}

} // namespace

asio::awaitable<std::vector<Observation>> ask(const ClientContext& context, std::vector<Question> questions,
                                              Bounds bounds)
{
    Round round{co_await asio::this_coro::executor, std::move(questions), bounds};
    for (std::size_t lane = 0; lane < round.lanes(); ++lane) {
        round.lane_begins();
        asio::co_spawn(round.executor(), take_turns(round, context),
                       [&round](const std::exception_ptr& thrown) { round.lane_ends(thrown); });
    }
    co_return co_await round.wait();
}

asio::awaitable<std::vector<Observation>> ask_lists(ListAsker& asker, std::vector<Question> questions, Bounds bounds)
{
    Round round{co_await asio::this_coro::executor, std::move(questions), bounds};
    for (std::size_t lane = 0; lane < round.lanes(); ++lane) {
        round.lane_begins();
        take_list_turn(round, asker);
    }
    co_return co_await round.wait();
}

} // namespace mtls::handshake
