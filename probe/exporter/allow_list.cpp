#include "probe/exporter/allow_list.hpp"

#include <algorithm>

#include "probe/net/target.hpp"

namespace mtls::exporter {

std::optional<std::string> AllowList::add(std::string_view text)
{
    Entry entry;
    std::string rest{text};
    const bool any_port = rest.ends_with(":*");
    if (any_port) {
        rest.resize(rest.size() - 2);
    }
    if (rest.starts_with("*.")) {
        entry.below = true;
        rest.erase(0, 2);
    }
    const auto target = net::parse_target(rest);
    if (!target) {
        return target.error().why;
    }
    if (target->path || rest.find('*') != std::string::npos || (any_port && target->port_given) ||
        (entry.below && target->is_address)) {
        return "write it as HOST, HOST:PORT, HOST:* or *.DOMAIN:PORT";
    }
    entry.host = (entry.below ? "." : "") + net::comparable_host(target->host);
    if (!any_port) {
        entry.port = target->port;
    }
    entries_.push_back(std::move(entry));
    return std::nullopt;
}

bool AllowList::allows(std::string_view host, std::uint16_t port) const
{
    const std::string wanted = net::comparable_host(host);
    return entries_.empty() || std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
               const bool same = entry.below ? wanted.size() > entry.host.size() && wanted.ends_with(entry.host)
                                             : wanted == entry.host;
               return same && (!entry.port || *entry.port == port);
           });
}

} // namespace mtls::exporter
