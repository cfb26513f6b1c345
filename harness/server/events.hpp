#pragma once

#include <functional>
#include <string>

#include "harness/server/record.hpp"

namespace mtls::server {

/// What a server tells while it runs, from its own thread. Each may be empty.
struct Events {
    std::function<void(const ConnectionRecord&)> connection; ///< when one is over
    std::function<void(const std::string&)> log_line;        ///< of the W3C log (iis), without the newline
    std::function<void(const std::string&)> problem;         ///< something of ours went wrong with one connection
};

} // namespace mtls::server
