#pragma once

#include "harness/raw/client_hello.hpp"
#include "harness/raw/dialogue.hpp"
#include "harness/raw/key_exchange.hpp"

namespace mtls::raw {

/// TLS 1.0 to 1.2 up to ServerHelloDone. The keys of the connection are never made: what the client says after its
/// ChangeCipherSpec stays unread.
class Dialogue12 : public Dialogue {
  public:
    Dialogue12(const Script& script, Speech& speech, Seen& seen, const ClientHello& hello);

    void hear(const Record& record) override;
    [[nodiscard]] Buffer more() override;

  private:
    void say_server_hello(const ClientHello& hello, Bytes random, std::uint16_t cipher_suite);
    void say_key_exchange(const ClientHello& hello, Bytes random);

    KeyExchange key_exchange_;
    MessageReader messages_;
    bool encrypted_ = false;
};

} // namespace mtls::raw
