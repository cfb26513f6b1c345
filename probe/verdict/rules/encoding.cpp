#include "probe/verdict/rules/encoding.hpp"

#include <fmt/format.h>
#include <openssl/asn1.h>

#include "certs/x509/der.hpp"
#include "probe/verdict/phrases.hpp"

namespace mtls::verdict::rules {

namespace {

std::string type_name(int tag)
{
    switch (tag) {
    case V_ASN1_UTF8STRING:
        return "UTF8String";
    case V_ASN1_PRINTABLESTRING:
        return "PrintableString";
    case V_ASN1_T61STRING:
        return "T61String";
    case V_ASN1_IA5STRING:
        return "IA5String";
    case V_ASN1_UNIVERSALSTRING:
        return "UniversalString";
    case V_ASN1_BMPSTRING:
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
    std::string types;
    const auto whole = x509::ElementReader{name.der()}.next();
    x509::ElementReader rdns{whole ? whole->content : x509::Bytes{}};
    while (const auto rdn = rdns.next()) {
        x509::ElementReader pairs{*rdn};
        while (const auto pair = pairs.next()) {
            x509::ElementReader inside{*pair};
            const auto type = inside.next();
            const auto value = inside.next();
            if (!type || !value) {
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
