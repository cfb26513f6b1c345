#include "probe/fleet/done_before.hpp"

#include <algorithm>

namespace mtls::fleet {

void DoneBefore::sort()
{
    std::sort(keys_.begin(), keys_.end());
    std::size_t kept = 0;
    for (const auto& one : keys_) {
        if (kept > 0 && keys_[kept - 1].first == one.first) {
            keys_[kept - 1].second += one.second;
        } else {
            keys_[kept++] = one;
        }
    }
    keys_.resize(kept);
    keys_.shrink_to_fit();
}

bool DoneBefore::take(std::uint64_t key)
{
    const auto found = std::lower_bound(keys_.begin(), keys_.end(), std::pair{key, std::size_t{0}});
    if (found == keys_.end() || found->first != key || found->second == 0) {
        return false;
    }
    --found->second;
    return true;
}

} // namespace mtls::fleet
