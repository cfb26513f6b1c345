#include "probe/cli/explain_log.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "certs/x509/config_error.hpp"
#include "certs/x509/name.hpp"
#include "certs/x509/text_encoding.hpp"
#include "probe/iis/common_log.hpp"
#include "probe/iis/error_log.hpp"
#include "probe/iis/w3c_log.hpp"
#include "probe/verdict/phrases.hpp"

namespace mtls::cli {

namespace {

namespace json = boost::json;
using report::Tone;
using verdict::counted;
using x509::printable;

constexpr std::size_t longest_line = std::size_t{1} << 16U;
constexpr std::size_t hopeless_line = std::size_t{1} << 24U; // a device, or a file of another kind
constexpr std::size_t shown_causes = 20;

/// The lines of a text of any size, in whatever encoding Windows saved it.
class Lines {
  public:
    explicit Lines(std::istream& in) : in_{in} {}

    /// False at the end, or in what has no lines at all. What is longer than any line of a log is cut.
    bool next(std::string& line)
    {
        line.clear();
        std::size_t length = 0;
        while (length <= hopeless_line) {
            const std::size_t end = std::min(text_.find('\n', at_), text_.size());
            line.append(text_, at_, std::min(end - at_, longest_line - std::min(line.size(), longest_line)));
            length += end - at_;
            at_ = end;
            if (at_ < text_.size()) {
                ++at_;
                return true;
            }
            if (!read_more()) {
                return length > 0;
            }
        }
        return false;
    }

  private:
    /// http.sys fills the end of a log that is being written with zeros, and nginx writes those that a client sends.
    /// Without end they are no log.
    bool read_more()
    {
        std::array<char, std::size_t{1} << 14U> piece; // NOLINT(cppcoreguidelines-pro-type-member-init): read into
        in_.read(piece.data(), piece.size());
        text_ = decoder_.decode(
            {reinterpret_cast<const std::uint8_t*>(piece.data()), static_cast<std::size_t>(in_.gcount())});
        at_ = 0;
        const std::size_t size = text_.size();
        std::erase(text_, '\0');
        zeros_ = text_.empty() ? zeros_ + size : 0;
        return in_.gcount() > 0 && zeros_ < hopeless_line;
    }

