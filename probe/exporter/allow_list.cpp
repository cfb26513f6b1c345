#include "probe/exporter/allow_list.hpp"

#include <algorithm>

#include <boost/asio/ip/address.hpp>

#include "probe/net/target.hpp"

namespace mtls::exporter {

namespace {

/// One spelling for each host.
std::string normal(std::string_view host)
{
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(std::string{host}, error);
    if (!error) {
        return address.to_string();
    }
    std::string name{host};
    if (name.ends_with('.')) {
        name.pop_back();
    }
    std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    });
    return name;
}

} // namespace

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
    entry.host = (entry.below ? "." : "") + normal(target->host);
    if (!any_port) {
        entry.port = target->port;
    }
    entries_.push_back(std::move(entry));
    return std::nullopt;
}

bool AllowList::allows(std::string_view host, std::uint16_t port) const
{
    const std::string wanted = normal(host);
    return entries_.empty() || std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
               const bool same = entry.below ? wanted.size() > entry.host.size() && wanted.ends_with(entry.host)
                                             : wanted == entry.host;
               return same && (!entry.port || *entry.port == port);
           });
}

} // namespace mtls::exporter
