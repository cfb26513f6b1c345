#include <algorithm>

#include "harness/scenario/sections.hpp"

namespace mtls::scenario {
namespace {

constexpr std::array<Word<TlsVersion>, 4> versions{
    {{"1.0", TlsVersion::tls10}, {"1.1", TlsVersion::tls11}, {"1.2", TlsVersion::tls12}, {"1.3", TlsVersion::tls13}}};
constexpr std::array<Word<Demand>, 4> demands{{{"none", Demand::none},
                                               {"optional", Demand::optional},
                                               {"required", Demand::required},
                                               {"unverified", Demand::unverified}}};
constexpr std::array<Word<Moment>, 3> moments{
    {{"handshake", Moment::handshake}, {"late", Moment::late}, {"impossible", Moment::impossible}}};
constexpr std::array<Word<Refusal>, 3> refusals{
    {{"alert", Refusal::alert}, {"close", Refusal::close}, {"reset", Refusal::reset}}};
constexpr std::size_t most_filler = 2000; // TLS carries no more than 860
constexpr std::string_view access_denied{"access_denied"};
/// Those that OpenSSL sends for a verification error, and access_denied.
constexpr std::array<Word<std::string_view>, 9> alerts{{{"handshake_failure", "handshake_failure"},
                                                        {"bad_certificate", "bad_certificate"},
                                                        {"unsupported_certificate", "unsupported_certificate"},
                                                        {"certificate_revoked", "certificate_revoked"},
                                                        {"certificate_expired", "certificate_expired"},
                                                        {"certificate_unknown", "certificate_unknown"},
                                                        {"unknown_ca", "unknown_ca"},
                                                        {"internal_error", "internal_error"},
                                                        {access_denied, access_denied}}};
constexpr std::array<std::string_view, 3> certificate_types{"rsa_sign", "dss_sign", "ecdsa_sign"};
constexpr std::array<std::string_view, 15> signature_algorithms{"rsa_pkcs1_sha1",
                                                                "rsa_pkcs1_sha256",
                                                                "rsa_pkcs1_sha384",
                                                                "rsa_pkcs1_sha512",
                                                                "rsa_pss_rsae_sha256",
                                                                "rsa_pss_rsae_sha384",
                                                                "rsa_pss_rsae_sha512",
                                                                "rsa_pss_pss_sha256",
                                                                "ecdsa_sha1",
                                                                "ecdsa_secp256r1_sha256",
                                                                "ecdsa_secp384r1_sha384",
                                                                "ecdsa_secp521r1_sha512",
                                                                "ed25519",
                                                                "ed448",
                                                                "rsa_pss_pss_sha384"};

bool is_loopback(const std::string& address)
{
    return address == "::1" || (address.starts_with("127.") && is_address(address));
}

void read_versions(TableReader& reader, std::vector<TlsVersion>& result)
{
    std::vector<std::string> names;
    reader.read("tls", names);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto found = std::ranges::find(versions, names[i], &Word<TlsVersion>::first);
        if (found == versions.end()) {
            reader.complain("tls", i, "tls must be a list of 1.0, 1.1, 1.2, 1.3");
        } else {
            result.push_back(found->second);
        }
    }
    if (names.empty() && reader.has("tls")) {
        reader.complain("tls", "tls must name a version");
    }
    std::ranges::sort(result);
}

template <std::size_t N> void read_words(TableReader& reader, std::string_view key, std::vector<std::string>& result,
                                         const std::array<std::string_view, N>& words)
{
    reader.read(key, result);
    const std::vector<std::string> choices{words.begin(), words.end()};
    for (std::size_t i = 0; i < result.size(); ++i) {
        if (std::ranges::find(words, result[i]) == words.end()) {
            reader.complain(
                key, i, std::string{key} + " cannot hold " + quoted(result[i]) + pki::did_you_mean(result[i], choices));
        }
    }
}

void read_alert(TableReader& reader, Listener& listener)
{
    std::string_view alert;
    reader.read_word("alert", alert, alerts);
    if (alert.empty()) {
        return;
    }
    listener.alert = std::string{alert};
    const bool tls13 = listener.tls.empty() || listener.tls.back() == TlsVersion::tls13;
    if (alert == access_denied && (tls13 || listener.ask != Moment::handshake)) {
        reader.complain("alert", "access_denied needs tls = [\"1.2\"] or less, and a request in the handshake");
    }
}

/// What a server decides by itself; for iis it follows from bindings, stores and registry.
void read_policy(TableReader& reader, Listener& listener, const Known& known)
{
    reader.read_word("client_certificate", listener.client_certificate, demands);
    reader.read_word("ask", listener.ask, moments);
    reader.read("paths", listener.paths);
    if (!std::ranges::all_of(listener.paths, [](const std::string& path) { return path.starts_with('/'); })) {
        reader.complain("paths", "a path starts with '/'");
    }
    reader.read("trust", listener.trust);
    known.check(reader, "trust", pki::Role::authority);
    reader.read("intermediates", listener.intermediates);
    known.check(reader, "intermediates", pki::Role::authority);
    listener.advertise = listener.trust;
    reader.read("advertise", listener.advertise);
    known.check(reader, "advertise", pki::Role::authority);
    reader.read("filler", listener.filler, most_filler);
    reader.read("verify_depth", listener.verify_depth);
    read_words(reader, "certificate_types", listener.certificate_types, certificate_types);
    read_words(reader, "signature_algorithms", listener.signature_algorithms, signature_algorithms);
    read_alert(reader, listener);
    reader.read_word("refusal", listener.refusal, refusals);
    reader.read("http", listener.http);
    reader.read("back_end_of", listener.back_end_of);
    if (listener.ask != Moment::handshake && !listener.http) {
        reader.complain("ask", "a late request needs HTTP: it follows the request headers");
    }
}

/// A back end's front has a socket, so it stands above and is no back end itself.
void check_front(TableReader& reader, const Listener& listener, const std::vector<Listener>& above)
{
    if (!listener.back_end_of) {
        return;
    }
    const auto front = std::ranges::find(above, *listener.back_end_of, &Listener::name);
    if (front == above.end() || front->back_end_of) {
        reader.complain("back_end_of",
                        "no listener with a socket is called " + quoted(*listener.back_end_of) + " above");
    }
}

} // namespace

