#include <algorithm>
#include <array>
#include <string_view>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "harness/server/sites.hpp"

namespace mtls::server {
namespace {

using scenario::Demand;
using scenario::Listener;
using scenario::Moment;
using scenario::Personality;

/// The verification error that makes OpenSSL send an alert.
int error_for(std::string_view alert)
{
    constexpr std::array<std::pair<std::string_view, int>, 9> errors{
        {{"handshake_failure", X509_V_ERR_APPLICATION_VERIFICATION},
         {"bad_certificate", X509_V_ERR_CERT_REJECTED},
         {"unsupported_certificate", X509_V_ERR_INVALID_PURPOSE},
         {"certificate_revoked", X509_V_ERR_CERT_REVOKED},
         {"certificate_expired", X509_V_ERR_CERT_HAS_EXPIRED},
         {"certificate_unknown", X509_V_ERR_UNSUPPORTED_EXTENSION_FEATURE},
         {"unknown_ca", X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN},
         {"internal_error", X509_V_ERR_UNSPECIFIED},
         {"access_denied", X509_V_ERR_APPLICATION_VERIFICATION}}}; // of which OpenSSL makes another alert
    return std::ranges::find(errors, alert, &std::pair<std::string_view, int>::first)->second;
}

std::uint8_t certificate_type(std::string_view name)
{
    return name == "rsa_sign" ? TLS_CT_RSA_SIGN : name == "dss_sign" ? TLS_CT_DSS_SIGN : TLS_CT_ECDSA_SIGN;
}

/// What OpenSSL calls a signature algorithm of RFC 8446 §4.2.3. It has no other name for ecdsa_sha1.
std::string_view openssl_name(std::string_view algorithm)
{
    return algorithm == "ecdsa_sha1" ? "ECDSA+SHA1" : algorithm;
}

TlsSettings tls_of(const Listener& listener, Personality personality, const pki::Hierarchy& hierarchy)
{
    TlsSettings settings;
    settings.certificate = &hierarchy.at(listener.certificate);
    settings.versions = listener.tls;
    for (const std::string& name : listener.advertise) {
        settings.advertise.push_back(hierarchy.at(name).certificate.subject());
    }
    for (std::size_t number = 1; number <= listener.filler; ++number) {
        settings.advertise.push_back(x509::Name::from_rfc4514(filler_name(number)));
    }
    settings.asks_in_handshake = listener.client_certificate != Demand::none && listener.ask == Moment::handshake;
    settings.required = listener.client_certificate == Demand::required && personality != Personality::nginx;
    const bool lets_pass = personality == Personality::nginx || listener.client_certificate == Demand::unverified;
    settings.verification = lets_pass ? Verification::note : Verification::enforce;
    settings.trust = certificates(hierarchy, listener.trust);
    settings.intermediates = certificates(hierarchy, listener.intermediates);
    settings.verify_depth = listener.verify_depth;
    if (listener.alert) {
        settings.forced_error = error_for(*listener.alert);
    }
    if (listener.alert == "access_denied") {
        settings.replace_alert = SSL_AD_ACCESS_DENIED;
    }
    for (const std::string& type : listener.certificate_types) {
        settings.certificate_types.push_back(certificate_type(type));
    }
    for (const std::string& algorithm : listener.signature_algorithms) {
        settings.signature_algorithms += settings.signature_algorithms.empty() ? "" : ":";
        settings.signature_algorithms += openssl_name(algorithm);
    }
    return settings;
}

class PlainSite : public Site {
  public:
    PlainSite(TlsSettings settings, Listener listener) : Site{std::move(settings)}, listener_{std::move(listener)} {}

    [[nodiscard]] NextStep next_step(const HttpRequest& request, const Situation& situation) const override;
    [[nodiscard]] Verdict judge(const HttpRequest& request, const Presented& presented) const override;

    [[nodiscard]] std::string label(std::uint16_t /*port*/) const override { return "listener " + listener_.name; }

  private:
    [[nodiscard]] bool covers(const std::string& path) const
    {
        return listener_.paths.empty() || std::ranges::any_of(listener_.paths, [&](const std::string& prefix) {
                   return path.starts_with(prefix);
               });
    }

    Listener listener_;
};

NextStep PlainSite::next_step(const HttpRequest& request, const Situation& situation) const
{
    if (listener_.ask == Moment::handshake || listener_.client_certificate == Demand::none || situation.already_asked ||
        !covers(request.path)) {
        return {};
    }
    const auto forbid = [](const char* rule) -> NextStep {
        return {.kind = NextStep::Kind::answer,
                .answer = {.status = 403, .substatus = 0, .win32 = 0, .rule = rule, .close = true}};
    };
    if (listener_.ask == Moment::impossible) {
        return forbid("neither renegotiation nor post-handshake authentication is possible here");
    }
    if (situation.version == scenario::TlsVersion::tls13 && !situation.offers_post_handshake) {
        return forbid("the client does not offer post-handshake authentication");
    }
    return {.kind = NextStep::Kind::ask, .answer = {}};
}

Verdict PlainSite::judge(const HttpRequest&, const Presented& presented) const
{
    if (listener_.client_certificate == Demand::unverified && !presented.chain.empty()) {
        Verdict verdict;
        verdict.rule = "a certificate arrived, and nobody looks at it";
        return verdict;
    }
    if (tls().verification == Verification::note && listener_.client_certificate != Demand::none) {
        const bool missing = presented.chain.empty() && listener_.client_certificate == Demand::required;
        const bool bad = !presented.chain.empty() && presented.verify_error != X509_V_OK;
        if (missing || bad) {
            return {.status = 400,
                    .substatus = missing ? nginx_certificate_required : nginx_certificate_error,
                    .win32 = 0,
                    .rule = missing ? std::string{"no certificate arrived, which nginx calls 496"}
                                    : std::string{"the certificate does not verify, which nginx calls 495: "} +
                                          X509_verify_cert_error_string(presented.verify_error),
                    .close = true};
        }
    }
    Verdict verdict;
    verdict.rule =
        presented.chain.empty() ? "no certificate arrived, and none is required" : "the certificate verifies";
    return verdict;
}

class PlainSites : public Sites {
  public:
    PlainSites(const scenario::Scenario& scenario, const pki::Hierarchy& hierarchy)
    {
        for (const Listener& listener : scenario.listeners) {
            sites_[listener.name] =
                std::make_unique<PlainSite>(tls_of(listener, scenario.personality, hierarchy), listener);
        }
    }

    [[nodiscard]] const Site* serving(const Listener& listener, const std::string&,
                                      const std::optional<std::string>&) const override
    {
        return sites_.at(listener.name).get();
    }

  private:
    std::map<std::string, std::unique_ptr<PlainSite>> sites_;
};

} // namespace

std::unique_ptr<Sites> plain_sites(const scenario::Scenario& scenario, const pki::Hierarchy& hierarchy)
{
    return std::make_unique<PlainSites>(scenario, hierarchy);
}

} // namespace mtls::server
