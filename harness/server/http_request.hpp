#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mtls::server {

/// The part of an HTTP/1.x request that a verdict or a log line needs.
struct HttpRequest {
    std::string method;
    std::string path;  ///< without the query
    std::string query; ///< without the '?'
    std::string user_agent;
    std::string referer;
    std::uint64_t body_size = 0; ///< Content-Length; 0 if absent
    bool chunked = false;        ///< so that its length shows only at its end
    bool expects_continue = false;
    bool keep_alive = true;
};

/// Reads one request from bytes as they come; no I/O.
class HttpRequestReader {
  public:
    HttpRequestReader();
    ~HttpRequestReader();
    HttpRequestReader(HttpRequestReader&&) noexcept;
    HttpRequestReader& operator=(HttpRequestReader&&) noexcept;

    enum class State { header, body, complete, malformed };

    /// What is wrong with a request.
    enum class Fault {
        syntax,
        version,  ///< only that: of HTTP, but none that is understood here
        too_long, ///< only that its body is longer than this reads
    };

    /// Consumes what belongs to this request from the front of `bytes`. Stops once after the header, so that a verdict
    /// can come before the body.
    State consume(std::string& bytes);

    /// Once the header is there; of what is malformed, as much of its first line as can be told.
    [[nodiscard]] const HttpRequest& request() const;

    [[nodiscard]] std::uint64_t body_read() const; ///< bytes of the body so far, without the framing of chunks

    [[nodiscard]] Fault fault() const;            ///< of what is malformed
    [[nodiscard]] const std::string& why() const; ///< it is malformed, for a person; "": it is not

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

} // namespace mtls::server