    std::istream& in_;
    x509::TextDecoder decoder_;
    std::string text_;
    std::size_t at_ = 0;    ///< of text_, where the next line goes on
    std::size_t zeros_ = 0; ///< without anything else since
};

std::string status_of(const explain::Cause& cause)
{
    const std::string win32 = cause.win32_status ? fmt::format(", sc-win32-status {}", *cause.win32_status) : "";
    const std::string reason = cause.reason.empty() ? "" : ", s-reason " + printable(cause.reason);
    return cause.substatus ? fmt::format("{}.{}{}{}", cause.status, *cause.substatus, win32, reason)
                           : fmt::format("{} (substatus not logged){}{}", cause.status, win32, reason);
}

void put_cause(report::Page& out, const explain::Cause& cause, bool verbose)
{
    const std::string when = cause.first == cause.last ? cause.first : cause.first + " to " + cause.last;
    out.heading(fmt::format("{}: {}", status_of(cause), counted(cause.count, "request")));
    if (!when.empty()) {
        out.put("  when  ", printable(when) + " UTC");
    }
    const std::size_t shown = verbose ? cause.sufferers.size() : std::min(cause.sufferers.size(), shown_sufferers);
    std::size_t rest = cause.more;
    for (std::size_t at = 0; at < cause.sufferers.size(); ++at) {
        const explain::Sufferer& who = cause.sufferers[at];
        if (at >= shown) {
            rest += who.count;
            continue;
        }
        out.put(fmt::format("{:>6}  ", who.count),
                fmt::format("{:<15}  {}", who.client.empty() ? "-" : printable(who.client),
                            who.url.empty() ? "-" : printable(who.url)));
    }
    if (rest > 0) {
        out.put(fmt::format("{:>6}  ", rest), verbose ? "others" : "others (-v shows all)");
    }
    for (const explain::Page& page : cause.pages) {
        put_page(out, page);
    }
    if (cause.pages.empty()) {
        out.put("  ", "Not about client certificates, as far as is known here.");
    }
}

json::value sufferer_json(const explain::Sufferer& who)
{
    return {{"client", printable(who.client)}, {"url", printable(who.url)}, {"count", who.count}};
}

json::value cause_json(const explain::Cause& cause)
{
    json::array sufferers;
    for (const explain::Sufferer& who : cause.sufferers) {
        sufferers.push_back(sufferer_json(who));
    }
    json::array readings;
    for (const explain::Page& page : cause.pages) {
        readings.push_back(page_json(page));
    }
    return {{"status", cause.status},
            {"substatus", cause.substatus ? json::value(*cause.substatus) : json::value(nullptr)},
            {"win32_status", cause.win32_status ? json::value(*cause.win32_status) : json::value(nullptr)},
            {"reason", cause.reason.empty() ? json::value(nullptr) : json::value(printable(cause.reason))},
            {"count", cause.count},
            {"first", printable(cause.first)},
            {"last", printable(cause.last)},
            {"requests", sufferers},
            {"others", cause.more},
            {"readings", readings}};
}

} // namespace

LogRead read_log(std::istream& in, const std::string& source)
{
    LogRead log;
    log.source = source;
    iis::LogReader reader;
    std::string line;
    Lines lines{in};
    while (lines.next(line)) {
        // A request may be written so that it looks like an error, and no error looks like a request.
        const bool may_be_error = !reader.knows_fields() && !iis::read_common_log_line(line);
        if (const auto error = may_be_error ? iis::read_error_line(line) : std::nullopt) {
            log.errors.add(*error);
        } else if (const auto entry = reader.read(line)) {
            log.summary.add(*entry);
        }
        constexpr std::size_t patience = 1000;
        if (log.summary.requests() == 0 && log.errors.lines() == 0 && reader.unreadable() > patience) {
            break;
        }
    }
    log.unreadable = reader.unreadable();
    log.common = reader.common();
    if (log.summary.requests() == 0 && log.errors.lines() == 0) {
        throw x509::ConfigError{"read " + printable(source) +
                                ": no line of a W3C extended log in it, nor of the common log format, nor of an error "
                                "log of nginx, Apache or HAProxy"};
    }
    return log;
}

void put_page(report::Page& out, const explain::Page& page)
{
    out.put("  ", explain::title(page), Tone::plain, Tone::strong);
    out.put("    ", page.meaning);
    if (!page.severity.empty()) {
        out.put("    Severity: ", page.severity);
    }
    if (!page.detection.empty()) {
        out.put("    How sure: ", page.detection);
    }
    for (const explain::Step& step : page.next) {
        out.put(step.applies_to == "any" ? "    Next: " : "    " + step.applies_to + ": ", step.text);
    }
}

json::value page_json(const explain::Page& page)
{
    json::array next;
    for (const explain::Step& step : page.next) {
        next.push_back({{"applies_to", step.applies_to}, {"text", step.text}});
    }
    return {{"kind", explain::to_string(page.kind)},
            {"code", page.code},
            {"name", page.name.empty() ? json::value(nullptr) : json::value(page.name)},
            {"title", explain::title(page)},
            {"severity", page.severity.empty() ? json::value(nullptr) : json::value(page.severity)},
            {"meaning", page.meaning},
            {"how_sure", page.detection.empty() ? json::value(nullptr) : json::value(page.detection)},
            {"next", next}};
}

void put_log(report::Page& out, const LogRead& log, bool verbose)
{
    out.put("", printable(log.source), Tone::strong);
    out.put("  ",
            fmt::format("{}, {} of them refused or failed", counted(log.summary.requests(), "request"),
                        log.summary.failures()),
            Tone::strong);
    if (log.unreadable > 0) {
        out.put("  ", fmt::format("{} could not be read", counted(log.unreadable, "line")), Tone::plain, Tone::warn);
    }
    const auto causes = log.summary.causes();
    const std::size_t shown = verbose ? causes.size() : std::min(causes.size(), shown_causes);
    for (std::size_t at = 0; at < shown; ++at) {
        put_cause(out, causes[at], verbose);
    }
    if (shown < causes.size()) {
        out.blank();
        out.put("", fmt::format("{} more (-v shows all)", counted(causes.size() - shown, "cause")));
    }
    out.blank();
    if (log.common > 0) {
        out.put("", "The common log format has no substatus: the W3C log of IIS says why, and so does the error log of "
                    "nginx (level info) and Apache (LogLevel ssl:info).");
    } else {
        out.put("", "What fails in the TLS handshake never reaches this log: look for Schannel events, too.");
    }
}

json::value log_json(const LogRead& log)
{
    json::array causes;
    for (const explain::Cause& cause : log.summary.causes()) {
        causes.push_back(cause_json(cause));
    }
    return {{"source", printable(log.source)},    {"requests", log.summary.requests()},
            {"failures", log.summary.failures()}, {"unreadable", log.unreadable},
            {"common_log_format", log.common},    {"causes", causes}};
}

} // namespace mtls::cli
