#include "probe/cli/complaint.hpp"

#include <iostream>

#include "probe/cli/commands.hpp"
#include "probe/report/report.hpp"

namespace mtls::cli {

int complain(int argc, const char* const* argv, Reported reported, std::string_view why)
{
    constexpr int unknown = 3;
    std::cerr << "mtls-probe: " << why << '\n';
    if (reported == Reported::no && wants_nagios(argc, argv)) {
        std::cout << report::render_nagios_unknown(why) << std::flush;
    }
    return unknown;
}

bool wants_nagios(int argc, const char* const* argv)
{
    if (argc < 2 || is_command(argv[1])) {
        return false;
    }
    for (int at = 1; at < argc; ++at) {
        const std::string_view word = argv[at];
        if (word == "--") {
            return false;
        }
        const bool beside = word == "--format" && at + 1 < argc && std::string_view{argv[at + 1]} == "nagios";
        if (beside || word == "--format=nagios") {
            return true;
        }
    }
    return false;
}

} // namespace mtls::cli
