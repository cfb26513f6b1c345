#pragma once

#include "harness/raw/protocol.hpp"
#include "harness/raw/record_layer.hpp"
#include "harness/raw/seen.hpp"
#include "harness/raw/speech.hpp"

/// A handshake of one version of TLS, from the ClientHello on. Private to the layer.
namespace mtls::raw {

/// What has no end does not end for a warning, such as no_renegotiation.
inline void note_alert(Bytes alert, const Speech& speech, Seen& seen)
{
    constexpr std::uint8_t fatal = 2;
    constexpr std::uint8_t close_notify = 0;
    const bool known = alert.size() == 2;
    if (known && (alert[1] != close_notify || !seen.alert_received)) {
        seen.alert_received = alert[1];
    }
    seen.over = seen.over || !speech.endless() || (known && alert[0] == fatal);
}

/// The server's side of one scripted connection: says its script, and notes what it hears.
class Dialogue {
  public:
    Dialogue(const Script& script, Speech& speech, Seen& seen) : script_{script}, speech_{speech}, seen_{seen} {}

    virtual ~Dialogue() = default;
    Dialogue(const Dialogue&) = delete;
    Dialogue& operator=(const Dialogue&) = delete;

    virtual void hear(const Record& record) = 0;

  protected:
    [[nodiscard]] const Script& script() const { return script_; }

    [[nodiscard]] Speech& speech() { return speech_; }

    [[nodiscard]] Seen& seen() { return seen_; }

    void hear_alert(Bytes alert) { note_alert(alert, speech_, seen_); }

    void refuse(int alert)
    {
        if (speech_.silent()) {
            return;
        }
        speech_.say_alert(alert);
        seen_.alert_sent = alert;
        seen_.over = true;
    }

    /// Whether the script needs the client's HTTP request to go wrong.
    [[nodiscard]] bool wants_http() const
    {
        const auto& [at, fault] = speech_.breakdown();
        return at >= scenario::Point::within_http_head ||
               (at != scenario::Point::none && fault == scenario::Fault::slow);
    }

    /// Everything was heard that the client has to say.
    void end() { seen_.over = !speech_.silent(); }

    /// To an HTTP request, of which a part was heard.
    void answer()
    {
        speech_.say_record(content::application_data, bytes_of("HTTP/1.1 200 OK\r\nServer: raw\r\n"));
        speech_.reach(scenario::Point::within_http_head);
        speech_.say_record(content::application_data, bytes_of("Content-Length: 1000000\r\n\r\nhello"));
        speech_.reach(scenario::Point::within_http_body);
        end();
    }

  private:
    const Script& script_;
    Speech& speech_;
    Seen& seen_;
};

} // namespace mtls::raw
