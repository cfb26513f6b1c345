#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "certs/pki/hierarchy.hpp"
#include "probe/clients/predict.hpp"
#include "tests/unit/clients/support/cells.hpp"
#include "tests/unit/clients/support/requests.hpp"

/// Every cell that was observed (tests/data/clients) against what is predicted. No cell is left out: all of them can be
/// expressed, and one that cannot is a failure.
namespace {

using namespace mtls;
using namespace mtls::test;
using clients::OnTheWire;
using clients::Sends;
using wire::ProtocolVersion;

constexpr x509::Time now{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}};

const pki::Hierarchy& pki_of_the_cells()
{
    static const pki::Hierarchy hierarchy{pki::parse_recipe(R"(
[[authority]]
name = "RootA"
subject = "CN=Root A,O=Lab"
key = "rsa-2048"
[[authority]]
name = "IntA1"
subject = "CN=Intermediate A1,O=Lab"
issuer = "RootA"
same_key_as = "RootA"
[[authority]]
name = "RootB"
subject = "CN=Root B,O=Lab"
same_key_as = "RootA"
[[authority]]
name = "Unrel"
subject = "CN=Root U,O=Elsewhere"
same_key_as = "RootA"
[[authority]]
name = "RootA-printable"
subject = "CN=Root A,O=Lab"
string_type = "printable"
same_key_as = "RootA"
[[authority]]
name = "RootA-spelled"
subject = "CN=ROOT  a,O=Lab"
same_key_as = "RootA"
[[authority]]
name = "IntA1-printable"
subject = "CN=Intermediate A1,O=Lab"
string_type = "printable"
same_key_as = "RootA"
[[authority]]
name = "IntA1-spelled"
subject = "CN=INTERMEDIATE  a1,O=Lab"
same_key_as = "RootA"
[[client]]
name = "leafA"
issuer = "IntA1"
same_key_as = "RootA"
[[client]]
name = "leafA_noeku"
issuer = "IntA1"
same_key_as = "RootA"
usage = []
[[client]]
name = "leafA_srv"
issuer = "IntA1"
same_key_as = "RootA"
usage = ["serverAuth"]
[[client]]
name = "leafA_anyeku"
issuer = "IntA1"
same_key_as = "RootA"
usage = ["anyExtendedKeyUsage"]
[[client]]
name = "leafA_nods"
issuer = "IntA1"
same_key_as = "RootA"
key_usage = ["keyEncipherment"]
[[client]]
name = "leafA_exp"
issuer = "IntA1"
same_key_as = "RootA"
not_before = "-90d"
not_after = "-3d"
[[client]]
name = "leafA_sha1"
issuer = "IntA1"
same_key_as = "RootA"
digest = "sha1"
[[client]]
name = "leafA_ec"
issuer = "IntA1"
key = "ec-p256"
[[client]]
name = "leafA_p384"
issuer = "IntA1"
key = "ec-p384"
[[client]]
name = "leafA_ed"
issuer = "IntA1"
key = "ed25519"
[[client]]
name = "leafB"
issuer = "RootB"
same_key_as = "RootA"
)",
                                                            "cells.toml"),
                                          now};
    return hierarchy;
}

const x509::Certificate& certificate(const std::string& name)
{
    return pki_of_the_cells().at(name).certificate;
}

x509::Der dn(const std::string& name)
{
    return certificate(name).subject().der();
}

const std::map<std::string, std::string>& names_of_clients()
{
    static const std::map<std::string, std::string> names{
        {"NSS tstclnt (no nick)", "nss"},
        {"NSS tstclnt -n nick", "nss-nickname"},
        {"chromium", "chromium-linux"},
        {"curl/OpenSSL", "curl"},
        {"firefox", "firefox"},
        {"gnutls-cli", "gnutls-cli"},
        {"go1.19 Certificates", "go"},
        {"go1.19 GetClientCertificate", "go-callback"},
        {"java17 PKIX", "java-newsunx509"},
        {"java17 SunX509", "java-sunx509"},
        {"java25 PKIX", "java-newsunx509"},
        {"java25 SunX509", "java-sunx509"},
        {"libgnutls FORCE_CLIENT_CERT", "gnutls-force"},
        {"libgnutls default", "gnutls"},
        {"mbedtls2.28", "mbedtls"},
        {"node20", "nodejs"},
        {"python ssl", "python"},
        {"requests", "python"},
        {"s_client", "openssl"},
        {"s_client -strict", "openssl-strict"},
        {"wget/GnuTLS", "wget"},
        {"wolfssl5.5.4", "wolfssl"},
    };
    return names;
}

