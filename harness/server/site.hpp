#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "certs/ossl/handles.hpp"
#include "certs/pki/hierarchy.hpp"
#include "certs/x509/certificate.hpp"
#include "certs/x509/name.hpp"
#include "harness/scenario/scenario.hpp"
#include "harness/server/http_request.hpp"

namespace mtls::server {

/// What the TLS layer does with a certificate that is presented.
enum class Verification {
    none,    ///< anything passes: the verdict is HTTP's
    note,    ///< OpenSSL judges, the handshake goes on, HTTP tells
    enforce, ///< OpenSSL judges, and a bad certificate ends the handshake
};

/// How the TLS side of a site is set up.
struct TlsSettings {
    const pki::Issued* certificate = nullptr; ///< borrowed from the hierarchy
    std::vector<scenario::TlsVersion> versions;
    std::vector<x509::Name> advertise; ///< the trusted issuer list, in order
    bool asks_in_handshake = false;
    bool required = false; ///< no certificate: OpenSSL refuses
    Verification verification = Verification::none;
    std::vector<x509::Certificate> trust;
    std::vector<x509::Certificate> intermediates;
    std::optional<int> verify_depth;
    std::optional<int> forced_error;  ///< X509_V_ERR_*: every certificate fails with this
    std::optional<int> replace_alert; ///< what to send instead of OpenSSL's alert; up to TLS 1.2, first handshake only
    std::vector<std::uint8_t> certificate_types; ///< up to TLS 1.2; none: OpenSSL's
    std::string signature_algorithms;            ///< as for SSL_CTX_set1_client_sigalgs_list; "": OpenSSL's
};

/// What a client presented.
struct Presented {
    std::vector<x509::Certificate> chain; ///< leaf first; empty: nothing
    int verify_error = X509_V_OK;         ///< OpenSSL's judgement, if it was asked
};

/// What is known of a connection when a request's header has been read.
struct Situation {
    scenario::TlsVersion version = scenario::TlsVersion::tls12;
    bool already_asked = false;
    bool offers_post_handshake = false; ///< post_handshake_auth was in the ClientHello
};

/// What nginx calls a refusal inside; a client sees 400.
inline constexpr int nginx_certificate_error = 495;
inline constexpr int nginx_certificate_required = 496;

/// The answer to a request, and what a log says about it.
struct Verdict {
    int status = 200;
    int substatus = 0; ///< of IIS, or nginx's inner code
    std::uint32_t win32 = 0;
    std::string rule;    ///< the rule that decided, for a person
    bool close = false;  ///< the connection ends after the answer
    bool unread = false; ///< the request is no HTTP, so no site has judged it: under IIS http.sys answers, unlogged
};

/// Who writes the answer, where the personality leaves a choice: iis.
struct HttpHost {
    enum class Kind {
        as_usual,
        detailed,    ///< IIS to a local client: the substatus is on the page
        self_hosted, ///< WCF or HttpListener on http.sys: an empty 403, and a log of its own
    };
    Kind kind = Kind::as_usual;
    const char* iis_version = "10.0";
};

/// What comes before the answer.
struct NextStep {
    enum class Kind { judge, ask, reset, answer };
    Kind kind = Kind::judge;
    Verdict answer; ///< for `answer`; for `reset` only its rule; for `ask` to a chunked body that is too long
    std::optional<std::uint64_t> read_ahead = std::nullopt; ///< `ask` comes after a chunked body of at most this length
};

/// How connections go that a listener or binding serves: one SSL_CTX, and the verdicts. Immutable once made.
class Site {
  public:
    explicit Site(TlsSettings settings);
    virtual ~Site();
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    /// After the request header, before its body: ask for a certificate now, or settle the matter otherwise.
    [[nodiscard]] virtual NextStep next_step(const HttpRequest& request, const Situation& situation) const = 0;

    /// The answer to a request.
    [[nodiscard]] virtual Verdict judge(const HttpRequest& request, const Presented& presented) const = 0;

    [[nodiscard]] virtual std::string label(std::uint16_t port) const = 0; ///< "hostnameport=www.example.test:443"

    [[nodiscard]] virtual HttpHost host() const { return {}; }

    [[nodiscard]] const TlsSettings& tls() const { return settings_; }

    [[nodiscard]] SSL_CTX* context() const { return context_.get(); }

    /// SSL_VERIFY_* for a request that is made now.
    [[nodiscard]] int verify_mode() const;

  private:
    TlsSettings settings_;
    ossl::SslCtxPtr context_;
};

} // namespace mtls::server
