#pragma once

#include <string>

#include "harness/scenario/scenario.hpp"
#include "harness/server/http_request.hpp"
#include "harness/server/site.hpp"

namespace mtls::server {

/// Whether the connection stays open behind an answer.
enum class Afterwards { keep_alive, close };

/// A whole HTTP/1.1 response as the personality words it. IIS shows a remote client no substatus.
[[nodiscard]] std::string http_answer(scenario::Personality personality, const Verdict& verdict,
                                      const HttpRequest& request, HttpHost host, Afterwards afterwards);

} // namespace mtls::server
