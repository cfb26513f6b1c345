#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "probe/handshake/question.hpp"
#include "probe/observation/observation.hpp"

namespace mtls::handshake {

/// One HTTP/1.1 request and its answer, without I/O. Interim answers (1xx) are passed over.
class HttpExchange {
  public:
    explicit HttpExchange(const HttpRequest& request);
    HttpExchange(const HttpExchange&) = delete;
    HttpExchange& operator=(const HttpExchange&) = delete;
    ~HttpExchange();

    /// What to send.
    [[nodiscard]] const std::string& request() const { return request_; }

    enum class State {
        waiting, ///< nothing that could be an answer yet, or its header is incomplete
        header,  ///< the status is known, the body is not complete
        done,    ///< complete, or as much of the body as we care for
        foreign, ///< what came is not HTTP/1
    };

    /// More bytes from the server.
    State feed(std::string_view bytes);

    [[nodiscard]] State state() const { return state_; }

    /// From State::header on.
    [[nodiscard]] std::optional<observation::HttpAnswer> answer() const;

  private:
    struct Parser;
    void advance();

    std::string request_;
    bool head_ = false;
    std::string start_; ///< of what the server said
    std::string pending_;
    std::unique_ptr<Parser> parser_;
    State state_ = State::waiting;
};

/// Where a Location header leads: scheme, host and path, cut to a readable length and printable. What may be secret
/// (user, query, fragment, parameters) is left out.
[[nodiscard]] std::string destination_of(std::string_view location);

/// Which of nginx's two pages about a client's certificate this is, if any. Its words are English everywhere.
[[nodiscard]] observation::CertificatePage certificate_page_in(std::string_view page);

/// The substatus that a Microsoft error page says of itself ("HTTP Error 403.16 - Forbidden", in any language: the
/// status, a dot, digits), or null.
[[nodiscard]] std::optional<int> substatus_in(int status, std::string_view page);

} // namespace mtls::handshake
