#include "probe/verdict/command.hpp"

#include <algorithm>
#include <cctype>

namespace mtls::verdict {

namespace {

bool names(const std::vector<std::string_view>& options, std::string_view option)
{
    return std::find(options.begin(), options.end(), option) != options.end();
}

std::string authority(const TargetFacts& target)
{
    const bool v6 = target.host.find(':') != std::string::npos;
    return (v6 ? "[" + target.host + "]" : target.host) + ":" + std::to_string(target.port);
}

void add(std::string& line, const std::vector<OptionGiven>& options, const std::vector<std::string_view>& instead_of)
{
    for (const OptionGiven& each : options) {
        if (names(instead_of, each.name)) {
            continue;
        }
        line += " " + each.name;
        if (each.value) {
            line += " " + shell_word(*each.value);
        }
    }
}

std::string with(std::string line, std::string_view more)
{
    if (!more.empty()) {
        line += " ";
        line += more;
    }
    return line;
}

std::string begun(const TargetFacts& target, const std::vector<std::string_view>& instead_of)
{
    // A URL names a page, too.
    const bool no_page = names(instead_of, "--path") && target.input.find("://") != std::string::npos;
    std::string line = "mtls-probe " + shell_word(no_page ? authority(target) : target.input);
    add(line, target.options, instead_of);
    return line;
}

} // namespace

std::string command(const TargetFacts& target, std::string_view more, const std::vector<std::string_view>& instead_of)
{
    return with(begun(target, instead_of), more);
}

std::string command_with_candidates(const TargetFacts& target, std::string_view more,
                                    const std::vector<std::string_view>& instead_of)
{
    std::string line = begun(target, instead_of);
    add(line, target.candidates, instead_of);
    return with(std::move(line), more);
}

std::string shell_word(std::string_view text)
{
    std::string safe = x509::printable(text);
    const bool plain = !safe.empty() && std::all_of(safe.begin(), safe.end(), [](unsigned char letter) {
        return (letter < 0x80 && std::isalnum(letter) != 0) ||
               std::string_view{"_@%+=:,./-"}.find(static_cast<char>(letter)) != std::string_view::npos;
    });
    if (plain) {
        return safe;
    }
    std::string quoted = "'";
    for (const char letter : safe) {
        quoted += letter == '\'' ? std::string{"'\\''"} : std::string(1, letter);
    }
    return quoted + "'";
}

} // namespace mtls::verdict
