#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "certs/ossl/handles.hpp"
#include "probe/handshake/client_context.hpp"
#include "probe/handshake/question.hpp"
#include "probe/handshake/tap.hpp"

namespace mtls::handshake {

/// The TLS side of one connection without any I/O: bytes from the server go in, bytes for the server come out.
class TlsEngine {
  public:
    enum class Step {
        done,      ///< the handshake is complete, or read() has bytes
        want_more, ///< nothing to do until the server has said more
        ended,     ///< the server said close_notify
        failed,    ///< a fatal alert either way, or bytes that break the protocol
    };

    /// `seen` and `tap` must outlive the engine. Throws ossl::Error, x509::ConfigError for what is wrong on our side.
    TlsEngine(const ClientContext& context, const Question& question, observation::Observation& seen, Tap& tap);
    TlsEngine(const TlsEngine&) = delete;
    TlsEngine& operator=(const TlsEngine&) = delete;
    ~TlsEngine() = default;

    /// Goes on with the first handshake.
    [[nodiscard]] Step handshake();

    /// Takes application data, and whatever handshakes the server starts meanwhile.
    [[nodiscard]] Step read(std::string& into);

    /// Encrypts application data. After the handshake only.
    [[nodiscard]] Step write(std::string_view text);

    /// Queues our close_notify.
    void close();

    void feed(std::span<const std::uint8_t> from_server);

    /// What is to be sent now; empties the queue.
    [[nodiscard]] std::vector<std::uint8_t> take_output();

    /// Why the last step failed: the library's reason, for a person. Judgement uses the alert.
    [[nodiscard]] const std::string& failure() const { return failure_; }

    /// Writes Observation::negotiated, once there is something to say.
    void describe_negotiated();

  private:
    static void hear(int written, int version, int content, const void* bytes, std::size_t size, SSL* ssl, void* self);
    [[nodiscard]] Step outcome_of(int result);
    [[nodiscard]] wire::ProtocolVersion version() const;

    ossl::SslPtr ssl_;
    BIO* incoming_ = nullptr; // owned by ssl_
    BIO* outgoing_ = nullptr; // owned by ssl_
    observation::Observation& seen_;
    Tap& tap_;
    bool server_hello_ = false;
    std::string failure_;
};

} // namespace mtls::handshake
