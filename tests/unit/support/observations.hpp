#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/observation/observation.hpp"

/// Observations by hand: what a connection would have left behind.
namespace mtls::test {

using Names = std::vector<x509::Name>;

inline x509::Name dn(std::string_view rfc4514)
{
    return x509::Name::from_rfc4514(rfc4514);
}

inline Names dns(const std::vector<std::string>& rfc4514)
{
    Names names;
    for (const std::string& text : rfc4514) {
        names.push_back(dn(text));
    }
    return names;
}

/// `length` as two bytes, then the bytes.
inline void append_vector(std::vector<std::uint8_t>& body, const std::vector<std::uint8_t>& content)
{
    body.push_back(static_cast<std::uint8_t>(content.size() >> 8U));
    body.push_back(static_cast<std::uint8_t>(content.size()));
    body.insert(body.end(), content.begin(), content.end());
}

inline std::vector<std::uint8_t> authorities_vector(const Names& names)
{
    std::vector<std::uint8_t> list;
    for (const x509::Name& name : names) {
        append_vector(list, name.der());
    }
    return list;
}

/// RFC 5246 §7.4.4: rsa_sign and ecdsa_sign; ecdsa_secp256r1_sha256, rsa_pkcs1_sha256.
inline std::vector<std::uint8_t> body12(const Names& names)
{
    std::vector<std::uint8_t> body{2, 1, 64, 0, 4, 4, 3, 4, 1};
    append_vector(body, authorities_vector(names));
    return body;
}

/// RFC 8446 §4.3.2: the two signature algorithms, then certificate_authorities unless there is nothing to name.
inline std::vector<std::uint8_t> body13(const Names& names, const std::vector<std::uint8_t>& schemes = {4, 3, 8, 4})
{
    std::vector<std::uint8_t> list;
    append_vector(list, schemes);
    std::vector<std::uint8_t> extensions{0, 13};
    append_vector(extensions, list);
    if (!names.empty()) {
        std::vector<std::uint8_t> authorities;
        append_vector(authorities, authorities_vector(names));
        extensions.insert(extensions.end(), {0, 47});
        append_vector(extensions, authorities);
    }
    std::vector<std::uint8_t> body{0};
    append_vector(body, extensions);
    return body;
}

inline observation::RequestSeen request12(const Names& names, observation::Stage stage = observation::Stage::handshake)
{
    return observation::read_request(stage, wire::HandshakeType::server_key_exchange, wire::ProtocolVersion::tls12,
                                     body12(names));
}

inline observation::RequestSeen request13(const Names& names, observation::Stage stage = observation::Stage::handshake)
{
    return observation::read_request(stage, wire::HandshakeType::encrypted_extensions, wire::ProtocolVersion::tls13,
                                     body13(names));
}

/// Reads as a sentence: `Seen{tls13}.asked(names).http(403).get()`.
class Seen {
  public:
    explicit Seen(wire::ProtocolVersion version)
    {
        seen_.variant = {"127.0.0.1", 8443, "server.test", {version}};
        seen_.negotiated = observation::Negotiated{version, "TLS_AES_128_GCM_SHA256", "x25519", "http/1.1"};
        seen_.outcome = observation::Outcome::completed;
        seen_.handshake_completed = true;
        message(observation::Side::client, wire::HandshakeType::client_hello);
        message(observation::Side::server, wire::HandshakeType::server_hello);
    }

    Seen& id(int number)
    {
        return with([&] { seen_.id = number; });
    }

    Seen& sni(std::optional<std::string> name)
    {
        return with([&] { seen_.variant.sni = std::move(name); });
    }

    Seen& address(std::string text)
    {
        return with([&] { seen_.variant.address = std::move(text); });
    }

    Seen& asked(const Names& names, observation::Stage stage = observation::Stage::handshake)
    {
        const bool tls13 = seen_.variant.tls_offered.back() == wire::ProtocolVersion::tls13;
        return asked(tls13 ? request13(names, stage) : request12(names, stage));
    }

    Seen& asked(observation::RequestSeen request)
    {
        message(observation::Side::server, wire::HandshakeType::certificate_request);
        message(observation::Side::client, wire::HandshakeType::certificate);
        seen_.certificate_requests.push_back(std::move(request));
        return *this;
    }

    Seen& candidate(std::size_t index)
    {
        seen_.purpose = observation::Purpose::candidate;
        seen_.candidate = index;
        return *this;
    }

    Seen& sent()
    {
        return with([&] { seen_.certificate_sent = true; });
    }

    Seen& http_requested()
    {
        return with([&] { seen_.http_requested = true; });
    }

    Seen& data()
    {
        return with([&] { seen_.data_received = true; });
    }

    Seen& alpn(std::string protocol)
    {
        return with([&] { seen_.negotiated->alpn = std::move(protocol); });
    }

    Seen& settled()
    {
        return with([&] { seen_.settled = true; });
    }

    Seen& http(int status, std::string server = "")
    {
        seen_.http_requested = true;
        seen_.data_received = true;
        const bool nginx_page = status == 400 && server.starts_with("nginx"); // unless by_application()
        seen_.http = observation::HttpAnswer{status, status == 200 ? "OK" : "Forbidden", std::nullopt,
                                             std::move(server), nginx_page};
        return *this;
    }

    /// Which of the two pages of nginx it is.
    Seen& says(observation::CertificatePage page)
    {
        return with([&] {
            seen_.http->certificate_page = page;
            seen_.http->about_certificate = true;
        });
    }

    /// The answer is that of what stands behind the server.
    Seen& by_application()
    {
        return with([&] { seen_.http->about_certificate = false; });
    }

    /// What the server presents, its own certificate first.
    Seen& presented(std::vector<x509::Certificate> certificates)
    {
        return with([&] { seen_.server_certificates = std::move(certificates); });
    }

    /// What the page says of itself.
    Seen& substatus(int number)
    {
        return with([&] { seen_.http->substatus = number; });
    }

    Seen& ended(observation::Outcome outcome)
    {
        return with([&] { seen_.outcome = outcome; });
    }

    Seen& alert(wire::AlertDescription code, observation::Phase phase,
                observation::Direction direction = observation::Direction::received)
    {
        seen_.outcome = direction == observation::Direction::received ? observation::Outcome::alert
                                                                      : observation::Outcome::protocol_error;
        seen_.alert = observation::AlertSeen{direction, code, phase};
        return phase == observation::Phase::handshake ? broke_off() : *this;
    }

    /// The first handshake did not complete.
    Seen& broke_off()
    {
        return with([&] { seen_.handshake_completed = false; });
    }

    /// Nothing came back that belongs to TLS.
    Seen& no_server_hello(std::string detail)
    {
        seen_.negotiated.reset();
        seen_.messages.clear();
        seen_.detail = std::move(detail);
        return broke_off();
    }

    [[nodiscard]] observation::Observation get() const { return seen_; }

  private:
    template <class Change> Seen& with(Change change)
    {
        change();
        return *this;
    }

    void message(observation::Side from, wire::HandshakeType type)
    {
        seen_.messages.push_back({from, type, 100, static_cast<double>(seen_.messages.size())});
    }

    observation::Observation seen_;
};

constexpr auto tls12 = wire::ProtocolVersion::tls12;
constexpr auto tls13 = wire::ProtocolVersion::tls13;

} // namespace mtls::test
