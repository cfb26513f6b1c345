#include "probe/handshake/list_asker.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "certs/x509/name.hpp"
#include "probe/handshake/approach.hpp"
#include "probe/handshake/first_bytes.hpp"
#include "probe/handshake/tap.hpp"
#include "probe/hello/dialogue.hpp"

namespace mtls::handshake {

namespace asio = boost::asio;
using boost::system::error_code;
using hello::Dialogue;
using net::Deadline;
using observation::Observation;
using observation::Outcome;
using Clock = std::chrono::steady_clock;

/// What the connections of one asker have in common: one of them reads at a time, so one buffer does.
struct ListAsker::Shared {
    explicit Shared(asio::io_context& context) : io{context} {}

    asio::io_context& io;
    hello::Workbench bench;
    std::array<std::uint8_t, 64UL * 1024> buffer{};
    std::vector<Connection*> in_flight; ///< each knows its place
    std::optional<Deadline> end;
};

/// One connection, a state machine by hand: connecting, reading, over. Its handlers keep it alive.
class ListAsker::Connection : public std::enable_shared_from_this<Connection>, private hello::Listener {
  public:
    Connection(std::shared_ptr<Shared> shared, Question question, Done done);

    ~Connection() override { leave_the_others(); }

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void start();
    void end_by(Deadline deadline);

  private:
    void join_the_others();
    void leave_the_others();
    void connect(const asio::ip::tcp::endpoint& endpoint);
    void note_opened();
    void note_end(net::IoStatus status);
    void approach_by_detour();
    void take_over();
    void say_hello();
    void await_bytes();
    void read();
    void take(std::span<const std::uint8_t> bytes);
    void flush();
    void await_deadline();
    void stop(const error_code& error);
    void end(Outcome outcome, std::string detail);

    void said(hello::Bytes bytes) override
    {
        tap_.message(observation::Side::client, wire::ProtocolVersion::tls12, bytes);
    }

    void message(wire::ProtocolVersion version, hello::Bytes bytes) override
    {
        tap_.message(observation::Side::server, version, bytes);
    }

    bool alert(wire::ProtocolVersion version, hello::Bytes bytes) override;

    [[nodiscard]] std::string place() const { return place_of(question_.variant.address, question_.variant.port); }

