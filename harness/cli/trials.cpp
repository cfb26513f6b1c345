#include "harness/cli/trials.hpp"

#include <algorithm>
#include <optional>

#include "harness/cli/shell.hpp"
#include "harness/schannel/machine.hpp"

namespace mtls::harness {
namespace {

using scenario::Access;
using scenario::Demand;
using scenario::ExpectCandidate;
using scenario::Listener;
using scenario::Moment;
using scenario::Personality;
using scenario::Point;
using scenario::Scenario;
using scenario::TlsVersion;
using Arguments = std::vector<std::string>;

const Listener& tried(const Scenario& scenario)
{
    return *std::ranges::find(scenario.listeners, scenario.attempt.listener, &Listener::name);
}

/// What the server speaks, ascending.
std::vector<TlsVersion> versions_of(const Scenario& scenario)
{
    std::vector<TlsVersion> versions = tried(scenario).tls;
    if (versions.empty()) { // iis
        versions = {TlsVersion::tls12};
        if (schannel::supports_tls13(schannel::windows_version(scenario.iis->windows).value())) {
            versions.push_back(TlsVersion::tls13);
        }
    }
    return versions;
}

bool speaks_tls13(const Scenario& scenario)
{
    return versions_of(scenario).back() == TlsVersion::tls13;
}

/// Whether the certificate is wanted only after the HTTP request.
bool asks_late(const Scenario& scenario)
{
    if (scenario.iis) {
        const auto late = [](const scenario::IisBinding& binding) { return !binding.negotiate; };
        const auto wants = [](const auto& place) { return place.second != Access::none; };
        return std::ranges::any_of(scenario.iis->bindings, late) && std::ranges::any_of(scenario.iis->access, wants);
    }
    const Listener& listener = tried(scenario);
    return listener.ask != Moment::handshake && listener.client_certificate != Demand::none;
}

/// Whether a client that offers post-handshake authentication is treated differently.
bool asks_after_handshake(const Scenario& scenario)
{
    const bool late = scenario.iis ? scenario.iis->late_tls13 == scenario::LateTls13::post_handshake
                                   : tried(scenario).ask == Moment::late;
    return late && speaks_tls13(scenario);
}

/// Whether something comes over the connection that says what became of the certificate.
bool answers(const Scenario& scenario)
{
    return scenario.personality != Personality::raw && tried(scenario).http;
}

/// Where a raw server goes wrong.
Point stops_at(const Scenario& scenario)
{
    const Point own = tried(scenario).breakdown.at;
    return own == Point::none && scenario.raw ? scenario.raw->stall : own;
}

/// OpenSSL's own limits are out of the way only when it is told so.
Arguments version_arguments(TlsVersion version)
{
    switch (version) {
    case TlsVersion::tls10:
        return {"-tls1", "-cipher", "DEFAULT:@SECLEVEL=0"};
    case TlsVersion::tls11:
        return {"-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"};
    case TlsVersion::tls12:
        return {"-tls1_2"};
    case TlsVersion::tls13:
        break;
    }
    return {"-tls1_3"};
}

/// What `[expect]` says of somebody, behind the name.
std::string fate(const std::optional<std::string>& result, const std::optional<std::string>& by = std::nullopt)
{
    if (result == "accepted") {
        return ": let in";
    }
    if (result == "not_requested") {
        return ": never asked for a certificate";
    }
    if (result != "rejected") {
        return {};
    }
    return by == "alert" ? ": refused by a TLS alert" : by == "close" ? ": the server hangs up" : ": refused";
}

void append(Arguments& arguments, const Arguments& more)
{
    arguments.insert(arguments.end(), more.begin(), more.end());
}

/// Writes the commands of one scenario.
class Writer {
  public:
    Writer(const Scenario& scenario, const pki::Hierarchy& hierarchy, const Place& place)
        : scenario_{scenario}, hierarchy_{hierarchy}, place_{place}
    {
    }

    std::vector<Trial> write()
    {
        for (const std::string& candidate : scenario_.attempt.candidates) {
            try_in_versions(candidate);
        }
        if (std::ranges::any_of(scenario_.listeners, turns_with_others)) {
            add(first_name() + " again: connections go to the back ends in turn", trials_.front().line);
        }
        try_without();
        if (scenario_.attempt.sni) {
            add(first_name() + " without a server name", openssl(first(), {"-noservername"}));
        }
        if (answers(scenario_)) {
            add(first_name() + (scenario_.attempt.upload ? " with curl, and an upload" : " with curl"), curl());
        }
        return std::move(trials_);
    }

  private:
    static bool turns_with_others(const Listener& listener) { return listener.back_end_of.has_value(); }

    [[nodiscard]] std::string file(const std::string& name) const { return (place_.directory / name).string(); }

    static constexpr auto raw_end = "; -msg shows the bytes, and what openssl makes of them";
    static constexpr auto nobody = "without a certificate";

    [[nodiscard]] std::optional<std::string> first() const
    {
        const auto& candidates = scenario_.attempt.candidates;
        return candidates.empty() ? std::nullopt : std::optional{candidates.front()};
    }

    [[nodiscard]] std::string first_name() const { return first().value_or(nobody); }

    void add(std::string story, std::string line) { trials_.push_back({std::move(story), std::move(line)}); }

