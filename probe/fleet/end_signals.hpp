#pragma once

#include <chrono>
#include <functional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

namespace mtls::fleet {

/// What SIGINT and SIGTERM do to a program with an event loop: the first is told to the loop, which ends in good
/// order; the second ends the program at once, also while the loop is busy with other things. One at a time.
class EndSignals {
  public:
    /// A second one this soon after the first is the same wish: timeout(1) tells the program, and then its group.
    static constexpr std::chrono::milliseconds usual_echo{250};

    EndSignals(boost::asio::io_context& loop, std::function<void()> on_first,
               std::chrono::milliseconds echo = usual_echo);
    EndSignals(const EndSignals&) = delete;
    EndSignals& operator=(const EndSignals&) = delete;
    /// If one came, what goes for the second does so until the program has ended.
    ~EndSignals();

    /// The loop hears no more of them: the first ends the program at once, too.
    void leave_loop();

  private:
    boost::asio::signal_set set_;
};

} // namespace mtls::fleet
