#include "probe/explain/sufferers.hpp"

#include <algorithm>

namespace mtls::explain {

namespace {

constexpr std::size_t longest = 2048; // of a client and of a place

} // namespace

void Sufferers::add(std::string_view client, std::string_view url, std::size_t& room)
{
    std::pair who{std::string{client.substr(0, longest)}, std::string{url.substr(0, longest)}};
    if (const auto known = known_.find(who); known != known_.end()) {
        ++known->second;
    } else if (room > 0) {
        --room;
        known_.emplace(std::move(who), 1);
    } else {
        ++more_;
    }
}

std::vector<Sufferer> Sufferers::sorted() const
{
    std::vector<Sufferer> all;
    for (const auto& [who, count] : known_) {
        all.push_back({who.first, who.second, count});
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Sufferer& left, const Sufferer& right) { return left.count > right.count; });
    return all;
}

} // namespace mtls::explain
