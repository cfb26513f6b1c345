#pragma once

#include <optional>

#include "harness/raw/client_hello.hpp"
#include "harness/raw/dialogue.hpp"
#include "harness/raw/key_block.hpp"
#include "harness/raw/key_exchange.hpp"

namespace mtls::raw {

/// TLS 1.0 to 1.2 up to ServerHelloDone, and in 1.2 to the end. Before 1.2 the keys of the connection are never made:
/// what the client says after its ChangeCipherSpec stays unread.
class Dialogue12 : public Dialogue {
  public:
    /// `message` is the ClientHello as it came.
    Dialogue12(const Script& script, Speech& speech, Seen& seen, const ClientHello& hello, Bytes message);

    void hear(const Record& record) override;

  private:
    void say_server_hello(const ClientHello& hello, std::uint16_t cipher_suite);
    void say_key_exchange();
    void say_finished();
    void hear_message(const Message& heard);
    void hear_sealed(const Record& record);

    KeyExchange key_exchange_;
    MessageReader messages_;
    Buffer client_random_;
    Buffer random_;
    std::optional<KeyBlock> keys_;
    std::optional<RecordProtection12> incoming_;
    bool encrypted_ = false;
};

} // namespace mtls::raw
