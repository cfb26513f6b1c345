#include <iostream>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "certs/x509/name.hpp"
#include "probe/cli/command_line.hpp"
#include "probe/cli/commands.hpp"
#include "probe/cli/output.hpp"
#include "probe/explain/explain.hpp"
#include "probe/report/json_text.hpp"
#include "probe/report/layout.hpp"

namespace mtls::cli {

namespace {

namespace json = boost::json;
using report::Tone;

void put_page(report::Page& out, const explain::Page& page)
{
    out.put("  ", explain::title(page), Tone::plain, Tone::strong);
    out.put("    ", page.meaning);
    if (!page.detection.empty()) {
        out.put("    How sure: ", page.detection);
    }
    for (const explain::Step& step : page.next) {
        const bool general = step.applies_to == "any";
        out.put(general ? "    Next: " : "    " + step.applies_to + ": ", step.text);
    }
}

std::string as_text(const std::vector<explain::Answer>& answers, const report::TextStyle& style)
{
    report::Page out{style};
    bool first = true;
    for (const explain::Answer& answer : answers) {
        if (answer.pages.empty()) {
            continue; // said on stderr
        }
        if (!first) {
            out.blank();
        }
        first = false;
        const std::string several = std::to_string(answer.pages.size()) + " readings";
        out.put("", x509::printable(answer.asked) + (answer.pages.size() > 1 ? ": " + several : ""));
        for (const explain::Page& page : answer.pages) {
            put_page(out, page);
        }
    }
    return out.take();
}

json::value as_json(const explain::Page& page)
{
    json::array next;
    for (const explain::Step& step : page.next) {
        next.push_back({{"applies_to", step.applies_to}, {"text", step.text}});
    }
    return {{"kind", explain::to_string(page.kind)},
            {"code", page.code},
            {"name", page.name.empty() ? json::value{nullptr} : json::value{page.name}},
            {"title", explain::title(page)},
            {"meaning", page.meaning},
            {"how_sure", page.detection.empty() ? json::value{nullptr} : json::value{page.detection}},
            {"next", next}};
}

json::value as_json(const std::vector<explain::Answer>& answers)
{
    json::array list;
    for (const explain::Answer& answer : answers) {
        json::array pages;
        for (const explain::Page& page : answer.pages) {
            pages.push_back(as_json(page));
        }
        list.push_back({{"asked", x509::printable(answer.asked)}, {"readings", pages}});
    }
    return list;
}

} // namespace

int run_explain(int argc, const char* const* argv)
{
    CLI::App app{"Says what a code means, and what to look at next. Each CODE may be an HTTP status with substatus\n"
                 "(403.16, '403 16 2148204809'), a TLS alert ('alert 48', unknown_ca), a Windows code (0x800B0109,\n"
                 "2148204809, 0x109, CERT_E_UNTRUSTEDROOT), a Schannel event (36870), the id of a finding\n"
                 "(ctl-store-lost), or a sentence that holds some of these. Exit code 3: one is not known.",
                 "mtls-probe explain"};
    std::vector<std::string> codes;
    app.add_option("CODE", codes, "what to explain")->required()->option_text("...");
    const OutputWords words{app};
    app.formatter(std::make_shared<CompactHelp>());
    if (const auto done = parse_words(app, argc, argv)) {
        return *done;
    }
    Options output;
    words.take(output);

    const auto answers = explain::explain(codes);
    const json::value all{{"schema", "mtls-probe/explain/1"}, {"answers", as_json(answers)}};
    int code = 0;
    for (const explain::Answer& answer : answers) {
        if (answer.pages.empty()) {
            std::cerr << "mtls-probe: '" << x509::printable(answer.asked) << "' is no code that is known here\n";
            code = 3;
        }
    }
    write_report(output, output.format == Format::json ? report::json_text(all, report::JsonShape::indented) + "\n"
                                                       : as_text(answers, text_style(output)));
    return code;
}

} // namespace mtls::cli
