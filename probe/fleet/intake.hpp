#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "probe/fleet/done_before.hpp"
#include "probe/fleet/fleet.hpp"
#include "probe/fleet/target_list.hpp"

namespace mtls::fleet {

/// From the lines of a list to jobs: which targets this run asks, and how.
class Intake {
  public:
    /// `inputs`: the candidates count, since each takes a connection. No target gets more than `most_connections`.
    Intake(const Orders& orders, const Manner& manner, const Inputs& inputs, std::size_t most_connections);

    /// An earlier run has dealt with this target. All such calls come before done_is_known().
    void pass_over(std::uint64_t key) { done_before_.add(key); }

    void done_is_known() { done_before_.sort(); }

    /// At most one of them is there: neither for a blank line, and for a target of another shard or of an earlier run.
    struct Taken {
        std::optional<Job> job;
        std::optional<std::string> complaint; ///< why the line is no target, with its place
    };

    [[nodiscard]] Taken take(const ListLine& line);

    /// Whether any line named a target, or should have.
    [[nodiscard]] bool saw_targets() const { return saw_targets_; }

  private:
    [[nodiscard]] std::shared_ptr<const Manner> manner_for(const TargetLine& line) const;
    [[nodiscard]] Taken complain(std::size_t line, const std::string& why) const;

    const Orders& orders_;
    std::shared_ptr<const Manner> manner_; ///< but for what a line says otherwise
    std::size_t named_width_;              ///< connections of a target that is asked with a server name
    std::size_t nameless_width_;
    DoneBefore done_before_;
    bool saw_targets_ = false;
};

} // namespace mtls::fleet
