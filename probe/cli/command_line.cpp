#include "probe/cli/command_line.hpp"

#include <algorithm>
#include <sstream>

#include "certs/program/print.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/name.hpp"

namespace mtls::cli {

namespace {

const std::map<std::string, Format>& formats()
{
    static const std::map<std::string, Format> words{{"text", Format::text}, {"json", Format::json}};
    return words;
}

/// `--baseline "$UNSET"` would be passed over in silence.
void refuse_empty_values(const CLI::App& app)
{
    for (const CLI::Option* option : app.get_options()) {
        const auto& values = option->results();
        if (std::find(values.begin(), values.end(), "") != values.end()) {
            throw x509::ConfigError{option->get_name() + ": the value is empty (a variable that is not set?)"};
        }
    }
}

} // namespace

const std::map<std::string, Color>& colors()
{
    static const std::map<std::string, Color> words{
        {"auto", Color::automatic}, {"always", Color::always}, {"never", Color::never}};
    return words;
}

std::string CompactHelp::make_group(std::string group, bool is_positional,
                                    std::vector<const CLI::Option*> options) const
{
    std::string text = CLI::Formatter::make_group(std::move(group), is_positional, std::move(options));
    return text.starts_with('\n') ? text.substr(1) : text;
}

std::string CompactHelp::make_option_opts(const CLI::Option* option) const
{
    return option->get_option_text().empty() ? "" : " " + option->get_option_text();
}

std::optional<int> parse_words(CLI::App& app, int argc, const char* const* argv)
{
    std::vector<std::string> words(argv + 1, argv + argc);
    std::reverse(words.begin(), words.end()); // as CLI11 wants them
    try {
        app.parse(words);
    } catch (const CLI::Success& done) { // --help, --version
        std::ostringstream text;
        const int code = app.exit(done, text);
        program::print("write to stdout", text.str());
        return code;
    } catch (const CLI::ParseError& error) {
        throw x509::ConfigError{x509::printable(error.what()) + " (" + app.get_name() + " --help shows every option)"};
    }
    refuse_empty_values(app);
    return std::nullopt;
}

OutputWords::OutputWords(CLI::App& app)
{
    choice(app.add_option("--format", format_, "default text"), formats());
    app.add_option("-o,--output", path_, "write there instead of to stdout")->option_text("FILE");
    choice(app.add_option("--color", color_, "default auto: on a terminal, unless NO_COLOR is set"), colors());
}

void OutputWords::take(Options& output) const
{
    output.format = formats().at(format_);
    output.color = colors().at(color_);
    if (!path_.empty()) {
        output.output = path_;
    }
}

} // namespace mtls::cli
