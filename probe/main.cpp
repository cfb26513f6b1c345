#include <csignal>
#include <exception>
#include <new>

#include "certs/ossl/error.hpp"
#include "certs/program/core_dump.hpp"
#include "certs/x509/unicode.hpp"
#include "probe/cli/commands.hpp"
#include "probe/cli/complaint.hpp"
#include "probe/cli/parse.hpp"
#include "probe/cli/run.hpp"

int main(int argc, char** argv)
{
    mtls::program::leave_no_core_dump();
    mtls::ossl::start_without_configuration();
    (void)std::signal(SIGPIPE, SIG_IGN); // a server that hangs up is an observation, not our end
    (void)std::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is an error of writing, as on a full disk
    auto reported = mtls::cli::Reported::no;
    try {
        if (const auto done = mtls::cli::run_command(argc, argv)) {
            return *done;
        }
        const auto parsed = mtls::cli::parse(argc, argv);
        return parsed.options ? mtls::cli::run(*parsed.options, reported) : parsed.exit_code;
    } catch (const std::bad_alloc&) {
        return mtls::cli::complain(argc, argv, reported, "out of memory");
    } catch (const std::exception& error) {
        return mtls::cli::complain(argc, argv, reported, mtls::x509::printable_again(error.what()));
    }
}
