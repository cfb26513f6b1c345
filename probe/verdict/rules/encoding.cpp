#include "probe/verdict/rules/encoding.hpp"

#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "probe/verdict/phrases.hpp"

namespace mtls::verdict::rules {

namespace {

/// One DER element. X.690 §8.1.3, definite lengths only.
struct Element {
    std::uint8_t tag = 0;
    x509::Bytes content;
};

std::optional<Element> take(x509::Bytes& in)
{
    if (in.size() < 2) {
        return std::nullopt;
    }
    const std::uint8_t tag = in[0];
    std::size_t length = in[1];
    std::size_t header = 2;
    if (length >= 0x80) {
        const std::size_t digits = length & 0x7fU;
        if (digits == 0 || digits > 3 || in.size() < header + digits) {
            return std::nullopt;
        }
        length = 0;
        for (std::size_t at = 0; at < digits; ++at) {
            length = (length << 8U) | in[header + at];
        }
        header += digits;
    }
    if (in.size() - header < length) {
        return std::nullopt;
    }
    const Element element{tag, in.subspan(header, length)};
    in = in.subspan(header + length);
    return element;
}

std::string type_name(std::uint8_t tag)
{
    switch (tag) {
    case 0x0c:
        return "UTF8String";
    case 0x13:
        return "PrintableString";
    case 0x14:
        return "T61String";
    case 0x16:
        return "IA5String";
    case 0x1c:
        return "UniversalString";
    case 0x1e:
        return "BMPString";
    default:
        return fmt::format("tag 0x{:02x}", tag);
    }
}

} // namespace

const x509::Name* name_at_depth(const CandidateFacts& candidate)
{
    if (!candidate.issuer_match.depth) {
        return nullptr;
    }
    const int depth = *candidate.issuer_match.depth;
    if (depth == 0) {
        return &candidate.leaf.subject();
    }
    if (depth == 1) {
        return &candidate.leaf.issuer();
    }
    const auto level = static_cast<std::size_t>(depth) - 2;
    return level < candidate.above.size() ? &candidate.above[level].issuer() : nullptr;
}

std::string string_types(const x509::Name& name)
{
    x509::Bytes whole{name.der()};
    auto rdns = take(whole);
    std::string types;
    while (rdns && !rdns->content.empty()) {
        auto rdn = take(rdns->content);
        if (!rdn) {
            return {};
        }
        while (!rdn->content.empty()) {
            auto pair = take(rdn->content);
            if (!pair || !take(pair->content)) {
                return {};
            }
            const auto value = take(pair->content);
            if (!value) {
                return {};
            }
            types += (types.empty() ? "" : ", ") + type_name(value->tag);
        }
    }
    return types;
}

std::string difference(const x509::Name& advertised, const x509::Name* own, const char* owner)
{
    if (own == nullptr) {
        return in_words(advertised);
    }
    const std::string listed_types = string_types(advertised);
    const std::string own_types = string_types(*own);
    if (listed_types != own_types) {
        return fmt::format("{}: the list has {}, {} has {}", in_words(*own), listed_types, owner, own_types);
    }
    return fmt::format("the list spells it {}, {} spells it {}", in_words(advertised), owner, in_words(*own));
}

} // namespace mtls::verdict::rules
