#include "probe/cli/commands.hpp"

#include <string_view>

namespace mtls::cli {

std::optional<int> run_command(int argc, const char* const* argv)
{
    const std::string_view word = argc > 1 ? argv[1] : "";
    if (word == "explain") {
        return run_explain(argc - 1, argv + 1);
    }
    if (word == "decode") {
        return run_decode(argc - 1, argv + 1);
    }
    if (word == "match") {
        return run_match(argc - 1, argv + 1);
    }
    if (word == "audit-store") {
        return run_audit_store(argc - 1, argv + 1);
    }
    return std::nullopt;
}

} // namespace mtls::cli
