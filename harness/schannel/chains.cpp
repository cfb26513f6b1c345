#include "harness/schannel/chains.hpp"

#include <algorithm>

namespace mtls::schannel {
namespace {

constexpr std::size_t longest_chain = 12;

bool holds(std::span<const x509::Certificate> certificates, const x509::Certificate& wanted)
{
    return std::ranges::find(certificates, wanted) != certificates.end();
}

void extend(const Chain& chain, std::span<const x509::Certificate> pool, std::vector<Chain>& found)
{
    bool longer = false;
    if (chain.size() < longest_chain && !chain.back().is_self_signed()) {
        for (const auto& above : pool) {
            if (!holds(chain, above) && chain.back().is_issued_by(above)) {
                Chain next = chain;
                next.push_back(above);
                extend(next, pool, found);
                longer = true;
            }
        }
    }
    if (!longer) {
        found.push_back(chain);
    }
}

} // namespace

std::vector<Chain> chains(const x509::Certificate& leaf, std::span<const x509::Certificate> pool)
{
    Chain distinct;
    for (const auto& certificate : pool) {
        if (!holds(distinct, certificate)) {
            distinct.push_back(certificate);
        }
    }
    std::vector<Chain> found;
    extend({leaf}, distinct, found);
    return found;
}

} // namespace mtls::schannel
