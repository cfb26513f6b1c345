#include "probe/handshake/list_asker.hpp"

#include <utility>

#include "probe/handshake/list_connection.hpp"

namespace mtls::handshake {

ListAsker::ListAsker(boost::asio::io_context& io) : shared_{std::make_shared<Shared>(io)} {}

ListAsker::~ListAsker() = default;

void ListAsker::ask(Question question, Done done)
{
    std::make_shared<Connection>(shared_, std::move(question), std::move(done))->start();
}

std::size_t ListAsker::in_flight() const
{
    return shared_->in_flight.size();
}

void ListAsker::end_by(net::Deadline deadline)
{
    shared_->end = deadline;
    for (Connection* connection : shared_->in_flight) {
        connection->end_by(deadline);
    }
}

} // namespace mtls::handshake
