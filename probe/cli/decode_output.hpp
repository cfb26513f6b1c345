#pragma once

#include <string>

#include <boost/json/value.hpp>

#include "probe/explain/decode.hpp"
#include "probe/report/report.hpp"

namespace mtls::cli {

/// A capture lacks the rest of it, so nothing is wrong with the message.
[[nodiscard]] bool is_cut(const explain::DecodedRequest& decoded);

/// The server's own fault.
[[nodiscard]] bool is_faulty(const explain::DecodedRequest& decoded);

/// What a file holds that cannot be read as a CertificateRequest: one sentence, without the full stop.
[[nodiscard]] std::string unread_in_words(const explain::Decoding& decoding);

/// A capture's connections, then each request as a report prints it; once if several connections got the same.
[[nodiscard]] std::string decoding_text(const explain::Decoding& decoding, const report::TextStyle& style);

/// Schema `mtls-probe/decode/1`.
[[nodiscard]] boost::json::value decoding_json(const explain::Decoding& decoding);

} // namespace mtls::cli
