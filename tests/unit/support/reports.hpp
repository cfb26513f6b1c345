#pragma once

#include <string>
#include <utility>
#include <vector>

#include "probe/report/report.hpp"
#include "tests/unit/support/runs.hpp"

/// One report of every kind.
namespace mtls::test {

inline report::Report report_of(const Run& run)
{
    report::Report made;
    made.tool_version = "0.1.0";
    made.tls_library = "OpenSSL 3.0.0";
    made.started = x509::rfc3339(now);
    made.duration_ms = 123.4567;
    made.facts = run.facts();
    made.judgement = verdict::judge(made.facts);
    return made;
}

/// ESC, newline, bar, quote, NUL, bidi override, zero-width space, emoji, markup.
inline const x509::Name hostile_name =
    dn("CN=\\1B[31mred\\0Aline|bar\\\"quote\\00nul \xe2\x80\xaemirror\xe2\x80\x8bzero \xf0\x9f\x92\xa9 "
       "\\<b\\>&amp\\;,O=A\\\\B");

/// The same, and worse, in everything else that a stranger chooses.
inline Run hostile_run()
{
    auto seen = Seen{tls13}.asked({hostile_name, x509::Name{{0xff, 0x00}}, issuing_ca}).http(403).get();
    seen.http->reason = "No\x1b[2J\r\nway\xff";
    seen.http->server = "evil\x07\x1b]0;title\x07";
    seen.variant.sni = "server\x1b.test";
    seen.negotiated->alpn = "h\n2";
    return Run{}.saw(seen).expects({hostile_name, root_ca}).holds(credential("alice"));
}

/// A list of `count` names.
inline Names many_names(int count)
{
    Names names;
    for (int number = 0; number < count; ++number) {
        names.push_back(dn("CN=Public Root " + std::to_string(number) + ",O=Trust " + std::to_string(number % 50)));
    }
    return names;
}

/// Named runs that between them show every shape of the report.
inline std::vector<std::pair<std::string, Run>> sample_runs()
{
    using observation::Outcome;
    using observation::Phase;
    using observation::Stage;
    using wire::AlertDescription;
    auto foreign = credential("alice");
    foreign.key = people().at("mallory").key;
    auto keyless = credential("any-usage");
    keyless.key.reset();
    auto iis = Seen{tls13}.asked(public_roots).http(403, "Microsoft-IIS/10.0").get();
    iis.server_certificates = {certificate("server"), certificate("root")};
    const auto request10 = observation::read_request(Stage::handshake, std::nullopt, wire::ProtocolVersion::tls10,
                                                     {1, 1, 0, 4, 0, 2, 0x30, 0});
    const auto broken =
        observation::read_request(Stage::handshake, std::nullopt, tls12, {1, 1, 0, 2, 4, 3, 0, 9, 0, 2, 0x30, 0});
    const auto asked = [] { return Seen{tls13}.asked({issuing_ca, root_ca}); };
    return {
        {"healthy",
         Run{}.saw(asked().http(403)).expects({issuing_ca, root_ca}).tries("alice", asked().sent().http(200))},
        {"lost-ctl-store", Run{}
                               .saw(iis)
                               .saw(Seen{tls12}.asked(public_roots).http(403, "Microsoft-IIS/10.0"))
                               .saw(Seen{tls13}.sni(std::nullopt).http(200))
                               .expects({issuing_ca})
                               .tries("alice", Seen{tls13}.asked(public_roots).sent().http(403))},
        {"empty-list", Run{}.saw(Seen{tls12}.asked(Names{}).settled()).without_http().expects({issuing_ca})},
        {"no-request", Run{}.saw(Seen{tls13}.http(200)).tries("alice", Seen{tls13}.http(200))},
        {"refused", Run{}.saw(Seen{tls13}.no_server_hello("connect: refused").ended(Outcome::refused))},
        {"nothing", Run{}},
        {"tls10", Run{}.saw(Seen{wire::ProtocolVersion::tls10}.asked(request10).settled())},
        {"malformed", Run{}.saw(Seen{tls12}.asked(broken).alert(AlertDescription::decode_error, Phase::handshake,
                                                                observation::Direction::sent))},
        {"hostile", hostile_run()},
        {"long", Run{}
                     .saw(Seen{tls12}.asked(many_names(300)).http(403))
                     .tries("alice", Seen{tls12}.asked(many_names(300)).sent().http(403))},
        {"candidates",
         Run{}
             .saw(asked().http(403))
             .tries("alice", asked().sent().http(200))
             .tries("expired", asked().sent().alert(AlertDescription::certificate_expired, Phase::after_handshake))
             .tries("server-usage", asked().sent().ended(Outcome::reset))
             .tries("mallory", asked().sent().settled())
             .holds(foreign)
             .holds(keyless)},
        {"changed", Run{}
                        .saw(asked().http(403))
                        .since({"earlier.json",
                                "2026-05-01T00:00:00Z",
                                {Seen{tls13}.asked({hostile_name, root_ca}).http(403).get()}})},
        {"late-and-broken", Run{}
                                .saw(Seen{tls13}.http_requested().ended(Outcome::reset))
                                .saw(Seen{tls12}.asked({issuing_ca, root_ca}, Stage::renegotiation).http(403))
                                .expects({issuing_ca})
                                .tries("alice", Seen{tls13}.http_requested().ended(Outcome::reset))},
        {"late", Run{}.saw(Seen{tls12}.asked({root_ca, root_ca}, Stage::renegotiation).http(200))},
    };
}

} // namespace mtls::test
