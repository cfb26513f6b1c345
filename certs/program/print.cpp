#include "certs/program/print.hpp"

#include <cerrno>
#include <cstring>
#include <iostream>
#include <string>

#include "certs/x509/config_error.hpp"

namespace mtls::program {

void print(std::string_view doing, std::string_view text)
{
    const bool lost_some = !std::cout;
    std::cout.clear(); // what is still held back is tried once more, to learn the reason
    errno = 0;
    std::cout << text << std::flush;
    if (lost_some || !std::cout) {
        const std::string why = errno != 0 ? std::strerror(errno) : "it does not take all of it";
        throw x509::ConfigError{std::string{doing} + ": " + why};
    }
}

} // namespace mtls::program
