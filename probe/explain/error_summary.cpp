#include "probe/explain/error_summary.hpp"

#include <algorithm>

namespace mtls::explain {

namespace {

constexpr std::size_t most_sufferers = 10000; // of all causes together
constexpr std::size_t longest_place = 2048;

} // namespace

void ErrorSummary::add(const iis::ErrorLine& line)
{
    ++lines_;
    if (std::find(servers_.begin(), servers_.end(), line.server) == servers_.end()) {
        servers_.push_back(line.server);
    }
    Heard heard = hear_server(line.message);
    if (heard.pages.empty() || heard.concerns == Concerns::nothing) {
        return;
    }
    std::string key = heard.note;
    for (const Page& page : heard.pages) {
        key += '\n' + title(page);
    }
    Group& group = groups_[key];
    ErrorCause& cause = group.cause;
    if (cause.count == 0) {
        cause.concerns = heard.concerns;
        cause.pages = std::move(heard.pages);
        cause.note = std::move(heard.note);
        cause.first = line.time;
    }
    ++cause.count;
    cause.first = std::min(cause.first, line.time);
    cause.last = std::max(cause.last, line.time);
    const std::pair who{line.client.substr(0, longest_place), line.where.substr(0, longest_place)};
    if (const auto known = group.sufferers.find(who); known != group.sufferers.end()) {
        ++known->second;
    } else if (sufferers_ < most_sufferers) {
        ++sufferers_;
        group.sufferers.emplace(who, 1);
    } else {
        ++cause.more;
    }
}

std::size_t ErrorSummary::about(Concerns what) const
{
    std::size_t count = 0;
    std::size_t explained = 0;
    for (const auto& [key, group] : groups_) {
        explained += group.cause.count;
        count += group.cause.concerns == what ? group.cause.count : 0;
    }
    return what == Concerns::nothing ? lines_ - explained : count;
}

std::vector<ErrorCause> ErrorSummary::causes() const
{
    std::vector<ErrorCause> causes;
    for (const auto& [key, group] : groups_) {
        ErrorCause cause = group.cause;
        for (const auto& [who, count] : group.sufferers) {
            cause.sufferers.push_back({who.first, who.second, count});
        }
        std::stable_sort(cause.sufferers.begin(), cause.sufferers.end(),
                         [](const Sufferer& left, const Sufferer& right) { return left.count > right.count; });
        causes.push_back(std::move(cause));
    }
    std::stable_sort(causes.begin(), causes.end(), [](const ErrorCause& left, const ErrorCause& right) {
        return left.concerns != right.concerns ? left.concerns == Concerns::certificate : left.count > right.count;
    });
    return causes;
}

} // namespace mtls::explain
