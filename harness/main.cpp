#include <csignal>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>

#include "certs/ossl/error.hpp"
#include "certs/program/print.hpp"
#include "certs/x509/unicode.hpp"
#include "harness/cli/options.hpp"
#include "harness/cli/run.hpp"

int main(int argc, char** argv)
{
    using namespace mtls;
    (void)std::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is an error of writing, as on a full disk
    try {
        ossl::start_without_configuration();
        const harness::Parsed parsed = harness::parse_command_line(argc, argv);
        if (!parsed.options) {
            if (parsed.exit_code == harness::exit_ok) {
                program::print("write to stdout", parsed.message);
            } else {
                std::cerr << "mtls-harness: " << parsed.message << '\n';
            }
            return parsed.exit_code;
        }
        const int code = harness::run(*parsed.options);
        program::print("write to stdout", "");
        return code;
    } catch (const std::exception& error) {
        std::istringstream lines{error.what()}; // a line a mistake
        for (std::string line; std::getline(lines, line);) {
            std::cerr << "mtls-harness: " << x509::printable_again(line) << '\n';
        }
        return harness::exit_usage;
    }
}
