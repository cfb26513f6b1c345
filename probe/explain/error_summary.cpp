#include "probe/explain/error_summary.hpp"

#include <algorithm>

namespace mtls::explain {

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
    group.sufferers.add(line.client, line.where, room_);
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
        cause.sufferers = group.sufferers.sorted();
        cause.more = group.sufferers.more();
        causes.push_back(std::move(cause));
    }
    std::stable_sort(causes.begin(), causes.end(), [](const ErrorCause& left, const ErrorCause& right) {
        return left.concerns != right.concerns ? left.concerns == Concerns::certificate : left.count > right.count;
    });
    return causes;
}

} // namespace mtls::explain
