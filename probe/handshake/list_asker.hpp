#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "probe/handshake/question.hpp"
#include "probe/net/stream.hpp"
#include "probe/observation/observation.hpp"

namespace boost::asio {
class io_context;
}

namespace mtls::handshake {

/// Asks many servers for their list without finishing a handshake: our own ClientHello, the server's first flight, and
/// away (probe/hello). A connection in flight takes some 3 KiB, so thousands may be; everything happens in the thread
/// that runs the io_context.
class ListAsker {
  public:
    using Done = std::function<void(observation::Observation)>;

    /// `io` must outlive the asker, and no handler of it may run after the asker is gone: let run() end first.
    explicit ListAsker(boost::asio::io_context& io);
    ListAsker(const ListAsker&) = delete;
    ListAsker& operator=(const ListAsker&) = delete;
    ~ListAsker();

    /// One connection. `done` is called once, from io.run() and never from here, at the latest when Patience::whole is
    /// over; it may ask() again. Of the question, `credential`, `http` and Patience::answer do not matter;
    /// Patience::settle is how long to wait for the rest of a flight whose request is there. What is wrong on our side
    /// is thrown out of io.run().
    void ask(Question question, Done done);

  private:
    class Connection;
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

} // namespace mtls::handshake
