#include "probe/handshake/ask.hpp"

#include <algorithm>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <utility>

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

/// A question and its number.
struct Turn {
    std::size_t number = 0;
    Question question;
};

/// The questions not asked yet, and the answers so far. Thousands of rounds may wait for an answer each, so none keeps
/// room for what has gone or not come yet.
class Round {
  public:
    Round(const asio::any_io_executor& executor, std::vector<Question> questions, Bounds bounds)
        : questions_{std::move(questions)}, bounds_{bounds}, over_{executor, Clock::time_point::max()}
    {
    }

    [[nodiscard]] std::size_t lanes() const { return std::min(bounds_.at_once, count_); }

    /// Null: all have been asked.
    std::optional<Turn> take_turn()
    {
        if (asked_ == count_ || too_late()) {
            return std::nullopt;
        }
        std::optional<Turn> turn{Turn{asked_, std::move(questions_[asked_])}};
        if (++asked_ == count_) {
            questions_ = {};
        }
        auto& whole = turn->question.patience.whole;
        whole = std::clamp(left(), std::chrono::milliseconds{0}, whole);
        return turn;
    }

    void answer(std::size_t number, Observation seen) { answers_.emplace(number, std::move(seen)); }

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
        std::vector<Observation> in_order;
        in_order.reserve(answers_.size());
        for (auto& answer : answers_) {
            in_order.push_back(std::move(answer.second));
        }
        co_return in_order;
    }

    [[nodiscard]] asio::any_io_executor executor() { return over_.get_executor(); }

  private:
    [[nodiscard]] std::chrono::milliseconds left() const
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(bounds_.end - Clock::now());
    }

    /// Whether the next one could not even connect. Of a candidate there is an answer in any case, and of the round.
    [[nodiscard]] bool too_late() const
    {
        const Question& next = questions_[asked_];
        return asked_ > 0 && left().count() <= 0 && (next.spare || next.purpose != observation::Purpose::candidate);
    }

    std::vector<Question> questions_;
    Bounds bounds_;
    std::size_t count_ = questions_.size();
    std::size_t asked_ = 0;                      ///< of them
    std::map<std::size_t, Observation> answers_; ///< by number of the question
    std::size_t open_ = 0;
    std::exception_ptr failure_;
    asio::steady_timer over_;
};

asio::awaitable<void> take_turns(Round& round, const ClientContext& context)
{
    while (const auto turn = round.take_turn()) {
        Observation seen = co_await converse(round.executor(), context, turn->question);
        round.answer(turn->number, std::move(seen));
    }
}

void take_list_turn(Round& round, ListAsker& asker)
{
    if (auto turn = round.take_turn()) {
        asker.ask(std::move(turn->question), [&round, &asker, number = turn->number](Observation seen) {
            round.answer(number, std::move(seen));
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
