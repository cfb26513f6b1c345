#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "harness/raw/bytes.hpp"
#include "harness/raw/record_protection.hpp"
#include "harness/raw/script.hpp"

/// What the server says, from messages to the bytes of the connection. Private to the layer.
namespace mtls::raw {

class Speech {
  public:
    explicit Speech(const Script& script) : script_{script} {}

    /// A handshake message, in records as long as the script wants them.
    void say(std::uint8_t type, Bytes body);

    /// The CertificateRequest, with whatever the script does to its header or its end.
    void say_request(Bytes body);

    void say_record(std::uint8_t type, Bytes content);
    void say_alert(int code); ///< fatal

    void say_bytes(Bytes bytes) { append(output_, bytes); }

    /// From here on nothing is said if the script stalls at this point.
    void reach(scenario::Stall point);

    /// Every record from here on is sealed.
    void protect(Bytes traffic_secret) { protection_.emplace(traffic_secret); }

    void set_version(std::uint16_t version) { version_ = version; } ///< in the headers of records

    [[nodiscard]] bool silent() const { return silent_; }

    [[nodiscard]] Buffer take() { return std::exchange(output_, {}); }

    /// All handshake messages said and, by note(), heard so far: what TLS 1.3 takes the hash of.
    [[nodiscard]] const Buffer& transcript() const { return transcript_; }

    void note(Bytes message) { append(transcript_, message); }

    void forget_transcript() { transcript_.clear(); }

  private:
    void say_handshake(Bytes bytes);

    const Script& script_;
    std::uint16_t version_ = 0x0303;
    std::optional<RecordProtection> protection_;
    Buffer output_;
    Buffer transcript_;
    bool silent_ = false;
};

} // namespace mtls::raw
