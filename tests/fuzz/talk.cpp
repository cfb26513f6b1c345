// The first byte chooses who talks before TLS (a protocol with STARTTLS, a proxy) or after it (HTTP), the second in
// pieces of how many bytes; the rest is what comes from there.
#include <algorithm>

#include "probe/handshake/http_exchange.hpp"
#include "probe/net/proxy.hpp"
#include "probe/net/starttls.hpp"
#include "tests/fuzz/invariant.hpp"

using namespace mtls;

namespace {

template <typename Dialogue> void feed(Dialogue& dialogue, std::string_view bytes, std::size_t piece)
{
    using State = typename Dialogue::State;
    std::size_t said = 0;
    while (!bytes.empty() && dialogue.state() == State::talking) {
        const auto part = bytes.substr(0, piece);
        bytes.remove_prefix(part.size());
        dialogue.feed(part);
        said += dialogue.take_output().size();
    }
    fuzz::invariant(said < 4096, "a server does not make us talk for ever");
}

void feed(handshake::HttpExchange& exchange, std::string_view bytes, std::size_t piece)
{
    using State = handshake::HttpExchange::State;
    while (!bytes.empty() && exchange.state() != State::done && exchange.state() != State::foreign) {
        const auto part = bytes.substr(0, piece);
        bytes.remove_prefix(part.size());
        exchange.feed(part);
    }
    if (exchange.state() == State::header || exchange.state() == State::done) {
        const auto answer = exchange.answer();
        fuzz::invariant(answer && answer->status >= 200 && answer->status <= 999, "an answer has a status");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2) {
        return 0;
    }
    const std::string_view bytes{reinterpret_cast<const char*>(data + 2), size - 2};
    const std::size_t piece = std::max<std::size_t>(data[1], 1);
    static const auto protocols = net::starttls_names();
    const std::size_t who = data[0] % (protocols.size() + 3);
    if (who < protocols.size()) {
        net::StartTlsDialogue dialogue{*net::starttls_of(protocols[who]), "fuzz.test"};
        feed(dialogue, bytes, piece);
    } else if (who < protocols.size() + 2) {
        const auto kind = who == protocols.size() ? net::Proxy::Kind::http : net::Proxy::Kind::socks5;
        net::ProxyDialogue dialogue{kind, "fuzz.test", 443};
        feed(dialogue, bytes, piece);
    } else {
        handshake::HttpExchange exchange{{}};
        feed(exchange, bytes, piece);
    }
    return 0;
}