    /// Where the server asks late, TLS 1.2 and 1.3 are two stories.
    void try_in_versions(const std::string& candidate)
    {
        const auto& expected = scenario_.expect.candidates;
        const auto known = std::ranges::find(expected, candidate, &ExpectCandidate::name);
        const std::string end = known == expected.end() ? "" : fate(known->result, known->by);
        if (scenario_.attempt.upload) {
            add(candidate + " with a short request", openssl(candidate, {}));
            return;
        }
        const bool after_handshake = asks_after_handshake(scenario_);
        if (!asks_late(scenario_) || versions_of(scenario_).size() == 1) {
            add(candidate + (end.empty() && scenario_.raw ? raw_end : end),
                openssl(candidate, after_handshake ? Arguments{"-enable_pha"} : Arguments{}));
        } else {
            const Arguments tls13{"-tls1_3"};
            add(candidate + " in TLS 1.3" + end,
                openssl(candidate, after_handshake ? Arguments{"-tls1_3", "-enable_pha"} : tls13));
            add(candidate + " in TLS 1.2", openssl(candidate, {"-tls1_2"}));
        }
        if (after_handshake) {
            add(candidate + " without an offer of post-handshake authentication", openssl(candidate, {"-tls1_3"}));
        }
    }

    /// Where it matters: where `[expect]` says so, and where clients find no issuer of theirs and so send nothing.
    void try_without()
    {
        const auto& expect = scenario_.expect;
        const auto unlisted = [](const ExpectCandidate& each) { return each.advertised == false; };
        const bool withheld = scenario_.iis && std::ranges::any_of(expect.candidates, unlisted);
        if (!scenario_.attempt.candidates.empty() && !expect.without_certificate && !withheld) {
            return;
        }
        const std::string who =
            withheld ? std::string{nobody} + ", like a client that finds no issuer of its own" : std::string{nobody};
        const std::string end = fate(expect.without_certificate);
        add(who + (end.empty() && scenario_.raw ? raw_end : end), openssl(std::nullopt, {}));
    }

    /// The candidate as a client has it: with its chain, as far as its file holds one.
    [[nodiscard]] Arguments presented(const std::string& candidate) const
    {
        Arguments arguments{"-cert", file(candidate + ".pem"), "-key", file(candidate + ".key")};
        const pki::Issued& issued = hierarchy_.at(candidate);
        if (!issued.entry.leaf_only && !issued.chain.empty()) {
            append(arguments, {"-cert_chain", file(*issued.entry.issuer + ".pem")});
        }
        return arguments;
    }

    [[nodiscard]] std::string openssl(const std::optional<std::string>& candidate, const Arguments& more) const
    {
        Arguments arguments{"s_client", "-connect", host_port(place_.address, place_.port)};
        if (std::ranges::find(more, "-noservername") == more.end()) {
            append(arguments, {"-servername", place_.host});
        }
        append(arguments, {"-CAfile", file("ca.pem")});
        const auto versions = versions_of(scenario_);
        const bool said = std::ranges::any_of(more, [](const auto& each) { return each.starts_with("-tls"); });
        if (!said && (versions.size() == 1 || versions.back() < TlsVersion::tls12)) {
            append(arguments, version_arguments(versions.back()));
        }
        append(arguments, more);
        if (candidate) {
            append(arguments, presented(*candidate));
        }
        if (answers(scenario_)) {
            return shell_line("openssl", arguments) + " -ign_eof < " + shell_word(file(request_file));
        }
        const bool asked = stops_at(scenario_) >= Point::within_http_head;
        return shell_of_silent(std::move(arguments)) + " < " + (asked ? shell_word(file(request_file)) : "/dev/null");
    }

    /// What answers nothing may keep its clients for ever. Where its bytes are the story, they are shown.
    [[nodiscard]] std::string shell_of_silent(Arguments arguments) const
    {
        constexpr auto patience = "5";
        const auto& raw = scenario_.raw;
        if (raw && !raw->endless) {
            arguments.emplace_back("-msg");
        }
        arguments.emplace_back("-ign_eof");
        const bool ends = raw && stops_at(scenario_) == Point::none && !raw->endless && raw->byte_interval.count() == 0;
        if (ends) {
            return shell_line("openssl", arguments);
        }
        arguments.insert(arguments.begin(), {patience, "openssl"});
        return shell_line("timeout", arguments);
    }

    [[nodiscard]] std::string curl() const
    {
        Arguments arguments{"-kisS"};
        if (place_.host != "localhost" || place_.address != "127.0.0.1") {
            const bool v6 = place_.address.find(':') != std::string::npos;
            const std::string address = v6 ? "[" + place_.address + "]" : place_.address;
            append(arguments, {"--resolve", place_.host + ":" + std::to_string(place_.port) + ":" + address});
        }
        if (versions_of(scenario_).back() < TlsVersion::tls12) {
            append(arguments, {"--tlsv1.0", "--ciphers", "DEFAULT:@SECLEVEL=0"});
        }
        if (const auto candidate = first()) {
            append(arguments, {"--cert", file(*candidate + ".pem"), "--key", file(*candidate + ".key")});
        }
        if (scenario_.attempt.upload) {
            append(arguments, {"--data-binary", "@" + file(upload_file)});
        }
        arguments.push_back("https://" + host_port(place_.host, place_.port) + scenario_.attempt.path);
        return shell_line("curl", arguments);
    }

    const Scenario& scenario_;
    const pki::Hierarchy& hierarchy_;
    const Place& place_;
    std::vector<Trial> trials_;
};

} // namespace

std::vector<Trial> trials(const Scenario& scenario, const pki::Hierarchy& hierarchy, const Place& place)
{
    return Writer{scenario, hierarchy, place}.write();
}

std::string request_text(const Scenario& scenario, const Place& place)
{
    return "GET " + scenario.attempt.path + " HTTP/1.1\r\nHost: " + host_port(place.host, place.port) +
           "\r\nUser-Agent: openssl-s_client\r\nConnection: close\r\n\r\n";
}

} // namespace mtls::harness
