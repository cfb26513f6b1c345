#include "harness/schannel/machine.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mtls::schannel {
namespace {

constexpr std::size_t limit_up_to_2012 = 16384;

constexpr std::array<std::pair<WindowsVersion, const char*>, 6> version_names{{
    {WindowsVersion::w2008r2, "2008R2"},
    {WindowsVersion::w2012, "2012"},
    {WindowsVersion::w2016, "2016"},
    {WindowsVersion::w2019, "2019"},
    {WindowsVersion::w2022, "2022"},
    {WindowsVersion::w2025, "2025"},
}};

std::string lower(std::string_view text)
{
    std::string result{text};
    std::ranges::transform(result, result.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

} // namespace

void Stores::put(std::string_view name, std::vector<x509::Certificate> certificates)
{
    stores_[lower(name)] = std::move(certificates);
}

const std::vector<x509::Certificate>& Stores::at(std::string_view name) const
{
    static const std::vector<x509::Certificate> empty;
    const auto found = stores_.find(lower(name));
    return found == stores_.end() ? empty : found->second;
}

bool sends_trusted_issuer_list(const Machine& machine)
{
    return machine.registry.send_trusted_issuer_list.value_or(machine.windows == WindowsVersion::w2008r2);
}

std::optional<std::size_t> issuer_list_limit(const Machine& machine)
{
    if (machine.issuer_list_limit) {
        return machine.issuer_list_limit;
    }
    return machine.windows <= WindowsVersion::w2012 ? std::optional{limit_up_to_2012} : std::nullopt;
}

bool supports_tls13(WindowsVersion version)
{
    return version >= WindowsVersion::w2022;
}

const char* iis_version(WindowsVersion version)
{
    switch (version) {
    case WindowsVersion::w2008r2:
        return "7.5";
    case WindowsVersion::w2012:
        return "8.0";
    case WindowsVersion::w2016:
    case WindowsVersion::w2019:
    case WindowsVersion::w2022:
    case WindowsVersion::w2025:
        break;
    }
    return "10.0";
}

const char* to_string(WindowsVersion version)
{
    return std::ranges::find(version_names, version, &std::pair<WindowsVersion, const char*>::first)->second;
}

std::optional<WindowsVersion> windows_version(std::string_view text)
{
    for (const auto& [version, name] : version_names) {
        if (text == name) {
            return version;
        }
    }
    return std::nullopt;
}

} // namespace mtls::schannel
