#include "harness/raw/conversation.hpp"

#include <algorithm>

#include "harness/raw/dialogue_12.hpp"
#include "harness/raw/dialogue_13.hpp"
#include "harness/raw/protocol.hpp"

namespace mtls::raw {

using scenario::Point;
using scenario::TlsVersion;

struct Conversation::State {
    explicit State(const Script& wanted) : script{wanted}, speech{wanted} {}

    void hear_first(const Record& record);
    void begin(const Message& message);
    void refuse(int alert);

    const Script& script;
    Speech speech;
    Seen seen;
    RecordReader records;
    MessageReader messages;
    std::unique_ptr<Dialogue> dialogue; // null until the ClientHello
};

Conversation::Conversation(const Script& script) : state_{std::make_unique<State>(script)}
{
    state_->speech.say_bytes(bytes_of(script.raw.banner));
    state_->speech.reach(Point::before_tls);
    state_->seen.over = state_->speech.ending() != Ending::none;
}

Conversation::~Conversation() = default;

void Conversation::hear(Bytes received)
{
    State& state = *state_;
    if (!state.script.raw.instead.empty()) {
        state.speech.say_bytes(bytes_of(state.script.raw.instead));
        state.seen.over = true;
        return;
    }
    state.records.feed(received);
    while (!state.seen.over) {
        const auto record = state.records.next();
        if (!record) {
            break;
        }
        if (state.dialogue) {
            state.dialogue->hear(*record);
        } else {
            state.hear_first(*record);
        }
    }
    state.seen.over = state.seen.over || state.records.astray() || state.speech.ending() != Ending::none;
}

void Conversation::State::hear_first(const Record& record)
{
    if (record.type == content::alert && record.content.size() == 2) {
        note_alert(record.content, speech, seen);
        return;
    }
    if (record.type != content::handshake) {
        refuse(alert::unexpected_message);
        return;
    }
    messages.feed(record.content);
    if (const auto message = messages.next()) {
        begin(*message);
    }
}

void Conversation::State::begin(const Message& message)
{
    const auto hello = message.type == message::client_hello ? parse_client_hello(message.body) : std::nullopt;
    if (!hello) {
        refuse(alert::decode_error);
        return;
    }
    seen.sni = hello->sni;
    const auto offered = [&](TlsVersion version) {
        return hello->offers_version(static_cast<std::uint16_t>(tls10_number + static_cast<int>(version)));
    };
    const auto best = std::find_if(script.versions.rbegin(), script.versions.rend(), offered);
    speech.reach(Point::before_server_hello);
    if (speech.silent()) {
        return;
    }
    if (best == script.versions.rend()) {
        refuse(alert::protocol_version);
        return;
    }
    seen.version = *best;
    speech.expect(breakdown_in(script, *best));
    if (*best == TlsVersion::tls13) {
        dialogue = std::make_unique<Dialogue13>(script, speech, seen, *hello, message.whole);
    } else {
        dialogue = std::make_unique<Dialogue12>(script, speech, seen, *hello, message.whole);
    }
}

void Conversation::State::refuse(int alert)
{
    if (speech.silent()) {
        return;
    }
    speech.say_alert(alert);
    seen.alert_sent = alert;
    seen.over = true;
}

Buffer Conversation::take_output()
{
    return state_->speech.take();
}

Buffer Conversation::more()
{
    return state_->seen.over ? Buffer{} : state_->speech.more();
}

const Seen& Conversation::seen() const
{
    return state_->seen;
}

bool Conversation::silent() const
{
    return state_->speech.silent() && !state_->speech.endless();
}

bool Conversation::resets() const
{
    return state_->speech.ending() == Ending::reset;
}

std::optional<std::size_t> Conversation::request_end() const
{
    return state_->speech.request_end();
}

std::optional<std::size_t> Conversation::slow_after() const
{
    return state_->speech.slow_after();
}

} // namespace mtls::raw
