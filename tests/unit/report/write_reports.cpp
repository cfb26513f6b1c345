#include <filesystem>
#include <fstream>

#include "tests/unit/support/reports.hpp"

/// write_reports DIRECTORY: every sample as JSON, text beside it for a person to read.
int main(int argc, char** argv)
{
    if (argc != 2) {
        return 1;
    }
    const std::filesystem::path directory{argv[1]};
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    std::vector<mtls::report::Report> all;
    std::ofstream lines{directory / "all.jsonl"};
    for (const auto& [name, run] : mtls::test::sample_runs()) {
        const auto& report = all.emplace_back(mtls::test::report_of(run));
        std::ofstream{directory / (name + ".json")} << mtls::report::render_json(report);
        std::ofstream{directory / (name + ".txt")} << mtls::report::render_text(report, {});
        std::ofstream{directory / (name + "-verbose.txt")}
            << mtls::report::render_text(report, {.color = true, .width = 120, .verbose = true});
        const std::vector one{report};
        std::ofstream{directory / (name + ".nagios")} << mtls::report::render_nagios(one);
        std::ofstream{directory / (name + ".prom")} << mtls::report::render_prometheus(one);
        std::ofstream{directory / (name + ".xml")} << mtls::report::render_junit(one);
        std::ofstream{directory / (name + ".html")} << mtls::report::render_html(one);
        lines << mtls::report::render_jsonl(report) << "\n";
    }
    std::ofstream{directory / "all.json"} << mtls::report::render_json(all);
    std::ofstream{directory / "all.nagios"} << mtls::report::render_nagios(all);
    std::ofstream{directory / "all.prom"} << mtls::report::render_prometheus(all);
    std::ofstream{directory / "all.xml"} << mtls::report::render_junit(all);
    std::ofstream{directory / "all.html"} << mtls::report::render_html(all);
    return lines ? 0 : 1;
}
