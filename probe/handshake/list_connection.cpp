#include "probe/handshake/list_connection.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "certs/x509/name.hpp"

namespace mtls::handshake {

namespace asio = boost::asio;
using boost::system::error_code;
using net::Deadline;
using observation::Outcome;
using Clock = std::chrono::steady_clock;

ListAsker::Connection::Connection(std::shared_ptr<Shared> shared, Question question, Done done)
    : shared_{std::move(shared)}, question_{std::move(question)}, done_{std::move(done)},
      connect_until_{began_ + std::min(question_.patience.connect, question_.patience.whole)},
      last_{began_ + question_.patience.whole}, socket_{shared_->io}, timer_{shared_->io}, tap_{seen_, began_}
{
    seen_.purpose = question_.purpose;
    seen_.variant = question_.variant;
    seen_.candidate = question_.candidate;
    seen_.list_only = true;
}

void ListAsker::Connection::start()
{
    if (question_.proxy || question_.upgrade) {
        approach_by_detour(); // which keeps its own time, and knows where it was spent
        return;
    }
    await_deadline();
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
        if (!over_) {
            await_deadline();
        }
    }
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
    const Done done = std::move(done_);
    done(std::move(seen_));
}

} // namespace mtls::handshake
