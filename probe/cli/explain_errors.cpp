#include "probe/cli/explain_errors.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "certs/x509/name.hpp"
#include "probe/cli/explain_log.hpp"
#include "probe/verdict/phrases.hpp"

namespace mtls::cli {

namespace {

namespace json = boost::json;
using explain::Concerns;
using report::Tone;
using verdict::counted;
using x509::printable;

std::string titles(const explain::ErrorCause& cause)
{
    std::string all;
    for (const explain::Page& page : cause.pages) {
        all += (all.empty() ? "" : ", ") + title(page);
    }
    return all;
}

void put_cause(report::Page& out, const explain::ErrorCause& cause, bool verbose)
{
    out.heading(fmt::format("{}: {}", titles(cause), counted(cause.count, "line")));
    out.put("  when  ", printable(cause.first == cause.last ? cause.first : cause.first + " to " + cause.last));
    const std::size_t shown = verbose ? cause.sufferers.size() : std::min(cause.sufferers.size(), shown_sufferers);
    std::size_t rest = cause.more;
    for (std::size_t at = 0; at < cause.sufferers.size(); ++at) {
        const explain::Sufferer& who = cause.sufferers[at];
        if (at >= shown) {
            rest += who.count;
        } else {
            out.put(fmt::format("{:>6}  ", who.count),
                    fmt::format("{:<15}  {}", who.client.empty() ? "-" : printable(who.client), printable(who.url)));
        }
    }
    if (rest > 0) {
        out.put(fmt::format("{:>6}  ", rest), verbose ? "others" : "others (-v shows all)");
    }
    if (!cause.note.empty()) {
        out.put("  ", cause.note);
    }
    for (const explain::Page& page : cause.pages) {
        put_page(out, page);
    }
}

json::value cause_json(const explain::ErrorCause& cause)
{
    json::array clients;
    for (const explain::Sufferer& who : cause.sufferers) {
        clients.push_back({{"client", printable(who.client)}, {"where", printable(who.url)}, {"count", who.count}});
    }
    json::array readings;
    for (const explain::Page& page : cause.pages) {
        readings.push_back(page_json(page));
    }
    return {{"about_certificates", cause.concerns == Concerns::certificate},
            {"count", cause.count},
            {"first", printable(cause.first)},
            {"last", printable(cause.last)},
            {"note", cause.note.empty() ? json::value(nullptr) : json::value(cause.note)},
            {"clients", clients},
            {"others", cause.more},
            {"readings", readings}};
}

} // namespace

void put_errors(report::Page& out, const std::string& source, const explain::ErrorSummary& errors, bool verbose)
{
    out.put("", printable(source), Tone::strong);
    out.put("  ",
            fmt::format("{} of an error log, {} of them about client certificates, {} about other failures in TLS",
                        counted(errors.lines(), "line"), errors.about(Concerns::certificate),
                        errors.about(Concerns::connection)),
            Tone::strong);
    for (const explain::ErrorCause& cause : errors.causes()) {
        put_cause(out, cause, verbose);
    }
    out.blank();
    const auto& servers = errors.servers();
    const auto wrote = [&](const char* server) {
        return std::find(servers.begin(), servers.end(), server) != servers.end();
    };
    if (errors.about(Concerns::certificate) > 0) {
        out.put("", "Times are those of the server's own clock.");
    } else if (wrote("nginx")) {
        out.put("", "nginx writes why it refuses a certificate only at level info: error_log FILE info;");
    } else if (wrote("apache")) {
        out.put("", "Apache writes why it refuses a certificate only with LogLevel ssl:info.");
    } else {
        out.put("", "HAProxy writes why it refuses a certificate only with an error-log-format that has ssl_c_err.");
    }
}

json::value errors_json(const std::string& source, const explain::ErrorSummary& errors, std::size_t unreadable)
{
    json::array servers;
    for (const std::string& server : errors.servers()) {
        servers.emplace_back(server);
    }
    json::array causes;
    for (const explain::ErrorCause& cause : errors.causes()) {
        causes.push_back(cause_json(cause));
    }
    return {{"source", printable(source)},
            {"servers", servers},
            {"lines", errors.lines()},
            {"about_certificates", errors.about(Concerns::certificate)},
            {"other_failures", errors.about(Concerns::connection)},
            {"unreadable", unreadable},
            {"causes", causes}};
}

} // namespace mtls::cli
