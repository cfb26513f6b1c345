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

} // namespace mtls::handshake
