#pragma once

#include "probe/clients/answer.hpp"
#include "probe/clients/question.hpp"

/// One function a client, in the file of its family. The request parses but for the oddities that have a name; that a
/// client takes no part in an old version or a late request is seen to by predict().
namespace mtls::clients::rules {

using Rule = Answer (*)(const Question& question);

[[nodiscard]] Answer openssl(const Question& question);
[[nodiscard]] Answer openssl_strict(const Question& question);

[[nodiscard]] Answer gnutls(const Question& question);
[[nodiscard]] Answer gnutls_force(const Question& question);
[[nodiscard]] Answer gnutls_callback(const Question& question);

[[nodiscard]] Answer nss(const Question& question);
[[nodiscard]] Answer nss_nickname(const Question& question);
[[nodiscard]] Answer nss_before_3_77(const Question& question);
[[nodiscard]] Answer firefox(const Question& question);

[[nodiscard]] Answer chromium_linux(const Question& question);
[[nodiscard]] Answer chromium_windows(const Question& question);
[[nodiscard]] Answer chromium_macos(const Question& question);
[[nodiscard]] Answer boringssl(const Question& question);

[[nodiscard]] Answer go_with_sha1(const Question& question);
[[nodiscard]] Answer go_without_sha1(const Question& question);
[[nodiscard]] Answer go_callback(const Question& question);

[[nodiscard]] Answer java_sunx509(const Question& question);
[[nodiscard]] Answer java_newsunx509(const Question& question);
[[nodiscard]] Answer java_before_8206925(const Question& question);

[[nodiscard]] Answer schannel(const Question& question);
[[nodiscard]] Answer winhttp(const Question& question);
[[nodiscard]] Answer schannel_given_one(const Question& question);

[[nodiscard]] Answer dotnet_httpclient(const Question& question);
[[nodiscard]] Answer dotnet_sslstream_windows(const Question& question);
[[nodiscard]] Answer dotnet_sslstream_linux(const Question& question);

[[nodiscard]] Answer rustls(const Question& question);
[[nodiscard]] Answer mbedtls(const Question& question);
[[nodiscard]] Answer wolfssl(const Question& question);

} // namespace mtls::clients::rules
