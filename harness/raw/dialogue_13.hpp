#pragma once

#include <optional>

#include "harness/raw/client_hello.hpp"
#include "harness/raw/dialogue.hpp"
#include "harness/raw/key_exchange.hpp"
#include "harness/raw/key_schedule.hpp"

namespace mtls::raw {

/// A minimal TLS 1.3 handshake: X25519, TLS_AES_128_GCM_SHA256, no resumption. It reads the client's side to the end.
class Dialogue13 : public Dialogue {
  public:
    /// `message` is the ClientHello as it came.
    Dialogue13(const Script& script, Speech& speech, Seen& seen, const ClientHello& hello, Bytes message);

    void hear(const Record& record) override;

  private:
    void begin(const ClientHello& hello, Bytes message);
    void ask_for_share(const ClientHello& hello, Bytes message);
    void say_flight(const ClientHello& hello);
    void say_server_hello(const ClientHello& hello);
    void hear_plain(const Record& record);
    void hear_message(const Message& heard);

    KeyExchange key_exchange_;
    MessageReader messages_;
    bool retried_ = false;
    TrafficSecrets handshake_;
    TrafficSecrets application_;
    std::optional<RecordProtection> incoming_;
};

} // namespace mtls::raw