    std::shared_ptr<Shared> shared_;
    std::size_t index_ = 0; ///< in Shared::in_flight
    Question question_;
    Done done_;
    Clock::time_point began_ = Clock::now();
    Deadline connect_until_;
    Deadline last_;
    std::optional<net::Stream> detour_; ///< until it has led to where TLS begins
    asio::ip::tcp::socket socket_;
    asio::steady_timer timer_;
    Observation seen_;
    Tap tap_;
    std::optional<Dialogue> dialogue_; ///< from the moment the way is free
    FirstBytes first_;
    bool over_ = false;
    std::optional<std::size_t> logged_; ///< the traffic log's number of the connection
};

ListAsker::Connection::Connection(std::shared_ptr<Shared> shared, Question question, Done done)
    : shared_{std::move(shared)}, question_{std::move(question)}, done_{std::move(done)},
      connect_until_{began_ + std::min(question_.patience.connect, question_.patience.whole)},
      last_{began_ + question_.patience.whole}, socket_{shared_->io}, timer_{shared_->io}, tap_{seen_, began_}
{
    seen_.purpose = question_.purpose;
    seen_.variant = question_.variant;
    seen_.candidate = question_.candidate;
    seen_.list_only = true;
    join_the_others();
}

void ListAsker::Connection::join_the_others()
{
    index_ = shared_->in_flight.size();
    shared_->in_flight.push_back(this);
}

void ListAsker::Connection::leave_the_others()
{
    auto& all = shared_->in_flight;
    if (index_ < all.size() && all[index_] == this) {
        all[index_] = all.back();
        all[index_]->index_ = index_;
        all.pop_back();
    }
}

void ListAsker::Connection::start()
{
    last_ = std::min(last_, shared_->end.value_or(last_));
    await_deadline();
    if (question_.proxy || question_.upgrade) {
        approach_by_detour();
        return;
    }
    error_code error;
    const auto address = asio::ip::make_address(question_.variant.address, error);
    if (error) {
        asio::post(shared_->io, [self = shared_from_this(), error] { self->stop(error); });
        return;
    }
    connect({address, question_.variant.port});
}

void ListAsker::Connection::connect(const asio::ip::tcp::endpoint& endpoint)
{
    socket_.async_connect(endpoint, [self = shared_from_this()](const error_code& error) {
        if (self->over_) {
            return;
        }
        if (error) {
            self->stop(error);
        } else {
            self->note_opened();
            self->say_hello();
        }
    });
}

void ListAsker::Connection::note_opened()
{
    if (question_.traffic == nullptr) {
        return;
    }
    error_code error;
    const auto local = socket_.local_endpoint(error);
    const auto remote = error ? local : socket_.remote_endpoint(error);
    if (!error) {
        logged_ = question_.traffic->opened({local.address().to_string(), local.port()},
                                            {remote.address().to_string(), remote.port()});
    }
}

void ListAsker::Connection::note_end(net::IoStatus status)
{
    if (!logged_) {
        return;
    }
    if (status == net::IoStatus::closed) {
        question_.traffic->peer_closed(*logged_);
    } else if (status == net::IoStatus::reset) {
        question_.traffic->peer_reset(*logged_);
    }
}

/// Through a proxy, or after a talk in the clear: what the ordinary probe does there, then as ever.
void ListAsker::Connection::approach_by_detour()
{
    detour_.emplace(shared_->io.get_executor(), question_.traffic);
    const auto walk = [](std::shared_ptr<Connection> self) -> asio::awaitable<void> {
        auto why = co_await approach(*self->detour_, self->question_, self->connect_until_, self->last_);
        if (self->over_) {
            co_return;
        }
        if (why) {
            self->end(why->outcome, std::move(why->detail));
        } else {
            self->take_over();
        }
    };
    asio::co_spawn(shared_->io, walk(shared_from_this()), [](const std::exception_ptr& thrown) {
        if (thrown) {
            std::rethrow_exception(thrown);
        }
    });
}

void ListAsker::Connection::take_over()
{
    const std::string& address = question_.proxy ? question_.proxy->address : question_.variant.address;
    const bool v6 = address.find(':') != std::string::npos;
    logged_ = detour_->logged();
    error_code error;
    socket_.assign(v6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), detour_->release(), error);
    detour_.reset();
    if (error) {
        stop(error);
    } else {
        say_hello();
    }
}

void ListAsker::Connection::say_hello()
{
    error_code error;
    socket_.non_blocking(true, error);
    dialogue_.emplace(hello::Offer{question_.variant.sni, question_.variant.tls_offered, question_.alpn},
                      shared_->bench, static_cast<hello::Listener&>(*this));
    connect_until_ = last_;
    flush();
    await_bytes();
}

/// A ClientHello is smaller than any socket's buffer: it goes out at once, or the server is gone and a read tells why.
void ListAsker::Connection::flush()
{
    const auto bytes = dialogue_->take_output();
    if (!bytes.empty()) {
        error_code error;
        const std::size_t sent = socket_.send(asio::buffer(bytes), 0, error);
        if (logged_ && !error) {
            question_.traffic->sent(*logged_, hello::Bytes{bytes}.first(sent));
        }
    }
}

void ListAsker::Connection::await_bytes()
{
    socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
        if (self->over_) {
            return;
        }
        if (error) {
            self->stop(error);
        } else {
            self->read();
        }
    });
}

void ListAsker::Connection::read()
{
    error_code error;
    const std::size_t size = socket_.receive(asio::buffer(shared_->buffer), 0, error);
    if (error == asio::error::would_block) {
        await_bytes();
    } else if (error) {
        stop(error);
    } else {
        const hello::Bytes bytes{shared_->buffer.data(), size};
        if (logged_) {
            question_.traffic->received(*logged_, bytes);
        }
        take(bytes);
    }
}

