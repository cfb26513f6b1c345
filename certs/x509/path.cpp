#include "certs/x509/path.hpp"

#include <algorithm>
#include <optional>

namespace mtls::x509 {

namespace {

/// One certificate of the pool reached from the leaf, and over which other one.
struct Step {
    std::size_t certificate = 0;
    std::optional<std::size_t> below; ///< index of the step; null: the leaf
    std::size_t height = 0;
    bool root = false;
};

} // namespace

std::vector<Certificate> build_path(const Certificate& leaf, const std::vector<Certificate>& pool)
{
    if (leaf.is_self_signed()) {
        return {};
    }
    // Breadth first, each certificate once: the shortest way to a root wins, else the first of the longest.
    std::vector<bool> reached(pool.size(), false);
    std::vector<Step> steps;
    const auto climb = [&](const Certificate& from, std::optional<std::size_t> below, std::size_t height) {
        for (std::size_t i = 0; i < pool.size(); ++i) {
            if (!reached[i] && pool[i] != leaf && from.is_issued_by(pool[i])) {
                reached[i] = true;
                steps.push_back({i, below, height, pool[i].is_self_signed()});
            }
        }
    };
    constexpr std::size_t most_steps = 1000; // a file may hold thousands that all fit each other
    climb(leaf, std::nullopt, 1);
    for (std::size_t next = 0; next < std::min(steps.size(), most_steps) && !steps[next].root; ++next) {
        const Step step = steps[next];
        climb(pool[step.certificate], next, step.height + 1);
    }
    if (steps.empty()) {
        return {};
    }
    auto top = std::find_if(steps.begin(), steps.end(), [](const Step& step) { return step.root; });
    if (top == steps.end()) {
        top = std::max_element(steps.begin(), steps.end(),
                               [](const Step& left, const Step& right) { return left.height < right.height; });
    }
    std::vector<Certificate> path;
    for (std::optional<std::size_t> at = top - steps.begin(); at; at = steps[*at].below) {
        path.push_back(pool[steps[*at].certificate]);
    }
    std::reverse(path.begin(), path.end());
    return path;
}

bool ends_in_root(const Certificate& leaf, const std::vector<Certificate>& path)
{
    return (path.empty() ? leaf : path.back()).is_self_signed();
}

} // namespace mtls::x509