std::vector<Listener> read_listeners(TableReader& document, Personality personality, const Known& known)
{
    std::vector<Listener> listeners;
    for (TableReader& reader : document.tables("listener")) {
        Listener listener;
        listener.ask = personality == Personality::apache ? Moment::late : Moment::handshake;
        reader.read("name", listener.name);
        if (std::ranges::find(listeners, listener.name, &Listener::name) != listeners.end()) {
            reader.complain("name", "two listeners are called " + quoted(listener.name));
        }
        reader.read("address", listener.address);
        if (!is_loopback(listener.address)) {
            reader.complain("address", "address must be in 127.0.0.0/8 or ::1");
        }
        read_versions(reader, listener.tls);
        if (personality != Personality::iis) {
            reader.read("certificate", listener.certificate);
            known.check(reader, "certificate", pki::Role::server);
            if (listener.tls.empty()) {
                listener.tls = {TlsVersion::tls12, TlsVersion::tls13};
            }
        }
        if (personality != Personality::iis && personality != Personality::raw) {
            read_policy(reader, listener, known);
            check_front(reader, listener, listeners);
        }
        if (personality == Personality::raw) {
            listener.breakdown = read_breakdown(reader, listener.tls);
        }
        reader.finish();
        listeners.push_back(std::move(listener));
    }
    if (listeners.empty()) {
        if (personality != Personality::iis && !document.has("listener")) {
            document.complain("a [[listener]] is missing");
        }
        listeners.emplace_back();
    }
    return listeners;
}

} // namespace mtls::scenario
