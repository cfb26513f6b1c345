#pragma once

#include <map>
#include <string>
#include <vector>

#include "probe/issuers/name_index.hpp"
#include "probe/report/layout.hpp"
#include "probe/verdict/facts.hpp"

namespace mtls::report {

/// What there is to say of one entry of the trusted issuer list.
struct Mark {
    std::string word; ///< "expected", "extra", "BAD" or ""
    Tone tone = Tone::plain;
    std::vector<std::string> notes; ///< below the name
    bool matters = false;           ///< shown even of a long list
};

/// Holds each entry against the expectation and the candidates. The facts must outlive it.
class Marks {
  public:
    explicit Marks(const verdict::Facts& facts);

    [[nodiscard]] Mark of(const observation::Authority& entry) const;

  private:
    void against_expectation(const observation::Authority& entry, Mark& mark) const;

    const verdict::Facts& facts_;
    issuers::NameIndex matched_;
    std::map<x509::Der, std::vector<const verdict::CandidateFacts*>> wanted_;
};

} // namespace mtls::report