using Change = std::function<void(Request&, const std::string& leaf)>;

Change list_of(const std::vector<std::string>& names)
{
    return [names](Request& request, const std::string&) {
        for (const std::string& name : names) {
            request.names.push_back(dn(name));
        }
    };
}

Change algorithms(std::vector<std::uint16_t> codes)
{
    return [codes](Request& request, const std::string&) { request.algorithms = codes; };
}

Change algorithms_cert(std::vector<std::uint16_t> codes)
{
    return [codes](Request& request, const std::string&) { request.algorithms_cert = codes; };
}

Change types(std::vector<std::uint8_t> codes)
{
    return [codes](Request& request, const std::string&) { request.types = codes; };
}

Change both(const Change& one, const Change& other)
{
    return [=](Request& request, const std::string& leaf) {
        one(request, leaf);
        other(request, leaf);
    };
}

void three_hundred_names(Request& request, const std::string&)
{
    for (int number = 0; number < 300; ++number) {
        request.names.push_back(x509::Name::from_rfc4514("CN=Authority " + std::to_string(number)).der());
    }
    request.names.push_back(dn("IntA1"));
}

/// What the words of the column say.
const std::map<std::string, Change>& requests()
{
    const x509::Der garbage{0xde, 0xad, 0xbe, 0xef};
    const auto raw = [](const x509::Der& name) {
        return [name](Request& request, const std::string&) { request.names.push_back(name); };
    };
    const Change nothing = [](Request&, const std::string&) {};
    static const std::map<std::string, Change> all{
        {"[]", nothing},
        {"base[]", nothing},
        {"base[] TLS1.1", nothing},
        {"[RootA]", list_of({"RootA"})},
        {"[IntA1]", list_of({"IntA1"})},
        {"[RootB]", list_of({"RootB"})},
        {"CA B TLS1.1", list_of({"RootB"})},
        {"[Unrel]", list_of({"Unrel"})},
        {"[RootA printable]", list_of({"RootA-printable"})},
        {"[RootA case/space]", list_of({"RootA-spelled"})},
        {"[IntA1 printable]", list_of({"IntA1-printable"})},
        {"[IntA1 case/space]", list_of({"IntA1-spelled"})},
        {"[B,U,A]", list_of({"RootB", "Unrel", "RootA"})},
        {"CA 300 names last A1", three_hundred_names},
        {"CA empty DN", raw({0x30, 0x00})},
        {"CA garbage", raw(garbage)},
        {"CA garbage+A1", both(raw(garbage), list_of({"IntA1"}))},
        {"CA own subject", [](Request& request, const std::string& leaf) { request.names.push_back(dn(leaf)); }},
        {"CA ext zero-length", [](Request& request, const std::string&) { request.empty_list_extension = true; }},
        {"oid_filter EKU=serverAuth", [](Request& request, const std::string&) { request.oid_filter = true; }},
        {"ctypes RSA only", types({1})},
        {"ctypes EC only", types({64})},
        {"ctypes EC only TLS1.1", types({64})},
        {"ctypes DSS only", types({2})},
        {"ctypes none", types({})},
        {"ctypes EC only + CA A1", both(types({64}), list_of({"IntA1"}))},
        {"ctypes RSA only + CA A1", both(types({1}), list_of({"IntA1"}))},
        {"sig EC only", algorithms({0x0403, 0x0503, 0x0603})},
        {"sig EC only + CA A1", both(algorithms({0x0403, 0x0503, 0x0603}), list_of({"IntA1"}))},
        {"sig RSA-PSS only", algorithms({0x0804})},
        {"sig PKCS1-256 only", algorithms({0x0401})},
        {"sig SHA1 only", algorithms({0x0201, 0x0203})},
        {"sig *-512 only", algorithms({0x0601, 0x0603, 0x0806})},
        {"sig ecdsa384 only", algorithms({0x0503})},
        {"sigcert EC only", algorithms_cert({0x0403})},
        {"sigcert rsa256", algorithms_cert({0x0401})},
        {"sigcert rsa512 only", algorithms_cert({0x0601})},
    };
    return all;
}

