#include "probe/explain/log_summary.hpp"

#include <algorithm>

#include "probe/explain/readings.hpp"
#include "probe/explain/tables.hpp"

namespace mtls::explain {

namespace {

constexpr int first_failure = 400;
constexpr std::size_t most_causes = 1000;

std::optional<Page> page_of_status(const Cause& cause)
{
    if (!cause.common) {
        return status_page(cause.status, cause.substatus);
    }
    for (const StatusEntry& entry : http_statuses_elsewhere()) {
        if (entry.status == cause.status) {
            return Page{Kind::http_status, std::to_string(entry.status), "", entry.meaning, "", {{"any", entry.next}}};
        }
    }
    return status_page(cause.status, std::nullopt);
}

std::vector<Page> pages_of(const Cause& cause)
{
    std::vector<Page> pages;
    auto page = page_of_status(cause);
    constexpr int too_large = 413; // of which no substatus says more
    if (!page && (cause.substatus.value_or(0) == 0 || cause.status == too_large)) {
        page = status_page(cause.status, std::nullopt);
    }
    if (page) {
        pages.push_back(*page);
    }
    if (cause.win32_status) {
        if (const auto code = windows_page(*cause.win32_status)) {
            pages.push_back(*code);
        }
    }
    return pages;
}

bool about_certificates(const Cause& cause)
{
    return std::any_of(http_statuses().begin(), http_statuses().end(), [&](const StatusEntry& entry) {
        return entry.of_a_certificate && entry.status == cause.status && entry.substatus == cause.substatus;
    });
}

} // namespace

void LogSummary::add(const iis::LogEntry& entry)
{
    ++requests_;
    if (entry.status < first_failure) {
        return;
    }
    ++failures_;
    Key key{entry.status, entry.substatus.value_or(-1), entry.win32_status.value_or(0), entry.reason, entry.common};
    if (groups_.size() >= most_causes && !groups_.contains(key)) { // of which statuses alone are never so many
        key = {.status = entry.status, .common = entry.common};
    }
    Group& group = groups_[key];
    ++group.count;
    if (group.first.empty() || (!entry.time.empty() && entry.time < group.first)) {
        group.first = entry.time;
    }
    group.last = std::max(group.last, entry.time);
    group.sufferers.add(entry.client, entry.url, room_);
}

std::vector<Cause> LogSummary::causes() const
{
    std::vector<Cause> causes;
    for (const auto& [key, group] : groups_) {
        Cause cause;
        cause.status = key.status;
        cause.substatus = key.substatus < 0 ? std::nullopt : std::optional{key.substatus};
        cause.win32_status = key.win32_status == 0 ? std::nullopt : std::optional{key.win32_status};
        cause.reason = key.reason;
        cause.common = key.common;
        cause.count = group.count;
        cause.sufferers = group.sufferers.sorted();
        cause.more = group.sufferers.more();
        cause.first = group.first;
        cause.last = group.last;
        cause.pages = pages_of(cause);
        causes.push_back(std::move(cause));
    }
    std::stable_sort(causes.begin(), causes.end(), [](const Cause& left, const Cause& right) {
        const bool left_first = about_certificates(left);
        const bool right_first = about_certificates(right);
        return left_first != right_first ? left_first : left.count > right.count;
    });
    return causes;
}

} // namespace mtls::explain
