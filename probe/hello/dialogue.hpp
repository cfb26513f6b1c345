#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "probe/hello/client_hello.hpp"
#include "probe/hello/workbench.hpp"
#include "probe/wire/alert.hpp"
#include "probe/wire/cipher_suite.hpp"
#include "probe/wire/record.hpp"
#include "probe/wire/server_hello.hpp"

namespace mtls::hello {

/// What the server chose in its ServerHello.
struct Agreed {
    wire::ProtocolVersion version{};
    wire::CipherSuite cipher{};
    std::optional<wire::NamedGroup> group;
    std::optional<std::string> alpn; ///< raw
};

/// Hears what a server says, in the clear.
class Listener {
  public:
    Listener() = default;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    virtual ~Listener() = default;

    /// A ClientHello of ours, header included.
    virtual void said(Bytes bytes) = 0;

    /// One whole handshake message of the server, header included. `version` is the one agreed on so far, TLS 1.2
    /// before that.
    virtual void message(wire::ProtocolVersion version, Bytes bytes) = 0;

    /// An alert, as its two bytes. True: it ends the connection.
    virtual bool alert(wire::ProtocolVersion version, Bytes bytes) = 0;
};

/// A ClientHello and the first flight of the server that answers it, without any I/O: bytes in, bytes out.
///
/// Up to TLS 1.2 that flight is plain text (RFC 5246 §7.3), so nothing is computed and nothing can be refused. In 1.3
/// it is protected from ServerHello on, by a key that the key exchange alone gives (RFC 8446 §2). Nothing is verified:
/// what is read is what the server says, and we leave without an answer.
class Dialogue {
  public:
    enum class State {
        asking,  ///< the flight is not complete
        done,    ///< up to ServerHelloDone, or the server's Finished in TLS 1.3
        alerted, ///< by a fatal alert
        broken,  ///< bytes that break the protocol: failure()
        foreign, ///< what came first is no TLS record
    };

    /// `bench` and `listener` must outlive the dialogue. Throws ossl::Error.
    Dialogue(Offer offer, Workbench& bench, Listener& listener);

    /// What is to be sent now; empties the queue.
    [[nodiscard]] std::vector<std::uint8_t> take_output() { return std::move(output_); }

    /// More bytes of the server, as they come.
    State feed(Bytes bytes);

    [[nodiscard]] State state() const { return state_; }

    /// Why the state is `broken`, for a person.
    [[nodiscard]] const std::string& failure() const { return failure_; }

    [[nodiscard]] const std::optional<Agreed>& agreed() const { return agreed_; }

    /// The start of a handshake message whose rest has not come, header included; mostly nothing.
    [[nodiscard]] Bytes incomplete() const { return message_; }

    /// At least one record header came that can be one.
    [[nodiscard]] bool speaks_tls() const { return records_ > 0; }

  private:
    [[nodiscard]] Bytes take_header(Bytes bytes);
    void take_fragment(Bytes chunk);
    void take_alert(Bytes chunk);
    void hear_alerts(Bytes bytes);
    void take_protected(Bytes chunk);
    void open(Bytes fragment);
    void take_handshake(Bytes chunk);
    [[nodiscard]] bool may_come(const wire::HandshakeHeader& header);
    [[nodiscard]] Bytes gather(Bytes chunk);
    void hear(Bytes message);
    void hear_server_hello(Bytes message);
    void answer_retry(const wire::ServerHello& hello, Bytes message);
    void agree_on_keys(const wire::ServerHello& hello, Bytes message);
    void say_hello(Bytes cookie);
    [[nodiscard]] wire::ProtocolVersion version() const;

    [[nodiscard]] const KeyShare& share() const { return retried_ ? *retried_ : bench_.first_share(); }

    void fail(std::string why);

    Offer offer_;
    Workbench& bench_;
    Listener& listener_;
    State state_ = State::asking;
    ClientHelloFields fields_;
    std::vector<std::uint8_t> output_;
    std::vector<std::uint8_t> transcript_; ///< until the keys are known; only if TLS 1.3 is offered
    std::unique_ptr<KeyShare> retried_;    ///< for a HelloRetryRequest
    std::unique_ptr<TrafficKey> key_;      ///< from ServerHello on, in TLS 1.3
    std::optional<Agreed> agreed_;

    std::array<std::uint8_t, wire::RecordHeader::size> header_{};
    std::uint8_t header_size_ = 0;
    bool hello_retried_ = false;
    std::uint16_t left_ = 0;             ///< of the fragment under way
    wire::RecordHeader record_;          ///< under way
    std::vector<std::uint8_t> fragment_; ///< what has come of a protected one, or of an alert
    std::vector<std::uint8_t> message_;  ///< what has come of a handshake message
    std::size_t received_ = 0;
    std::size_t records_ = 0;
    std::size_t messages_ = 0;
    std::size_t requests_ = 0;
    std::size_t warnings_ = 0;
    std::size_t cipher_changes_ = 0;
    std::string failure_;
};

} // namespace mtls::hello
