#include "certs/x509/attribute.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <openssl/objects.h>

#include "certs/ossl/error.hpp"
#include "certs/ossl/handles.hpp"
#include "certs/x509/string_value.hpp"
#include "certs/x509/unicode.hpp"

namespace mtls::x509 {

namespace {

struct Alias {
    std::string_view name; ///< lower case
    int nid = 0;
};

/// Names in other programs' output and in RFC 4514 §3, compared without regard to case.
constexpr std::array aliases{Alias{"cn", NID_commonName},
                             Alias{"l", NID_localityName},
                             Alias{"st", NID_stateOrProvinceName},
                             Alias{"s", NID_stateOrProvinceName},
                             Alias{"o", NID_organizationName},
                             Alias{"ou", NID_organizationalUnitName},
                             Alias{"c", NID_countryName},
                             Alias{"street", NID_streetAddress},
                             Alias{"dc", NID_domainComponent},
                             Alias{"uid", NID_userId},
                             Alias{"e", NID_pkcs9_emailAddress},
                             Alias{"email", NID_pkcs9_emailAddress},
                             Alias{"emailaddress", NID_pkcs9_emailAddress},
                             Alias{"serialnumber", NID_serialNumber},
                             Alias{"sn", NID_surname},
                             Alias{"g", NID_givenName},
                             Alias{"gn", NID_givenName},
                             Alias{"t", NID_title},
                             Alias{"title", NID_title},
                             Alias{"postalcode", NID_postalCode},
                             Alias{"dnqualifier", NID_dnQualifier},
                             Alias{"pseudonym", NID_pseudonym}};

bool is_alnum(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool is_digit(char c)
{
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// RFC 4512 §1.4: keystring = leadkeychar *keychar.
bool is_keystring(std::string_view text)
{
    return !text.empty() && is_alnum(text.front()) && !is_digit(text.front()) &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

/// RFC 4512 §1.4: numericoid = number 1*( DOT number ). OBJ_txt2obj takes more than that.
bool is_numericoid(std::string_view text)
{
    return !text.empty() && is_digit(text.front()) && is_digit(text.back()) &&
           text.find("..") == std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
}

/// "" if OpenSSL refuses to write it down (an arc of thousands of bits: CVE-2023-2650).
std::string dotted(const ASN1_OBJECT* object)
{
    const int length = OBJ_obj2txt(nullptr, 0, object, 1);
    if (length <= 0) {
        return {};
    }
    std::string text(static_cast<std::size_t>(length) + 1, '\0');
    OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
    text.pop_back();
    return text;
}

/// "" if there is none that RFC 4514 could carry.
std::string short_name(int nid)
{
    if (nid == NID_streetAddress) {
        return "STREET"; // RFC 4514 §3; OpenSSL says `street`
    }
    const char* const name = nid == NID_undef ? nullptr : OBJ_nid2sn(nid);
    return name != nullptr && is_keystring(name) ? name : "";
}

/// The two types of X.520 whose values are no strings.
bool needs_no_text(int nid, const Element& value)
{
    return (nid == NID_x500UniqueIdentifier && value.is(V_ASN1_BIT_STRING)) ||
           (nid == NID_postalAddress && value.is(V_ASN1_SEQUENCE));
}

} // namespace

std::optional<Attribute> read_attribute(const Element& type, const Element& value)
{
    const ossl::ErrorMark quiet;
    const unsigned char* cursor = type.whole.data();
    const ossl::Asn1ObjectPtr object{d2i_ASN1_OBJECT(nullptr, &cursor, static_cast<long>(type.whole.size()))};
    if (!object) {
        return std::nullopt;
    }
    Attribute attribute;
    attribute.nid = OBJ_obj2nid(object.get());
    attribute.type = short_name(attribute.nid);
    const bool known = !attribute.type.empty();
    if (!known && (attribute.type = dotted(object.get())).empty()) {
        return std::nullopt;
    }
    StringValue text = read_string(value);
    attribute.value = std::move(text.utf8);
    if (!needs_no_text(attribute.nid, value)) {
        attribute.error = std::move(text.error);
    }
    // RFC 4514 §2.4
    //    If the AttributeType is of the dotted-decimal form, the AttributeValue is represented by an number sign ('#'
    //    U+0023) character followed by the hexadecimal encoding of each of the octets of the BER encoding of the X.500
    //    AttributeValue.
    attribute.shown = attribute.type + "=";
    attribute.shown += known && attribute.value ? escaped_value(*attribute.value) : "#" + hex(value.whole);
    return attribute;
}

std::optional<Der> attribute_oid(std::string_view name)
{
    const ossl::ErrorMark quiet;
    std::string lower{name};
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    std::string text{name};
    if (lower.starts_with("oid.")) {
        text.erase(0, 4);
    }
    ossl::Asn1ObjectPtr object;
    if (is_keystring(text)) {
        const auto* const alias =
            std::find_if(aliases.begin(), aliases.end(), [&](const Alias& item) { return item.name == lower; });
        int nid = alias != aliases.end() ? alias->nid : OBJ_sn2nid(text.c_str());
        nid = nid != NID_undef ? nid : OBJ_ln2nid(text.c_str());
        object.reset(nid != NID_undef ? OBJ_nid2obj(nid) : nullptr);
    } else if (is_numericoid(text)) {
        object.reset(OBJ_txt2obj(text.c_str(), 1));
    }
    if (!object || OBJ_length(object.get()) == 0) {
        return std::nullopt;
    }
    const unsigned char* const content = OBJ_get0_data(object.get());
    return Der(content, content + OBJ_length(object.get()));
}

} // namespace mtls::x509