const std::map<std::string, ProtocolVersion> versions{
    {"1.1", ProtocolVersion::tls11}, {"1.2", ProtocolVersion::tls12}, {"1.3", ProtocolVersion::tls13}};

/// `at` with the word in its error.
template <class Map> const auto& meaning(const Map& map, const std::string& word)
{
    const auto found = map.find(word);
    if (found == map.end()) {
        throw std::runtime_error{"no meaning for '" + word + "'"};
    }
    return found->second;
}

clients::Held held_of(const Cell& cell)
{
    std::vector<x509::Certificate> chain;
    const bool leaf_alone =
        cell.configuration == "leaf" || (cell.client.starts_with("NSS") && cell.source.starts_with("extra_"));
    if (!leaf_alone) {
        chain.push_back(certificate("IntA1"));
    }
    if (cell.configuration == "full" || cell.configuration == "trust") {
        chain.push_back(certificate("RootA"));
    }
    return {certificate(cell.leaf), chain, chain};
}

clients::Asked asked_of(const Cell& cell)
{
    Request request;
    request.version = meaning(versions, cell.tls);
    meaning(requests(), cell.request)(request, cell.leaf);
    clients::Asked asked = asked_with(request);
    if (request.version != ProtocolVersion::tls13) {
        asked.cipher = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"; // the servers had RSA keys
    }
    return asked;
}

/// In the words of the file.
std::string outcome_of(const clients::Answer& answer)
{
    const std::string sent = "SENT" + std::to_string(answer.certificates.value_or(0));
    switch (answer.wire) {
    case OnTheWire::certificate:
        return sent;
    case OnTheWire::certificate_then_break:
        return sent + " {";
    case OnTheWire::empty_certificate:
        return "EMPTY";
    case OnTheWire::break_off:
    case OnTheWire::nothing:
        return "ABORT";
    case OnTheWire::not_asked: // of a late request, of which there are none there
    case OnTheWire::unknown:
        break;
    }
    return "?";
}

clients::Prediction predicted(const Cell& cell)
{
    const auto selection = clients::select_clients({meaning(names_of_clients(), cell.client)});
    return clients::predict(asked_of(cell), held_of(cell), now, selection).at(0);
}

} // namespace

TEST_CASE("what is predicted is what each program did, in every cell that was observed")
{
    const auto cells = observed_cells();

    std::size_t checked = 0;
    for (const Cell& cell : cells) {
        CAPTURE(cell.line);
        CAPTURE(cell.client);
        CAPTURE(cell.leaf);
        CAPTURE(cell.configuration);
        CAPTURE(cell.tls);
        CAPTURE(cell.request);
        const clients::Answer answer = predicted(cell).answer;
        CAPTURE(answer.reason);
        const std::string outcome = outcome_of(answer);
        if (outcome.ends_with('{')) { // which alert follows is not predicted
            CHECK(cell.outcome.substr(0, outcome.size()) == outcome);
        } else {
            CHECK(cell.outcome == outcome);
        }
        CHECK(answer.given == (cell.outcome.starts_with("SENT") ? Sends::yes : Sends::no));
        CHECK((answer.sends == answer.given || answer.sends == Sends::unknown));
        ++checked;
    }

    CHECK(checked == 1844);
}

TEST_CASE("only what cannot be seen from here makes a prediction unsure")
{
    for (const Cell& cell : observed_cells()) {
        CAPTURE(cell.line);
        CAPTURE(cell.client);
        CAPTURE(cell.request);
        const clients::Answer answer = predicted(cell).answer;
        const bool has_a_store =
            cell.client.starts_with("NSS tstclnt (no nick)") || cell.client == "firefox" || cell.client == "chromium";
        const bool path_is_open = cell.configuration != "full" && cell.configuration != "trust";
        const bool update_counts = cell.client.starts_with("java") && cell.request == "sig SHA1 only";
        if (cell.tls != "1.1" && !(has_a_store && path_is_open) && !update_counts) {
            CHECK(answer.sends == answer.given);
        }
    }
}
