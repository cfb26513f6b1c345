#include "harness/server/record_keeper.hpp"

#include <openssl/x509_vfy.h>

#include "harness/server/decision_name.hpp"
#include "harness/server/unfinished.hpp"
#include "harness/server/w3c_log.hpp"
#include "harness/server/wcf_log.hpp"

namespace mtls::server {

using Clock = std::chrono::steady_clock;

std::string refusal_reason(const TlsSession& tls)
{
    const int verify_error = tls.presented().verify_error;
    return verify_error == X509_V_OK ? tls.error() : X509_verify_cert_error_string(verify_error);
}

void RecordKeeper::open_request(const HttpRequest& request)
{
    open_ = request;
    opened_ = Clock::now();
    record_.decision.clear();
    record_.rule.clear();
}

std::chrono::milliseconds RecordKeeper::since_opened() const
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - opened_);
}

void RecordKeeper::close_request(const HttpRequest& request, const Verdict& verdict, bool answered)
{
    record_.requests.push_back({.request = request, .verdict = verdict, .answered = answered, .took = since_opened()});
    record_.rule = verdict.rule;
    open_.reset();
    begun_ = false;
}

void RecordKeeper::answered(const HttpRequest& request, const Verdict& verdict, HttpHost host)
{
    close_request(request, verdict, true);
    record_.decision = decision_name(personality_, host, verdict);
    if (personality_ == scenario::Personality::iis && !verdict.unread && events_.log_line) {
        log(record_.requests.back(), host);
    }
}

void RecordKeeper::log(const RequestRecord& latest, HttpHost host) const
{
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const std::string line =
        host.kind == HttpHost::Kind::self_hosted ? wcf_line(record_, latest, now) : w3c_line(record_, latest, now);
    if (!line.empty()) {
        events_.log_line(line);
    }
}

void RecordKeeper::reset(const HttpRequest& request, const std::string& rule)
{
    close_request(request, {.rule = rule}, false);
    record_.decision = "reset";
}

void RecordKeeper::decide(std::string decision, std::string rule)
{
    record_.decision = std::move(decision);
    record_.rule = std::move(rule);
}

/// What TLS knows.
void RecordKeeper::read(const TlsSession& tls)
{
    constexpr int close_notify = 0;
    record_.sni = tls.sni();
    record_.version = tls.version();
    record_.handshake_completed = tls.handshake_completed();
    record_.alpn = tls.alpn();
    record_.asked = tls.requests_sent();
    record_.presented = tls.presented().chain;
    if (tls.site() != nullptr) {
        record_.site = tls.site()->label(record_.server_port);
        record_.advertised = record_.asked.empty() ? 0 : tls.site()->tls().advertise.size();
    }
    const bool discarded = record_.decision == "reset" || record_.decision == "close";
    if (tls.alert_sent() != close_notify && !discarded) {
        record_.alert_sent = tls.alert_sent();
    }
    if (tls.alert_received() != close_notify) {
        record_.alert_received = tls.alert_received();
    }
}

/// The decision where nobody has made one so far.
void RecordKeeper::conclude(const TlsSession& tls, EndedBy who)
{
    if (record_.alert_sent) {
        decide("alert " + alert_name(*record_.alert_sent), refusal_reason(tls));
    } else if (record_.alert_received) {
        decide("none", "the client sent alert " + alert_name(*record_.alert_received));
    } else if (!record_.handshake_completed && !tls.error().empty()) {
        decide("none", "what the client sent is no handshake: " + tls.error());
    } else {
        const Awaited awaited = !record_.handshake_completed ? Awaited::handshake
                                : open_ || begun_            ? Awaited::rest
                                                             : Awaited::request;
        decide("none", end_without_decision(who, awaited));
    }
}

void RecordKeeper::tell(const TlsSession& tls, EndedBy who)
{
    if (told_) {
        return;
    }
    told_ = true;
    read(tls);
    if (record_.decision.empty()) {
        conclude(tls, who);
    }
    if (open_) {
        const HttpRequest unanswered = *open_;
        close_request(unanswered, {.rule = record_.rule}, false);
    }
    if (events_.connection) {
        events_.connection(record_);
    }
}

} // namespace mtls::server
