#include "probe/explain/foreign.hpp"

#include <algorithm>
#include <string_view>

#include "certs/x509/text_encoding.hpp"
#include "probe/iis/text.hpp"
#include "probe/iis/w3c_log.hpp"

namespace mtls::explain {

namespace {

/// Three of four: chance does not do that, and a server may well list a code that no registry has.
template <class Code> bool mostly_named(const std::optional<std::vector<Code>>& codes)
{
    if (!codes || codes->empty()) {
        return false;
    }
    const auto named = std::count_if(codes->begin(), codes->end(), [](Code code) {
        const std::string name = wire::name(code);
        return !name.starts_with("0x") && !name.starts_with("grease");
    });
    return static_cast<std::size_t>(named) * 4 >= codes->size() * 3;
}

bool starts_with(std::span<const std::uint8_t> file, std::string_view magic)
{
    return std::string_view{reinterpret_cast<const char*>(file.data()), file.size()}.starts_with(magic);
}

std::string kind_of_text(std::string_view text)
{
    constexpr std::string_view begin = "-----BEGIN ";
    if (const auto at = text.find(begin); at != std::string_view::npos) {
        const auto label = text.substr(at + begin.size(), 40);
        if (label.substr(0, label.find("-----")).ends_with("PRIVATE KEY")) {
            return "a private key, of which nothing is shown";
        }
        if (label.starts_with("CERTIFICATE-----") || label.starts_with("PKCS7-----")) {
            return "certificates: --cert and --expect-issuers take them, and `mtls-probe audit-store`";
        }
        return "PEM, but none of a message";
    }
    const std::string_view start = iis::trimmed(text.substr(0, text.find('\n')));
    if (start.starts_with('{') || start.starts_with('[')) {
        return "JSON: `mtls-probe match --request` reads a report";
    }
    if (iis::looks_like_log(text)) {
        return "an IIS log: `mtls-probe explain` reads it";
    }
    return start.starts_with('<') && !start.starts_with("<<<") ? "HTML or XML" : "";
}

} // namespace

bool is_der_object(std::span<const std::uint8_t> bytes)
{
    if (bytes.size() < 4 || bytes[0] != 0x30 || bytes[1] < 0x80 || bytes[1] > 0x83) {
        return false;
    }
    const std::size_t digits = bytes[1] & 0x7fU;
    std::size_t length = 0;
    for (std::size_t at = 0; at < digits && at + 2 < bytes.size(); ++at) {
        length = length << 8U | bytes[2 + at];
    }
    return digits > 0 && bytes.size() == 2 + digits + length;
}

bool resembles_request(const observation::RequestSeen& seen)
{
    return mostly_named(seen.request.certificate_types) || mostly_named(seen.request.signature_algorithms) ||
           std::any_of(seen.authorities.begin(), seen.authorities.end(),
                       [](const observation::Authority& one) { return one.is_name; });
}

std::string foreign_kind(std::span<const std::uint8_t> file)
{
    if (starts_with(file, "PK\x03\x04") || starts_with(file, "\x1f\x8b") || starts_with(file, "7z\xbc\xaf")) {
        return "an archive: unpack it first";
    }
    if (is_der_object(file)) {
        return "DER, as certificates, keys and PKCS#12 files are";
    }
    const auto text = x509::text_of(file);
    return text ? kind_of_text(*text) : "";
}

} // namespace mtls::explain
