#include "harness/schannel/chains.hpp"

#include <algorithm>

#include "certs/x509/distinct.hpp"

namespace mtls::schannel {
namespace {

constexpr std::size_t longest_chain = 12;
// A client may send hundreds of certificates that all fit each other, and make chains without end of them. A machine's
// own stores need a handful of chains and some hundred comparisons.
constexpr std::size_t most_chains = 64;
constexpr std::size_t most_comparisons = 5000;

bool holds(std::span<const x509::Certificate> certificates, const x509::Certificate& wanted)
{
    return std::ranges::find(certificates, wanted) != certificates.end();
}

class Search {
  public:
    explicit Search(std::span<const x509::Certificate> pool) : pool_{pool} {}

    [[nodiscard]] std::vector<Chain> from(const x509::Certificate& leaf)
    {
        extend({leaf});
        return std::move(found_);
    }

  private:
    void extend(const Chain& chain)
    {
        bool longer = false;
        if (chain.size() < longest_chain && !chain.back().is_self_signed()) {
            for (const auto& above : pool_) {
                if (found_.size() == most_chains || comparisons_ == most_comparisons) {
                    break;
                }
                ++comparisons_;
                if (!holds(chain, above) && chain.back().is_issued_by(above)) {
                    Chain next = chain;
                    next.push_back(above);
                    extend(next);
                    longer = true;
                }
            }
        }
        if (!longer) {
            found_.push_back(chain);
        }
    }

    std::span<const x509::Certificate> pool_;
    std::vector<Chain> found_;
    std::size_t comparisons_ = 0;
};

} // namespace

std::vector<Chain> chains(const x509::Certificate& leaf, std::span<const x509::Certificate> pool)
{
    const Chain each_once = x509::distinct({pool.begin(), pool.end()});
    return Search{each_once}.from(leaf);
}

} // namespace mtls::schannel
