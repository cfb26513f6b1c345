#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "certs/program/did_you_mean.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/file_bytes.hpp"
#include "certs/x509/name.hpp"
#include "probe/cli/command_line.hpp"
#include "probe/cli/commands.hpp"
#include "probe/cli/explain_errors.hpp"
#include "probe/cli/explain_log.hpp"
#include "probe/cli/files.hpp"
#include "probe/cli/output.hpp"
#include "probe/explain/explain.hpp"
#include "probe/explain/readings.hpp"
#include "probe/explain/tables.hpp"
#include "probe/iis/error_log.hpp"
#include "probe/iis/w3c_log.hpp"
#include "probe/report/json_text.hpp"
#include "probe/report/layout.hpp"

namespace mtls::cli {

namespace {

namespace json = boost::json;
using explain::Answer;

constexpr const char* name_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/// What the words came to.
struct Explained {
    std::vector<Answer> answers;
    std::vector<LogRead> logs;
};

/// A file's name: it exists, or it can be nothing else. What is a code is one, whatever lies in the directory.
bool names_file(const std::string& word)
{
    if (word.find_first_of(" \t\n") != std::string::npos || !explain::readings(word).empty()) {
        return false;
    }
    std::error_code ignored;
    return std::filesystem::is_regular_file(word, ignored) || std::filesystem::is_directory(word, ignored) ||
           word.find('/') != std::string::npos || word.ends_with(".log");
}

/// Several lines of an error log; of one alone the sentence is explained.
bool are_error_lines(const std::string& word)
{
    const auto end = word.find('\n');
    return end != std::string::npos && end + 1 < word.size() && iis::read_error_line(word.substr(0, end));
}

LogRead read_file(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    if (!file || std::filesystem::is_directory(path)) {
        throw x509::ConfigError{x509::read_error(path, file ? "Is a directory" : std::strerror(errno))};
    }
    return read_log(file, path);
}

Explained explain_all(const std::vector<std::string>& words)
{
    Explained all;
    std::vector<std::string> codes;
    std::string pasted;
    for (const std::string& word : words) {
        if (word == "-") {
            all.logs.push_back(read_log(std::cin, "stdin"));
        } else if (word.find(' ') != std::string::npos && (iis::looks_like_log(word) || are_error_lines(word))) {
            pasted += word + "\n";
        } else if (names_file(word)) {
            all.logs.push_back(read_file(word));
        } else {
            codes.push_back(word);
        }
    }
    if (!pasted.empty()) {
        std::istringstream lines{pasted};
        all.logs.push_back(read_log(lines, "pasted lines"));
    }
    all.answers = explain::explain(codes);
    return all;
}

void put_answer(report::Page& out, const Answer& answer)
{
    const std::string several = ": " + std::to_string(answer.pages.size()) + " readings";
    out.put("", x509::printable(answer.asked) + (answer.pages.size() > 1 ? several : ""));
    for (const explain::Page& page : answer.pages) {
        put_page(out, page);
    }
}

std::string as_text(const Explained& all, const report::TextStyle& style)
{
    report::Page out{style};
    bool first = true;
    const auto separate = [&] {
        if (!first) {
            out.blank();
        }
        first = false;
    };
    for (const Answer& answer : all.answers) {
        if (!answer.pages.empty()) { // else it is said on stderr
            separate();
            put_answer(out, answer);
        }
    }
    for (const LogRead& log : all.logs) {
        if (log.summary.requests() > 0) {
            separate();
            put_log(out, log, style.verbose);
        }
        if (log.errors.lines() > 0) {
            separate();
            put_errors(out, log.source, log.errors, style.verbose);
        }
    }
    return out.take();
}

std::string as_json(const Explained& all)
{
    json::array answers;
    for (const Answer& answer : all.answers) {
        json::array pages;
        for (const explain::Page& page : answer.pages) {
            pages.push_back(page_json(page));
        }
        answers.push_back({{"asked", x509::printable(answer.asked)}, {"readings", pages}});
    }
    json::array logs;
    json::array error_logs;
    for (const LogRead& log : all.logs) {
        if (log.summary.requests() > 0) {
            logs.push_back(log_json(log));
        }
        if (log.errors.lines() > 0) {
            error_logs.push_back(errors_json(log.source, log.errors, log.unreadable));
        }
    }
    const json::value document{
        {"schema", "mtls-probe/explain/1"}, {"answers", answers}, {"logs", logs}, {"error_logs", error_logs}};
    return report::json_text(document, report::JsonShape::indented) + "\n";
}

/// Every finding in a line or two, for an overview.
std::string list_text(const std::vector<Answer>& answers, const report::TextStyle& style)
{
    report::Page out{style};
    for (const Answer& answer : answers) {
        const explain::Page& page = answer.pages.front();
        out.put("", fmt::format("{:<32} {}", page.code, page.severity), report::Tone::plain, report::Tone::strong);
        out.put("    ", in_one_sentence(page));
    }
    return out.take();
}

/// " (did you mean 'x'?)" for a name that is misspelt; "" for a number.
std::string nearest_name(const std::string& asked)
{
    if (asked.find_first_of("0123456789 ") == 0 || asked.find_first_not_of(name_letters) != std::string::npos) {
        return "";
    }
    const auto names = explain::known_names();
    std::string small = asked;
    std::transform(small.begin(), small.end(), small.begin(),
                   [](unsigned char one) { return static_cast<char>(std::tolower(one)); });
    std::string capital = asked;
    std::transform(capital.begin(), capital.end(), capital.begin(),
                   [](unsigned char one) { return static_cast<char>(std::toupper(one)); });
    const std::string found = program::did_you_mean(small, names);
    return found.empty() ? program::did_you_mean(capital, names) : found;
}

/// Says which codes are not known, and returns the exit code.
int complain(const std::vector<Answer>& answers)
{
    constexpr int unknown = 3;
    int code = 0;
    for (const Answer& answer : answers) {
        if (answer.pages.empty()) {
            std::cerr << "mtls-probe: '" << x509::printable(answer.asked) << "' is no code that is known here"
                      << nearest_name(answer.asked) << '\n';
            code = unknown;
        }
    }
    return code;
}

/// CLI11 takes apart what begins and ends with a square bracket, as lines of Apache's error log do: a blank behind them
/// changes nothing else.
std::vector<std::string> without_lists(int argc, const char* const* argv)
{
    std::vector<std::string> words(argv, argv + argc);
    for (std::string& word : words) {
        if (word.starts_with('[') && word.ends_with(']')) {
            word += ' ';
        }
    }
    return words;
}

} // namespace

int run_explain(int argc, const char* const* argv)
{
    CLI::App app{
        "Says what a code means, and what to look at next. Each CODE may be an HTTP status with substatus\n"
        "(403.16, '403 16 2148204809'), a TLS alert ('alert 48', unknown_ca), a Windows code (0x800B0109,\n"
        "2148204809, 0x109, CERT_E_UNTRUSTEDROOT), a Schannel event (36870), the id of a finding\n"
        "(ctl-store-lost), what a browser or a program says (ERR_BAD_SSL_CLIENT_AUTH_CERT, AH02276), a sentence\n"
        "that holds some of these, a line of a log, or the file of a log of IIS, HTTP.sys, nginx, Apache or\n"
        "HAProxy (- is stdin). Exit code 3: one is not known, or a file is no log.",
        "mtls-probe explain"};
    std::vector<std::string> words;
    Options output;
    bool list = false;
    auto* codes = app.add_option("CODE", words, "what to explain")->option_text("...");
    app.add_flag("--list", list, "every finding that there is, with its severity")->excludes(codes);
    const OutputWords output_words{app};
    app.add_flag("-v,--verbose", output.verbose, "every cause, client and URL of a log");
    app.formatter(std::make_shared<CompactHelp>());
    const auto given = without_lists(argc, argv);
    std::vector<const char*> pointers;
    pointers.reserve(given.size());
    for (const std::string& word : given) {
        pointers.push_back(word.c_str());
    }
    if (const auto done = parse_words(app, argc, pointers.data())) {
        return *done;
    }
    output_words.take(output);

    if (list) {
        const auto ids = explain::finding_ids();
        words.assign(ids.begin(), ids.end());
    }
    if (words.empty()) {
        throw x509::ConfigError{"explain: a CODE is missing (explain --help shows what it may be)"};
    }

    std::vector<x509::NamedFile> files;
    for (const std::string& word : words) {
        std::error_code error;
        if (word == "-" || std::filesystem::is_regular_file(word, error)) { // the others are codes
            files.push_back({"the log", word, x509::FileUse::read});
        }
    }
    x509::refuse_shared_files(files_of(output, files));
    const Explained all = explain_all(words);
    const int code = complain(all.answers);
    const auto text = [&] {
        return list ? list_text(all.answers, text_style(output)) : as_text(all, text_style(output));
    };
    write_report(output, output.format == Format::json ? as_json(all) : text());
    return code;
}

} // namespace mtls::cli
