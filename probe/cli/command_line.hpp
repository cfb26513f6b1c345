#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "probe/cli/options.hpp"

/// What the commands' option parsers share. Includes CLI11: for the .cpp files that parse only.
namespace mtls::cli {

template <class T> std::string all_of(const std::map<std::string, T>& words)
{
    std::string all;
    for (const auto& [word, value] : words) {
        all += (all.empty() ? "" : "|") + word;
    }
    return all;
}

template <class T> auto one_of(const std::map<std::string, T>& words)
{
    return [words](const std::string& text) {
        return words.contains(text) ? std::string{} : "'" + text + "' is none of " + all_of(words);
    };
}

/// One of a few words, without CLI11's listing of the numbers behind them.
template <class T> CLI::Option* choice(CLI::Option* option, const std::map<std::string, T>& words)
{
    return option->option_text(all_of(words))->check(one_of(words), "");
}

/// Each value stands behind its own option: `--cert a.pem host` does not swallow the target.
template <class T>
CLI::Option* repeatable(CLI::App& app, const std::string& name, std::vector<T>& into, const std::string& help)
{
    return app.add_option(name, into, help)->allow_extra_args(false)->take_all();
}

[[nodiscard]] const std::map<std::string, Color>& colors();

/// CLI11's layout without the blank lines between groups and without the list of what excludes what.
class CompactHelp : public CLI::Formatter {
  public:
    CompactHelp() { column_width(25); }

    std::string make_group(std::string group, bool is_positional,
                           std::vector<const CLI::Option*> options) const override;
    std::string make_option_opts(const CLI::Option* option) const override;
};

/// The exit code if there is nothing to run, since `--help` was printed. Throws x509::ConfigError if the usage is
/// wrong.
[[nodiscard]] std::optional<int> parse_words(CLI::App& app, int argc, const char* const* argv);

/// `--format text|json`, `-o`, `--color` of a command that is not the probe. The values arrive in `output` when the
/// words have been parsed and `take()` is called.
class OutputWords {
  public:
    explicit OutputWords(CLI::App& app);

    void take(Options& output) const;

  private:
    std::string format_ = "text";
    std::string color_ = "auto";
    std::string path_;
};

} // namespace mtls::cli
