#pragma once

#include <optional>

#include "probe/clients/question.hpp"
#include "probe/clients/signing.hpp"

/// What most rules look at beside the list.
namespace mtls::clients {

/// The version's rules for CertificateVerify.
[[nodiscard]] SigningRules signing_rules(const Question& question);

/// Whether its key can sign with something that both the server and the program know. Up to TLS 1.1 there is nothing to
/// choose: RSA and EC keys can. Null for keys that are not known here, and for DSA keys.
[[nodiscard]] std::optional<bool> can_answer(const Question& question, Repertoire repertoire);

/// Whether certificate_types has the kind of its key; always in TLS 1.3, which has no such field.
[[nodiscard]] bool type_is_asked_for(const Question& question);

/// Whether the certificate has no extended key usage, or clientAuth in it; anyExtendedKeyUsage alone is not enough.
[[nodiscard]] bool has_client_usage(const x509::Certificate& leaf);

} // namespace mtls::clients
