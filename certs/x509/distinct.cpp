#include "certs/x509/distinct.hpp"

#include <string_view>
#include <unordered_set>
#include <utility>

namespace mtls::x509 {

std::vector<Certificate> distinct(std::vector<Certificate> certificates)
{
    std::unordered_set<std::string_view> seen; // of bytes that the certificates share with their copies
    std::vector<Certificate> kept;
    kept.reserve(certificates.size());
    for (Certificate& each : certificates) {
        const Der& der = each.der();
        if (seen.insert({reinterpret_cast<const char*>(der.data()), der.size()}).second) {
            kept.push_back(std::move(each));
        }
    }
    return kept;
}

} // namespace mtls::x509
