#include "probe/cli/parse.hpp"

#include <algorithm>
#include <iostream>
#include <map>
#include <string>

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "certs/x509/config_error.hpp"
#include "probe/cli/candidate_words.hpp"
#include "probe/cli/command_line.hpp"
#include "probe/cli/fleet_words.hpp"
#include "probe/cli/monitoring_words.hpp"

namespace mtls::cli {

namespace {

using wire::ProtocolVersion;

const std::map<std::string, ProtocolVersion> versions{{"1.0", ProtocolVersion::tls10},
                                                      {"1.1", ProtocolVersion::tls11},
                                                      {"1.2", ProtocolVersion::tls12},
                                                      {"1.3", ProtocolVersion::tls13}};
const std::map<std::string, issuers::ExpectMode> modes{{"exact", issuers::ExpectMode::exact},
                                                       {"contains", issuers::ExpectMode::contains}};
const std::map<std::string, verdict::ExpectOutcome> outcomes{{"accept", verdict::ExpectOutcome::accept},
                                                             {"reject", verdict::ExpectOutcome::reject}};
const std::map<std::string, handshake::Breadth> breadths{{"auto", handshake::Breadth::side_by_side},
                                                         {"one", handshake::Breadth::normal_only},
                                                         {"all", handshake::Breadth::every}};
const std::map<std::string, Format> formats{{"text", Format::text},
                                            {"json", Format::json},
                                            {"jsonl", Format::jsonl},
                                            {"nagios", Format::nagios},
                                            {"prometheus", Format::prometheus},
                                            {"junit", Format::junit},
                                            {"html", Format::html}};

/// In two lines of the help.
std::string wrapped(std::string words)
{
    if (const auto middle = words.find('|', words.size() / 2); middle != std::string::npos) {
        words.insert(middle + 1, "\n" + std::string(25, ' '));
    }
    return words;
}

/// What CLI11 fills in: strings, turned into values once everything is there.
struct Raw {
    std::vector<std::string> targets;
    std::vector<std::string> expect_issuers;
    std::string expect_mode = "exact", expect_outcome, connect, variants = "auto", format = "text", color = "auto";
    std::optional<std::string> sni;
    std::vector<std::string> tls, alpn, headers;
    bool ipv4 = false, ipv6 = false, no_http = false;
    std::string iis_bindings, path, keylog, save_pcap, output, starttls, proxy;
    double timeout = 15, connect_timeout = 5, settle = 0.5;
};

void add_expectations(CLI::App& app, Raw& raw)
{
    const std::string group = "Expectations";
    repeatable(app, "--expect-issuers", raw.expect_issuers,
               "CAs that the list should name: PEM, DER, PKCS#7, or one RFC 4514 name a line")
        ->group(group)
        ->option_text("FILE");
    choice(app.add_option("--expect-mode", raw.expect_mode, "contains: the list may name others too (default exact)"),
           modes)
        ->group(group)
        ->needs("--expect-issuers");
    choice(app.add_option("--expect-outcome", raw.expect_outcome,
                          "what should happen to each candidate; reject: and to having none, in each way of asking"),
           outcomes)
        ->group(group);
    app.add_option("--iis-bindings", raw.iis_bindings, "saved `netsh http show sslcert` of the server, any language")
        ->group(group)
        ->option_text("FILE");
}

void add_ways(CLI::App& app, Raw& raw, Options& options)
{
    const std::string group = "How to ask";
    auto* sni = app.add_option("--sni", raw.sni, "server name to send (default: the target's name)");
    sni->group(group)->option_text("NAME");
    app.add_flag("--no-sni", options.no_sni, "send no server name")->group(group)->excludes(sni);
    choice(repeatable(app, "--tls", raw.tls, "only this TLS version; repeatable"), versions)->group(group);
    app.add_option("--connect", raw.connect, "connect there instead of to the target")
        ->group(group)
        ->option_text("ADDR[:PORT]");
    auto* proxy = app.add_option("--proxy", raw.proxy, "go through http://host:port (CONNECT) or socks5://host:port");
    proxy->group(group)->option_text("URL");
    auto* ipv4 = app.add_flag("-4", raw.ipv4, "IPv4 addresses only")->group(group);
    app.add_flag("-6", raw.ipv6, "IPv6 addresses only")->group(group)->excludes(ipv4);
    std::map<std::string, net::StartTls> protocols;
    for (const auto& name : net::starttls_names()) {
        protocols.emplace(name, *net::starttls_of(name));
    }
    app.add_option("--starttls", raw.starttls, "begin in the clear, no HTTP: " + wrapped(all_of(protocols)))
        ->group(group)
        ->option_text("PROTO")
        ->check(one_of(protocols), "");
    repeatable(app, "--alpn", raw.alpn, "protocols to offer (default http/1.1 with HTTP, else none)")
        ->group(group)
        ->option_text("LIST")
        ->delimiter(',');
    choice(app.add_option("--variants", raw.variants,
                          "auto: SNI and none, TLS 1.3 and below, each address; one; all: each version"),
           breadths)
        ->group(group);
    app.add_option("--repeat", options.repeat,
                   "ask each variant, and try each candidate, N times: back ends may differ")
        ->group(group)
        ->option_text("N")
        ->check(CLI::Range(1U, 1000U).description(""));
    app.add_flag("--verify-server", options.verify_server,
                 "also say whether this system trusts the server's certificates; stops nothing")
        ->group(group);
    app.add_flag("--list-only", options.list_only, "read the request and leave: no handshake finished, nothing tried")
        ->group(group);
}

void add_http(CLI::App& app, Raw& raw, Options& options)
{
    const std::string group = "HTTP after the handshake";
    auto* path = app.add_option("--path", raw.path, "what to request (default: the URL's path, or /)");
    auto* method = app.add_option("--method", options.method, "request method (default GET)")->option_text("M");
    auto* header = repeatable(app, "--header", raw.headers, "'Name: value', repeatable");
    path->option_text("P");
    header->option_text("H");
    auto* none = app.add_flag("--no-http", raw.no_http, "request nothing: listen for --settle instead")->group(group);
    for (auto* option : {path, method, header}) {
        option->group(group)->excludes(none)->excludes(app.get_option("--starttls"));
    }
}

void add_limits_and_output(CLI::App& app, Raw& raw, Options& options)
{
    const std::string limits = "Limits, in seconds";
    const auto seconds = [](const std::string& text) {
        double value = 0;
        const bool number = CLI::detail::lexical_cast(text, value);
        return number && value >= 0.01 && value <= 3600 ? std::string{}
                                                        : "'" + text + "' is no number from 0.01 to 3600";
    };
    for (auto* option :
         {app.add_option("--timeout", raw.timeout, "whole probe of one target (default 15)"),
          app.add_option("--connect-timeout", raw.connect_timeout, "one TCP connect (default 5)"),
          app.add_option("--settle", raw.settle, "how long to listen after a handshake without HTTP (default 0.5)")}) {
        option->group(limits)->option_text("S")->check(seconds, "");
    }
    const std::string group = "Output";
    choice(app.add_option("--format", raw.format, "default text"), formats)->group(group);
    app.add_option("-o,--output", raw.output, "write the report there, whole or not at all (- is stdout)")
        ->group(group)
        ->option_text("FILE");
    choice(app.add_option("--color", raw.color, "default auto: on a terminal, unless NO_COLOR is set"), colors())
        ->group(group);
    app.add_flag("-v,--verbose", options.verbose, "every name of a long list, every message")->group(group);
    app.add_option("--save-pcap", raw.save_pcap,
                   "write the probe's connections as a capture (Wireshark, tcpdump, decode)")
        ->group(group)
        ->option_text("FILE");
    app.add_option("--keylog", raw.keylog, "append TLS session secrets for Wireshark (mode 0600)")
        ->group(group)
        ->option_text("FILE");
}

net::Target target_of(const std::string& text)
{
    const auto target = net::parse_target(text);
    if (!target) {
        throw x509::ConfigError{"target '" + x509::printable(net::without_credentials(text)) +
                                "': " + target.error().why};
    }
    return *target;
}

std::string sni_of(std::string name)
{
    const auto plain = net::server_name_of(std::move(name));
    if (!plain) {
        throw x509::ConfigError{"--sni: a host name of 1 to 253 ASCII characters (use --no-sni to send none)"};
    }
    return *plain;
}

/// Beast keeps in 16 bits how long the name of a header field is, with ": ", and its value, with the end of the line.
constexpr std::size_t longest_of_header = 0xffff - 2;
/// Extensions of a ClientHello have 2^16-1 bytes together (RFC 8446 §4.1.2): with room for the others.
constexpr std::size_t longest_alpn = 60'000;

std::pair<std::string, std::string> header_of(const std::string& text)
{
    const auto colon = text.find(':');
    if (colon == std::string::npos || colon == 0 || text.find_first_of("\r\n") != std::string::npos ||
        text.find(' ') < colon) {
        throw x509::ConfigError{"--header: write it as 'Name: value'"};
    }
    const auto value = std::min(text.find_first_not_of(" \t", colon + 1), text.size());
    if (colon > longest_of_header || text.size() - value > longest_of_header) {
        throw x509::ConfigError{
            fmt::format("--header: a name and a value of at most {} bytes each", longest_of_header)};
    }
    return {text.substr(0, colon), text.substr(value)};
}

void check_request(const Options& options)
{
    if (options.method.empty() || options.method.find_first_of(" \r\n\t") != std::string::npos) {
        throw x509::ConfigError{"--method: one word, like GET"};
    }
    if (options.path && !net::is_request_path(*options.path)) {
        throw x509::ConfigError{"--path: begins with / and holds no blank (write %20)"};
    }
}

/// Refuses what would be passed over in silence, or be fine whatever happens.
void check_sense(const Options& options)
{
    if (options.expect_outcome == verdict::ExpectOutcome::accept && options.candidates.empty()) {
        throw x509::ConfigError{"--expect-outcome accept: there is no --cert that could be accepted"};
    }
    if (options.list_only && options.expect_outcome != verdict::ExpectOutcome::unset) {
        throw x509::ConfigError{"--list-only presents no certificate, so --expect-outcome could not be told"};
    }
    if (options.list_only && options.keylog) {
        throw x509::ConfigError{"--list-only makes no session whose secrets --keylog could write"};
    }
    const bool about_http = options.path || !options.headers.empty() || options.method != fleet::Manner{}.method;
    if (options.list_only && about_http) {
        throw x509::ConfigError{
            "--list-only requests nothing, so --path, --method and --header do nothing: leave one of "
            "them out"};
    }
    if (options.save_baseline && *options.save_baseline == "-") {
        throw x509::ConfigError{"--save-baseline: wants a file (--format json writes to stdout)"};
    }
    const auto asks_for = [](const net::Target& target) { return target.path.value_or("/") != "/"; };
    if (!options.http && std::any_of(options.targets.begin(), options.targets.end(), asks_for)) {
        throw x509::ConfigError{
            "the target names a path, but without HTTP nothing is requested: leave one of them out"};
    }
}

std::chrono::milliseconds milliseconds(double seconds)
{
    return std::chrono::milliseconds{static_cast<long>(seconds * 1000)};
}

void take_targets(const Raw& raw, Options& options)
{
    for (const auto& text : raw.targets) {
        options.targets.push_back(target_of(text));
    }
    options.expected_issuers.assign(raw.expect_issuers.begin(), raw.expect_issuers.end());
    if (!raw.iis_bindings.empty()) {
        options.iis_bindings = raw.iis_bindings;
    }
    options.expect_mode = modes.at(raw.expect_mode);
    if (!raw.expect_outcome.empty()) {
        options.expect_outcome = outcomes.at(raw.expect_outcome);
    }
}

void take_ways(const Raw& raw, Options& options)
{
    if (raw.sni) {
        options.sni = sni_of(*raw.sni);
    }
    for (const auto& text : raw.tls) {
        options.versions.push_back(versions.at(text));
    }
    if (!raw.connect.empty()) {
        const auto endpoint = net::parse_endpoint(raw.connect);
        if (!endpoint) {
            throw x509::ConfigError{"--connect '" + x509::printable(raw.connect) + "': " + endpoint.error().why};
        }
        options.connect = *endpoint;
    }
    if (!raw.proxy.empty()) {
        const auto proxy = net::parse_proxy(raw.proxy);
        if (!proxy) {
            throw x509::ConfigError{"--proxy: " + proxy.error().why};
        }
        options.proxy = *proxy;
    }
    options.family = raw.ipv4 ? net::Family::ipv4 : raw.ipv6 ? net::Family::ipv6 : net::Family::any;
    std::size_t alpn_bytes = 0;
    for (const auto& protocol : raw.alpn) {
        if (protocol.empty() || protocol.size() > 255) {
            throw x509::ConfigError{"--alpn: names of 1 to 255 bytes, separated by commas"};
        }
        options.alpn.push_back(protocol);
        alpn_bytes += 1 + protocol.size();
    }
    if (alpn_bytes > longest_alpn) {
        throw x509::ConfigError{
            fmt::format("--alpn: names of at most {} bytes together, one byte more for each", longest_alpn)};
    }
    options.breadth = breadths.at(raw.variants);
    options.starttls = net::starttls_of(raw.starttls);
}

void take_http(const Raw& raw, Options& options)
{
    options.http = !raw.no_http && !options.starttls && !options.list_only;
    if (!raw.path.empty()) {
        options.path = raw.path;
    }
    for (const auto& text : raw.headers) {
        options.headers.push_back(header_of(text));
    }
    check_request(options);
}

void take_limits_and_output(const Raw& raw, Options& options)
{
    options.timeout = milliseconds(raw.timeout);
    options.connect_timeout = milliseconds(raw.connect_timeout);
    options.settle = milliseconds(raw.settle);
    options.format = formats.at(raw.format);
    options.color = colors().at(raw.color);
    if (!raw.output.empty()) {
        options.output = raw.output;
    }
    if (!raw.save_pcap.empty()) {
        options.save_pcap = raw.save_pcap;
    }
    if (!raw.keylog.empty()) {
        options.keylog = raw.keylog;
    }
}

} // namespace

Parsed parse(int argc, const char* const* argv)
{
    CLI::App app{
        "Why does this server not take my client certificate?\n"
        "Asks a TLS server which certificate authorities it accepts, tries your certificates, and says what is "
        "wrong.\nExit code: 0 ok, 1 warning, 2 critical, 3 unknown.",
        "mtls-probe"};
    Raw raw;
    Parsed parsed;
    Options options;
    auto* targets = app.add_option("TARGET", raw.targets, "host[:port], [IPv6]:port or https://host[:port]/path");
    targets->option_text("...");
    const CandidateWords candidates{app};
    add_expectations(app, raw);
    const MonitoringWords monitoring{app};
    add_ways(app, raw, options);
    add_http(app, raw, options);
    add_limits_and_output(app, raw, options);
    FleetWords fleet{app};
    targets->excludes(app.get_option("--targets"));
    app.set_version_flag("--version",
                         std::string{"mtls-probe " MTLS_PROBE_VERSION ", "} + OpenSSL_version(OPENSSL_VERSION));
    app.formatter(std::make_shared<CompactHelp>());
    app.footer("Commands that need no server, each with its own --help:\n"
               "  mtls-probe explain CODE...      what a status, alert, Windows code, finding or IIS log means\n"
               "  mtls-probe decode FILE          certificate requests in hex, base64, binary or a capture\n"
               "  mtls-probe match --request FILE --cert FILE...  which clients would send it\n"
               "  mtls-probe audit-store FILE...  a Trusted Root store: what harms client certificates\n");

    if (const auto done = parse_words(app, argc, argv)) {
        parsed.exit_code = *done;
        return parsed;
    }
    if (raw.targets.empty() && app.count("--targets") == 0) {
        throw x509::ConfigError{"TARGET is required, or --targets (mtls-probe --help shows every option)"};
    }
    options.list_only = options.list_only || fleet.lists_only();
    take_targets(raw, options);
    take_ways(raw, options);
    take_http(raw, options);
    take_limits_and_output(raw, options);
    candidates.take(options);
    monitoring.take(options);
    fleet.take(options);
    check_sense(options);
    parsed.options = std::move(options);
    return parsed;
}

} // namespace mtls::cli
