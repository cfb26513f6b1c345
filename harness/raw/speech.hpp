#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "harness/raw/bytes.hpp"
#include "harness/raw/record_protection.hpp"
#include "harness/raw/script.hpp"

/// What the server says, from messages to the bytes of the connection. Private to the layer.
namespace mtls::raw {

/// How the connection ends once everything has been sent.
enum class Ending { none, close, reset };

/// What a scripted server has to say: messages become records, until the point where it is to go wrong.
class Speech {
  public:
    explicit Speech(const Script& script) : script_{script}, breakdown_{script.breakdown} {}

    /// How it is to go wrong, once the version is known.
    void expect(scenario::Breakdown breakdown) { breakdown_ = breakdown; }

    [[nodiscard]] const scenario::Breakdown& breakdown() const { return breakdown_; }

    /// A handshake message, in records as long as the script wants them.
    void say(std::uint8_t type, Bytes body);

    /// The same, with a point in its middle where the script may go wrong.
    void say(std::uint8_t type, Bytes body, scenario::Point middle);

    /// The CertificateRequest, with whatever the script does to its header or its end.
    void say_request(Bytes body);

    void say_record(std::uint8_t type, Bytes content);
    void say_alert(int code); ///< fatal

    void say_bytes(Bytes bytes) { append(output_, bytes); }

    /// If this is the point where the script goes wrong, it does, and nothing is said any more but what belongs to
    /// that.
    void reach(scenario::Point point);

    /// Every record from here on is sealed.
    void protect(Bytes traffic_secret) { protection_.emplace<RecordProtection>(traffic_secret); }

    void protect(RecordProtection12 protection) { protection_ = std::move(protection); }

    void set_version(std::uint16_t version) { version_ = version; } ///< in the headers of records

    [[nodiscard]] bool silent() const { return silent_; }

    [[nodiscard]] bool endless() const { return endless_; }

    [[nodiscard]] Ending ending() const { return ending_; }

    [[nodiscard]] Buffer take();

    /// What comes again and again, once the script went wrong that way. Mostly nothing.
    [[nodiscard]] Buffer more();

    /// How many bytes of the connection are sent at once; those after them come one a second. Null: all of them.
    [[nodiscard]] std::optional<std::size_t> slow_after() const { return slow_after_; }

    /// How many bytes of the connection there are up to the end of the CertificateRequest. Null: it was not said, or
    /// only in part.
    [[nodiscard]] std::optional<std::size_t> request_end() const { return request_end_; }

    /// All handshake messages said and, by note(), heard so far: what TLS takes the hash of.
    [[nodiscard]] const Buffer& transcript() const { return transcript_; }

    void note(Bytes message) { append(transcript_, message); }

  private:
    void say_handshake(Bytes bytes);
    void go_wrong();
    void say_again();

    const Script& script_;
    scenario::Breakdown breakdown_;
    std::uint16_t version_ = 0x0303;
    std::variant<std::monostate, RecordProtection, RecordProtection12> protection_;
    Buffer output_;
    std::size_t taken_ = 0;
    Buffer transcript_;
    bool silent_ = false;
    bool endless_ = false;
    std::size_t repeats_ = 0;
    std::optional<std::size_t> slow_after_;
    std::optional<std::size_t> request_end_;
    Ending ending_ = Ending::none;
};

} // namespace mtls::raw
