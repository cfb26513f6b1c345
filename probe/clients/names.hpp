#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/clients/answer.hpp"
#include "probe/clients/question.hpp"

namespace mtls::clients {

/// How a program compares a name of the list with an issuer's.
enum class Compare {
    bytes,     ///< the DER
    text,      ///< attribute types and decoded values; case and blanks count, string types do not
    openssl,   ///< RFC 5280 §7.1: neither string types nor case nor blanks count
    java,      ///< X500Principal: as openssl, but only for PrintableString and UTF8String of the usual attributes;
               ///< letters beyond ASCII fold as well, which is not followed here: perhaps
    cryptoapi, ///< the same bytes are the same name; about others nothing is documented
};

enum class Same { no, yes, perhaps };

[[nodiscard]] Same same(Compare how, const x509::Name& advertised, const x509::Name& own);

/// Whether Java's folding of letters beyond ASCII might make one name of two (their case, and NFKD: "Straße" and
/// "STRASSE", one letter with an accent or two). False where nothing but ASCII differs.
[[nodiscard]] bool java_may_fold(const x509::Name& left, const x509::Name& right);

/// The issuers of a leaf and of what lies over it, in that order.
[[nodiscard]] std::vector<x509::Name> issuers_of(const x509::Certificate& leaf,
                                                 const std::vector<x509::Certificate>& above);

/// Where a chain of names meets the list.
struct Meeting {
    Same listed = Same::no;
    std::size_t depth = 0; ///< 1: the first of `own` is listed
};

/// The first of `own` that is in the list; what is surely listed wins.
[[nodiscard]] Meeting meet(const Question& question, Compare how, const std::vector<x509::Name>& own);

/// The answer of a client that looks at the certificates it was configured with, and only there: null if one of their
/// issuers is listed, or nobody is; unknown if one perhaps is. `who` begins the sentence about how it compares: "Go
/// compares bytes".
[[nodiscard]] std::optional<Answer> configured_not_listed(const Question& question, Compare how, std::string_view who);

/// The answer of a client that looks for issuers in a certificate store: null if one is listed whatever the store
/// holds beside the candidate and its own chain. `offer` is what it would do were the list no obstacle.
[[nodiscard]] std::optional<Answer> store_not_listed(const Question& question, Compare how, std::string_view who,
                                                     const Answer& offer);

} // namespace mtls::clients
