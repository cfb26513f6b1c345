#pragma once

#include <vector>

#include "probe/verdict/facts.hpp"

/// What the ways of asking a target say beside each other. Pure.
namespace mtls::verdict {

/// What one variant was asked, ready to compare.
struct Answer {
    const observation::Observation* seen = nullptr;
    RequestStatus status = RequestStatus::undetermined;
    std::vector<x509::Name> names;
    std::size_t group = 0; ///< answers of one group are the same
};

/// Variants that say for certain whether they ask and what. One that could not connect, was refused before that, or
/// stopped before a late request could have come, disagrees with nobody; but two that left after the first flight have
/// seen the same part. They borrow from `observations`.
[[nodiscard]] std::vector<Answer> answers(const std::vector<observation::Observation>& observations);
std::vector<Answer> answers(std::vector<observation::Observation>&& observations) = delete; // they borrow from it

/// Whether two ways of asking get different answers. Lists and presence are compared within a TLS version; across
/// versions two lists, or that only one of them is asked, for some servers name nobody in one version by design.
[[nodiscard]] bool disagree(const Answer& left, const Answer& right);

/// What two answers that disagree differ in, if it is one thing.
struct Ways {
    bool by_sni = false;
    bool by_address = false;
    bool by_version = false;
    bool by_time = false; ///< asked twice the same way
};

[[nodiscard]] Ways ways_of(const std::vector<Answer>& all);

/// A connection that the server ended before it could ask, though it had agreed on a version, and the same place and
/// name answer in another version (or at another time).
struct BrokenOff {
    const observation::Observation* fails = nullptr;
    const observation::Observation* works = nullptr;
};

/// In the order of the observations, from which they borrow. Without a close or a reset that came once, and not another
/// time: that may have been the network.
[[nodiscard]] std::vector<BrokenOff> broken_off(const std::vector<observation::Observation>& observations);

/// Variants that differ, and were asked only once: asked once more, a back end that differs from another shows itself,
/// and is not taken for a binding or a version. Last asked, first asked again, so that two that take turns change
/// places. Empty where all answers agree, or one way of asking is known to get several.
[[nodiscard]] std::vector<observation::Variant>
variants_to_ask_again(const std::vector<observation::Observation>& observations);

} // namespace mtls::verdict
