#pragma once

#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "certs/x509/config_error.hpp"

namespace mtls::program {

/// "start a thread to read the list: Resource temporarily unavailable (...)", with what to look at.
[[nodiscard]] inline std::string no_thread(std::string_view what_for, const std::error_code& why)
{
    return "start a thread to " + std::string{what_for} + ": " + why.message() +
           " (a limit on processes or memory: ulimit -u, ulimit -v, pids.max of the container)";
}

/// A thread (std::thread or std::jthread). Throws x509::ConfigError if the machine gives no more, saying what it is
/// for.
template <class Thread = std::thread, class Body>
[[nodiscard]] Thread start_thread(std::string_view what_for, Body body)
{
    try { // the standard's threads say it in no other way, and with a reason alone
        return Thread{std::move(body)};
    } catch (const std::system_error& error) {
        throw x509::ConfigError{no_thread(what_for, error.code())};
    }
}

} // namespace mtls::program
