#include "probe/net/resolve.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/ip/address.hpp>

namespace mtls::net {

namespace {

/// What the resolving thread leaves for whoever still waits. The thread may outlive the waiting.
struct Answer {
    std::mutex mutex;
    std::condition_variable ready;
    std::optional<int> code; // of getaddrinfo; 0 is success
    std::vector<std::string> addresses;
};

int family_number(Family family)
{
    switch (family) {
    case Family::ipv4:
        return AF_INET;
    case Family::ipv6:
        return AF_INET6;
    case Family::any:
        break;
    }
    return AF_UNSPEC;
}

std::vector<std::string> numeric(const addrinfo* list)
{
    std::vector<std::string> addresses;
    for (; list != nullptr; list = list->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (getnameinfo(list->ai_addr, list->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
            continue;
        }
        if (std::find(addresses.begin(), addresses.end(), text.data()) == addresses.end()) {
            addresses.emplace_back(text.data());
        }
    }
    return addresses;
}

void look_up(const std::string& host, int family, const std::shared_ptr<Answer>& answer)
{
    addrinfo hints{};
    hints.ai_family = family;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int code = getaddrinfo(host.c_str(), nullptr, &hints, &list);
    std::vector<std::string> addresses = numeric(code == 0 ? list : nullptr);
    if (list != nullptr) {
        freeaddrinfo(list);
    }
    const std::lock_guard lock{answer->mutex};
    answer->code = code;
    answer->addresses = std::move(addresses);
    answer->ready.notify_all();
}

NotResolved failure(int code)
{
    const std::string why = gai_strerror(code);
    switch (code) {
    case EAI_NONAME:
        return {NotResolved::Kind::unknown_name, why};
    case EAI_NODATA:
    case EAI_ADDRFAMILY:
    case EAI_FAMILY:
        return {NotResolved::Kind::no_address_of_family, "it has no address of the kind that was asked for"};
    default:
        return {NotResolved::Kind::failed, why};
    }
}

Addresses literal(const boost::asio::ip::address& address, const std::string& host, Family family)
{
    if ((family == Family::ipv4 && !address.is_v4()) || (family == Family::ipv6 && !address.is_v6())) {
        return NotResolved{NotResolved::Kind::no_address_of_family,
                           host + " is not an " + (family == Family::ipv4 ? "IPv4" : "IPv6") + " address"};
    }
    return std::vector<std::string>{host};
}

} // namespace

void throw_exception_from_error(const NotResolved& error, const boost::source_location& /*where*/)
{
    throw std::logic_error{error.why};
}

Addresses resolve(const std::string& host, Family family, std::chrono::steady_clock::time_point deadline)
{
    boost::system::error_code not_numeric;
    const auto address = boost::asio::ip::make_address(host, not_numeric);
    if (!not_numeric) {
        return literal(address, host, family);
    }

    const auto answer = std::make_shared<Answer>();
    std::thread{look_up, host, family_number(family), answer}.detach();
    std::unique_lock lock{answer->mutex};
    if (!answer->ready.wait_until(lock, deadline, [&] { return answer->code.has_value(); })) {
        return NotResolved{NotResolved::Kind::timeout, "the resolver did not answer in time"};
    }
    if (*answer->code != 0) {
        return failure(*answer->code);
    }
    if (answer->addresses.empty()) {
        return NotResolved{NotResolved::Kind::no_address_of_family, "the name has no such address"};
    }
    return answer->addresses;
}

} // namespace mtls::net
