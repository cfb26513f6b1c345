#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "certs/x509/name.hpp"

namespace mtls::issuers {

/// Finds names in a list by RFC 5280 §7.1 equality without comparing each with each: servers send thousands.
class NameIndex {
  public:
    struct Hit {
        std::size_t position = 0;
        x509::NameMatch match = x509::NameMatch::different;
    };

    explicit NameIndex(std::vector<x509::Name> names);

    /// The first name with the same bytes; otherwise the first equivalent one; null if there is none.
    [[nodiscard]] std::optional<Hit> find(const x509::Name& name) const;

    /// Position of the first name that is equal, byte for byte or not: the same for all names of one equality class.
    [[nodiscard]] std::optional<std::size_t> first(const x509::Name& name) const;

    [[nodiscard]] const std::vector<x509::Name>& names() const { return names_; }

  private:
    using Buckets = std::unordered_map<std::size_t, std::vector<std::size_t>>;

    std::vector<x509::Name> names_;
    std::unordered_map<std::string_view, std::size_t> by_der_; ///< first position of each encoding, which names_ holds
    Buckets by_likeness_;                                      ///< one representative of each encoding, in order
};

/// Whether two lists hold the same names; order and repetition do not matter.
[[nodiscard]] bool same_set(const std::vector<x509::Name>& left, const std::vector<x509::Name>& right);

/// The names of `left` that are not in `right`, each once, in order.
[[nodiscard]] std::vector<x509::Name> only_in(const std::vector<x509::Name>& left,
                                              const std::vector<x509::Name>& right);

} // namespace mtls::issuers
