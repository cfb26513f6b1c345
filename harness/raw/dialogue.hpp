#pragma once

#include "harness/raw/record_layer.hpp"
#include "harness/raw/seen.hpp"
#include "harness/raw/speech.hpp"

/// A handshake of one version of TLS, from the ClientHello on. Private to the layer.
namespace mtls::raw {

class Dialogue {
  public:
    Dialogue(const Script& script, Speech& speech, Seen& seen) : script_{script}, speech_{speech}, seen_{seen} {}

    virtual ~Dialogue() = default;
    Dialogue(const Dialogue&) = delete;
    Dialogue& operator=(const Dialogue&) = delete;

    virtual void hear(const Record& record) = 0;

    /// More handshake messages, once the script says them without end; else nothing.
    [[nodiscard]] virtual Buffer more() = 0;

  protected:
    [[nodiscard]] const Script& script() const { return script_; }

    [[nodiscard]] Speech& speech() { return speech_; }

    [[nodiscard]] Seen& seen() { return seen_; }

    void hear_alert(Bytes alert)
    {
        if (alert.size() == 2) {
            seen_.alert_received = alert[1];
        }
        seen_.over = true;
    }

    void refuse(int alert)
    {
        speech_.say_alert(alert);
        seen_.alert_sent = alert;
        seen_.over = true;
    }

    /// Everything was heard that the client has to say.
    void end()
    {
        speech_.reach(scenario::Stall::after_server_hello_done);
        seen_.over = !speech_.silent() && !script_.raw.endless;
    }

  private:
    const Script& script_;
    Speech& speech_;
    Seen& seen_;
};

} // namespace mtls::raw
