#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "certs/pki/recipe.hpp"
#include "harness/scenario/raw.hpp"

/// A server behaviour as data, and what the probe must say about it. Certificates are named as in the recipe.
namespace mtls::scenario {

/// What a server does with a certificate.
enum class Personality {
    iis,    ///< the handshake always completes; the verdict is an HTTP 403.x
    strict, ///< TLS alerts
    nginx,  ///< the handshake always completes; the verdict is an HTTP 400
    apache, ///< asks late, per path: renegotiation or post-handshake authentication; TLS alerts, or a 403
    raw,    ///< says scripted bytes, good or bad, and lets nobody in
};

enum class TlsVersion { tls10, tls11, tls12, tls13 };

/// Whether a certificate is asked for, and what is done with it; `unverified` takes any, and none.
enum class Demand { none, optional, required, unverified };

/// When the certificate is asked for.
enum class Moment {
    handshake,
    late,       ///< after the request headers: renegotiation up to TLS 1.2, post-handshake authentication in TLS 1.3
    impossible, ///< late, and neither of the two can be: 403
};

/// How `strict` and `apache` turn a certificate down.
enum class Refusal { alert, close, reset };

/// `[[listener]]`: one listening socket. Below `tls` the keys are not for iis, whose bindings
/// say it; below `certificate` not for raw.
struct Listener {
    std::string name = "main";
    std::string address = "127.0.0.1";
    std::vector<TlsVersion> tls; ///< ascending; default 1.2 and 1.3 (iis: what the version of Windows has)
    std::string certificate = "server";
    Demand client_certificate = Demand::required;
    Moment ask = Moment::handshake;
    std::vector<std::string> paths;         ///< not in the handshake: only below these; none: everywhere
    std::vector<std::string> trust;         ///< authorities that make a chain good
    std::vector<std::string> intermediates; ///< more certificates for building chains, not trusted
    std::vector<std::string> advertise;     ///< authorities named in the request, in order; default: those of `trust`
    std::size_t filler = 0;                 ///< made-up names after them
    std::vector<std::string> certificate_types;    ///< up to TLS 1.2: rsa_sign, dss_sign, ecdsa_sign; none: OpenSSL's
    std::vector<std::string> signature_algorithms; ///< RFC 8446 §4.2.3 names; none: OpenSSL's
    std::optional<int> verify_depth;               ///< authorities allowed between leaf and root
    std::optional<std::string> alert;              ///< refuse every certificate with this alert, good or not
    Refusal refusal = Refusal::alert;
    bool http = true;
    /// No socket of its own: connections to that listener go to it and its back ends in turn.
    std::optional<std::string> back_end_of;
    Breakdown breakdown; ///< only for raw
};

enum class BindingKind { ip_port, hostname_port, central_store };

/// `[[iis.binding]]`: one record of `netsh http show sslcert`.
struct IisBinding {
    BindingKind kind = BindingKind::ip_port;
    std::string host; ///< `ipport = "0.0.0.0"` or `hostnameport = "www.example.test"`
    std::string certificate = "server";
    std::optional<std::string> ctl_store_name;
    bool negotiate = true;
    bool verify_revocation = true;
    bool usage_check = true;
    bool disable_tls13 = false;
};

enum class Access { none, accept, require };

/// What becomes of a late request in TLS 1.3.
enum class LateTls13 {
    reset,          ///< Server 2022
    error_500,      ///< Server 2025: 500.0, 0x80070032
    post_handshake, ///< post-handshake authentication, if the client offers it
};

/// `[iis]`.
struct Iis {
    std::string windows = "2022";                           ///< 2008R2 2012 2016 2019 2022 2025
    std::optional<bool> send_trusted_issuer_list;           ///< registry.SendTrustedIssuerList
    int client_auth_trust_mode = 0;                         ///< registry.ClientAuthTrustMode
    std::map<std::string, std::vector<std::string>> stores; ///< Root, CA, ClientAuthIssuer, any other
    std::map<std::string, std::size_t> filler; ///< store -> how many made-up roots stand in it before the others
    std::vector<IisBinding> bindings;
    std::vector<std::pair<std::string, Access>> access; ///< path prefix -> sslFlags; the longest prefix counts
    std::vector<std::string> crls;
    bool revocation_offline = false;
    std::optional<std::size_t> issuer_list_limit; ///< bytes
    std::optional<LateTls13> late_tls13;          ///< default: what the version of Windows does
    std::size_t upload_read_ahead_size = 49152;
    bool self_hosted = false;     ///< WCF or HttpListener instead of IIS: no substatus, "native error code" in its log
    bool detailed_errors = false; ///< error pages with the substatus, as a local client sees them
};

/// `[try]`: how to ask.
struct Try {
    std::string listener;                    ///< default: the first
    std::vector<std::string> candidates;     ///< clients of the recipe
    std::vector<std::string> expect_issuers; ///< authorities that the user believes in
    std::vector<std::string> issuer_certs;   ///< authorities that the user has at hand for building chains
    std::optional<std::string> sni;
    std::string path = "/";
    std::optional<std::size_t> upload;  ///< bytes of a request body
    std::vector<std::string> arguments; ///< more for mtls-probe, as typed
};

/// `[expect.candidates]`: what the report must say of one of them; null is not checked.
struct ExpectCandidate {
    std::string name;
    std::optional<std::string> result;
    std::optional<std::string> by; ///< "" for JSON null
    std::optional<bool> advertised;
};

/// `request_error = { reason, field, offset }`; all null: there must be none (`request_error = {}`).
struct ExpectRequestError {
    std::optional<std::string> reason;
    std::optional<std::string> field;
    std::optional<std::size_t> offset;
};

/// `[expect]`: what the probe's report must say. What is not given is not checked.
struct Expect {
    std::optional<std::string> verdict;
    std::optional<int> exit;
    std::optional<std::string> request;
    std::optional<std::string> required;
    std::optional<std::string> expected; ///< expected.result
    std::optional<std::string> without_certificate;
    std::optional<std::string> outcome;          ///< of the connection that a normal client makes
    std::optional<std::size_t> authorities;      ///< how many entries of the list were read
    std::optional<std::size_t> authority_errors; ///< how many of them have an error of their own
    std::optional<ExpectRequestError> request_error;
    std::optional<std::vector<std::string>> list;     ///< authorities: the trusted issuer list, exactly and in order
    std::optional<std::size_t> list_size;             ///< how many names it has, where not all have a certificate
    std::optional<std::vector<std::string>> findings; ///< ids, exactly and in order
    std::optional<std::vector<std::string>> causes;   ///< of those above info: which follow from no other, in order
    std::vector<std::string> no_findings;             ///< must not be there, whatever else is
    std::vector<ExpectCandidate> candidates;
};

/// A scenario file, read: what is served, how to ask, what the report must say.
struct Scenario {
    std::string name;
    std::string summary; ///< one line of story
    Personality personality = Personality::strict;
    pki::Recipe recipe;              ///< the standard recipe with the additions of `[pki]`
    bool standard_recipe = true;     ///< nothing was added to it
    std::vector<Listener> listeners; ///< never empty
    std::optional<Iis> iis;          ///< set exactly if the personality is iis
    std::optional<Raw> raw;          ///< set exactly if the personality is raw
    Try attempt;                     ///< `[try]`
    Expect expect;
};

/// Reads a scenario. An unknown key, a bad value, a certificate that the recipe does not have: all that is wrong is
/// told in one pki::FileError, a line each. The scenario's name is `source` without folders and `.toml`.
[[nodiscard]] Scenario parse_scenario(std::string_view toml, std::string_view source);

/// The same from a file. Throws ConfigError, too, if it cannot be read.
[[nodiscard]] Scenario load_scenario(const std::string& path);

[[nodiscard]] const char* to_string(Personality personality);
[[nodiscard]] const char* to_string(TlsVersion version); ///< "1.2"

} // namespace mtls::scenario