void ListAsker::Connection::take(std::span<const std::uint8_t> bytes)
{
    if (!dialogue_->speaks_tls()) {
        first_.add(bytes);
    }
    switch (dialogue_->feed(bytes)) {
    case Dialogue::State::asking:
        flush();
        if (!seen_.certificate_requests.empty()) { // what we came for is there
            end_by(Clock::now() + question_.patience.settle);
        }
        await_bytes();
        return;
    case Dialogue::State::done:
        end(Outcome::completed, "the server's first flight was read; the handshake was not completed");
        return;
    case Dialogue::State::alerted:
        end(Outcome::alert, "the server sent alert " + name(seen_.alert->code) + " (" +
                                std::to_string(static_cast<int>(seen_.alert->code)) + ")");
        return;
    case Dialogue::State::broken:
        end(Outcome::protocol_error, "the server broke the TLS protocol: " + dialogue_->failure());
        return;
    case Dialogue::State::foreign:
        end(Outcome::not_tls, place() + " does not speak TLS here: " + first_.describe());
        return;
    }
}

bool ListAsker::Connection::alert(wire::ProtocolVersion version, hello::Bytes bytes)
{
    tap_.alert(observation::Direction::received, version, bytes);
    return seen_.alert.has_value();
}

/// One timer, set once in the usual case: when it fires too early, the deadline has moved on.
void ListAsker::Connection::await_deadline()
{
    timer_.expires_at(std::min(connect_until_, last_));
    timer_.async_wait([self = shared_from_this()](const error_code& error) {
        if (self->over_ || error) {
            return;
        }
        if (Clock::now() < std::min(self->connect_until_, self->last_)) {
            self->await_deadline();
        } else {
            self->stop(asio::error::timed_out);
        }
    });
}

void ListAsker::Connection::end_by(Deadline deadline)
{
    if (deadline < last_) {
        last_ = deadline;
        await_deadline();
    }
}

/// The connection went no further.
void ListAsker::Connection::stop(const error_code& error)
{
    const net::IoResult result = net::io_result(error, 0);
    note_end(result.status);
    if (dialogue_) {
        auto [outcome, detail] = broken_off(result, place(), "in the handshake");
        end(outcome, std::move(detail));
    } else {
        end(outcome_of(result.status), "connect to " + place() + ": " + result.why);
    }
}

void ListAsker::Connection::end(Outcome outcome, std::string detail)
{
    over_ = true;
    seen_.outcome = outcome;
    seen_.detail = std::move(detail);
    if (dialogue_) {
        if (const auto& agreed = dialogue_->agreed()) {
            seen_.negotiated =
                observation::Negotiated{agreed->version, name(agreed->cipher),
                                        agreed->group ? std::optional{name(*agreed->group)} : std::nullopt,
                                        agreed->alpn ? std::optional{x509::printable(*agreed->alpn)} : std::nullopt};
            tap_.cut_short(agreed->version, dialogue_->incomplete());
        }
    }
    seen_.duration_ms = std::chrono::duration<double, std::milli>(Clock::now() - began_).count();
    error_code ignored;
    socket_.close(ignored);
    if (logged_) {
        question_.traffic->closed(*logged_);
    }
    if (detour_) {
        detour_->close();
    }
    timer_.cancel();
    leave_the_others();
    const Done done = std::move(done_);
    done(std::move(seen_));
}

ListAsker::ListAsker(asio::io_context& io) : shared_{std::make_shared<Shared>(io)} {}

ListAsker::~ListAsker() = default;

void ListAsker::ask(Question question, Done done)
{
    std::make_shared<Connection>(shared_, std::move(question), std::move(done))->start();
}

std::size_t ListAsker::in_flight() const
{
    return shared_->in_flight.size();
}

void ListAsker::end_by(Deadline deadline)
{
    shared_->end = deadline;
    for (Connection* connection : shared_->in_flight) {
        connection->end_by(deadline);
    }
}

} // namespace mtls::handshake
