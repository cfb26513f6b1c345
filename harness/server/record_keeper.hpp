#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "harness/server/accepted_socket.hpp"
#include "harness/server/events.hpp"
#include "harness/server/record.hpp"

namespace mtls::server {

/// Keeps the record of one TLS connection while it lasts, and tells it at the end; and each answer as an IIS would log
/// it.
class RecordKeeper {
  public:
    /// Borrows `events`.
    RecordKeeper(ConnectionRecord record, scenario::Personality personality, const Events& events)
        : record_{std::move(record)}, personality_{personality}, events_{events}
    {
    }

    /// A part of a request came.
    void begin_request() { begun_ = true; }

    /// Its header was read: from here on the connection is about this request.
    void open_request(const HttpRequest& request);

    [[nodiscard]] bool request_is_open() const { return open_.has_value(); }

    void answered(const HttpRequest& request, const Verdict& verdict, HttpHost host);
    void reset(const HttpRequest& request, const std::string& rule); ///< instead of an answer

    /// What becomes of the connection, if not an alert or an answer.
    void decide(std::string decision, std::string rule);

    [[nodiscard]] bool closed_unasked() const { return record_.decision == "close"; }

    [[nodiscard]] bool alert_was_sent() const { return record_.alert_sent.has_value(); } ///< once it is told

    /// Tells about the connection, once.
    void tell(const TlsSession& tls, EndedBy who);

  private:
    void close_request(const HttpRequest& request, const Verdict& verdict, bool answered);
    void log(const RequestRecord& latest, HttpHost host) const;
    void read(const TlsSession& tls);
    void conclude(const TlsSession& tls, EndedBy who);
    [[nodiscard]] std::chrono::milliseconds since_opened() const;

    ConnectionRecord record_;
    scenario::Personality personality_;
    const Events& events_;
    bool begun_ = false;
    std::optional<HttpRequest> open_;
    std::chrono::steady_clock::time_point opened_;
    bool told_ = false;
};

/// Why the TLS layer refused, for a person.
[[nodiscard]] std::string refusal_reason(const TlsSession& tls);

} // namespace mtls::server
