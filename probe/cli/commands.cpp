#include "probe/cli/commands.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mtls::cli {

namespace {

using Run = int (*)(int argc, const char* const* argv);

constexpr std::array commands{std::pair<std::string_view, Run>{"explain", run_explain},
                              std::pair<std::string_view, Run>{"decode", run_decode},
                              std::pair<std::string_view, Run>{"match", run_match},
                              std::pair<std::string_view, Run>{"audit-store", run_audit_store}};

Run command_of(std::string_view word)
{
    const auto* const found =
        std::find_if(commands.begin(), commands.end(), [&](const auto& command) { return command.first == word; });
    return found == commands.end() ? nullptr : found->second;
}

} // namespace

bool is_command(std::string_view word)
{
    return command_of(word) != nullptr;
}

std::optional<int> run_command(int argc, const char* const* argv)
{
    const Run command = argc > 1 ? command_of(argv[1]) : nullptr;
    return command == nullptr ? std::nullopt : std::optional{command(argc - 1, argv + 1)};
}

} // namespace mtls::cli
