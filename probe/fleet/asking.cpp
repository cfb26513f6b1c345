#include "probe/fleet/asking.hpp"

#include <utility>

namespace mtls::fleet {

std::uint16_t port_of(const Manner& manner, const net::Target& target)
{
    return manner.starttls && !target.port_given ? net::default_port(*manner.starttls) : target.port;
}

std::optional<std::string> server_name(const Manner& manner, const net::Target& target)
{
    if (manner.no_sni) {
        return std::nullopt;
    }
    if (manner.sni) {
        return manner.sni;
    }
    if (target.is_address) {
        return std::nullopt;
    }
    return net::comparable_host(target.host); // RFC 6066 §3: without a trailing dot
}

std::optional<std::string> requested_path(const Manner& manner, const net::Target& target)
{
    if (!manner.http) {
        return std::nullopt;
    }
    return manner.path ? *manner.path : target.path.value_or("/");
}

handshake::Question question_about(const Manner& manner, const net::Target& target, const observation::Variant& variant,
                                   std::chrono::milliseconds budget)
{
    handshake::Question question;
    question.variant = variant;
    question.alpn = manner.alpn;
    if (manner.starttls) {
        question.upgrade = handshake::Upgrade{*manner.starttls, target.host};
    }
    if (auto path = requested_path(manner, target)) {
        handshake::HttpRequest request;
        request.method = manner.method;
        request.path = std::move(*path);
        request.host = target.http_host();
        request.headers = manner.headers;
        request.user_agent = "mtls-probe/" MTLS_PROBE_VERSION;
        question.http = std::move(request);
        if (question.alpn.empty()) {
            question.alpn = {"http/1.1"};
        }
    }
    question.traffic = manner.traffic;
    question.patience.connect = manner.connect_timeout;
    question.patience.whole = budget;
    question.patience.settle = manner.settle;
    question.patience.answer = manner.timeout / 3;
    return question;
}

} // namespace mtls::fleet
