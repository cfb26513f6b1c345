#pragma once

#include <string>

#include <boost/beast/http/status.hpp>

namespace mtls::exporter {

/// What goes back to a client.
struct Answer {
    boost::beast::http::status status = boost::beast::http::status::ok;
    std::string body;
    bool is_page = false; ///< HTML; else metrics, or a line that says why there are none
};

} // namespace mtls::exporter
