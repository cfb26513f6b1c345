#include <csignal>
#include <exception>
#include <iostream>
#include <new>

#include "certs/ossl/error.hpp"
#include "probe/cli/commands.hpp"
#include "probe/cli/parse.hpp"
#include "probe/cli/run.hpp"

int main(int argc, char** argv)
{
    constexpr int unknown = 3;
    mtls::ossl::start_without_configuration();
    (void)std::signal(SIGPIPE, SIG_IGN); // a server that hangs up is an observation, not our end
    try {
        if (const auto done = mtls::cli::run_command(argc, argv)) {
            return *done;
        }
        const auto parsed = mtls::cli::parse(argc, argv);
        return parsed.options ? mtls::cli::run(*parsed.options) : parsed.exit_code;
    } catch (const std::bad_alloc&) {
        std::cerr << "mtls-probe: out of memory\n";
        return unknown;
    } catch (const std::exception& error) {
        std::cerr << "mtls-probe: " << error.what() << '\n';
        return unknown;
    }
}
