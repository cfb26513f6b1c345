#pragma once

#include <atomic>

namespace mtls::ossl {

/// Something that is made at its first use, whichever thread comes first; the others wait for it. What is thrown in the
/// making leaves it unmade, for the next to try.
///
/// Not std::call_once: that calls through the C library, and what is thrown on its way, for want of memory, ends a
/// program where glibc cannot load libgcc_s.
class Once {
  public:
    template <class Make> void operator()(Make&& make)
    {
        for (State seen = state_.load(std::memory_order_acquire); seen != State::made;) {
            if (seen == State::in_the_making) {
                state_.wait(seen, std::memory_order_acquire);
                seen = state_.load(std::memory_order_acquire);
            } else if (state_.compare_exchange_strong(seen, State::in_the_making, std::memory_order_acquire)) {
                Turn turn{*this};
                make();
                turn.outcome = State::made;
                return;
            }
        }
    }

  private:
    enum class State : int { unmade, in_the_making, made };

    struct Turn {
        explicit Turn(Once& once) : whose{once} {}

        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

        ~Turn()
        {
            whose.state_.store(outcome, std::memory_order_release);
            whose.state_.notify_all();
        }

        Once& whose;
        State outcome = State::unmade;
    };

    std::atomic<State> state_{State::unmade};
};

} // namespace mtls::ossl
