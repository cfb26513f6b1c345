#include "certs/x509/name.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "certs/ossl/error.hpp"
#include "certs/ossl/handles.hpp"
#include "certs/ossl/once.hpp"
#include "certs/x509/attribute.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/rfc4514.hpp"

namespace mtls::x509 {

namespace {

/// What the walk over a name found. `framing` says why it is not one DER Name.
struct Walk {
    std::vector<Attribute> attributes;
    std::optional<std::string> framing;
    bool speakable = true; ///< every attribute type can be written down
};

std::string at(std::string_view what, std::size_t offset)
{
    return std::string{what} + " at byte " + std::to_string(offset);
}

/// RFC 5280 §4.1.2.4
///     RDNSequence ::= SEQUENCE OF RelativeDistinguishedName
///     RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue
///     AttributeTypeAndValue ::= SEQUENCE { type AttributeType, value AttributeValue }
/// d2i_X509_NAME is not used for this: it refuses the whole name for one badly encoded value.
class Walker {
  public:
    explicit Walker(Bytes der)
    {
        ElementReader outer{der};
        const auto name = next(outer, V_ASN1_SEQUENCE, "no SEQUENCE");
        if (name && !outer.empty()) {
            fail("trailing bytes", outer.offset());
        }
        if (!name || found.framing) {
            return;
        }
        ElementReader rdns{*name};
        for (std::size_t index = 0; !rdns.empty() && !found.framing; ++index) {
            if (const auto rdn = next(rdns, V_ASN1_SET, "no SET")) {
                read_rdn(*rdn, index);
            }
        }
    }

    Walk found;

  private:
    void read_rdn(const Element& rdn, std::size_t index)
    {
        if (rdn.content.empty()) {
            fail("empty SET", rdn.offset);
        }
        ElementReader members{rdn};
        while (!members.empty() && !found.framing) {
            if (const auto member = next(members, V_ASN1_SEQUENCE, "no SEQUENCE")) {
                read_member(*member, index);
            }
        }
    }

    void read_member(const Element& member, std::size_t index)
    {
        ElementReader parts{member};
        const auto type = next(parts, V_ASN1_OBJECT, "no object identifier");
        if (!type) {
            return;
        }
        const auto value = parts.next();
        if (!value) {
            fail("no DER value", parts.offset());
        } else if (!parts.empty()) {
            fail("trailing bytes", parts.offset());
        } else if (!is_object_identifier(type->content)) {
            fail("invalid object identifier", type->offset);
        } else if (auto attribute = read_attribute(*type, *value)) {
            attribute->rdn = index;
            found.attributes.push_back(std::move(*attribute));
        } else {
            found.speakable = false;
        }
    }

    /// X.690 §8.19: at least one subidentifier, none with leading zeros, the last one complete.
    static bool is_object_identifier(Bytes content)
    {
        bool first = true;
        for (const std::uint8_t byte : content) {
            if (first && byte == 0x80) {
                return false;
            }
            first = (byte & 0x80U) == 0;
        }
        return !content.empty() && first;
    }

    std::optional<Element> next(ElementReader& elements, int tag, std::string_view otherwise)
    {
        const std::size_t offset = elements.offset();
        const bool nothing = elements.empty();
        auto element = elements.next();
        if (!element) {
            fail(nothing ? otherwise : "truncated, or a length that is not DER,", offset);
            return std::nullopt;
        }
        if (!element->is(tag) || element->constructed != (tag != V_ASN1_OBJECT)) {
            fail(otherwise, offset);
            return std::nullopt;
        }
        return element;
    }

    void fail(std::string_view what, std::size_t offset)
    {
        if (!found.framing) {
            found.framing = at(what, offset);
        }
    }
};

/// RFC 4514 §2.1 and §2.2: the last RDN first; the attributes of one RDN in any order, so in that of `openssl x509`.
std::string rfc4514(const std::vector<Attribute>& attributes)
{
    std::string text;
    for (std::size_t i = attributes.size(); i-- > 0;) {
        text += attributes[i].shown;
        if (i > 0) {
            text += attributes[i].rdn == attributes[i - 1].rdn ? '+' : ',';
        }
    }
    return text;
}

} // namespace

namespace {

/// A number made of the attributes of an RFC 4514 text, without their blanks, case and order.
std::size_t blurred(std::string_view text)
{
    static constexpr std::array<std::string_view, 6> escaped_blanks{"20", "09", "0a", "0b", "0c", "0d"};
    const auto lower = [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    };
    std::size_t sum = 0;
    std::string attribute;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == ',' || text[at] == '+') {
            sum += std::hash<std::string>{}(attribute);
            attribute.clear();
        } else if (text[at] == '\\') {
            std::string escaped{text.substr(at + 1, 2)};
            std::transform(escaped.begin(), escaped.end(), escaped.begin(), lower);
            if (std::find(escaped_blanks.begin(), escaped_blanks.end(), escaped) != escaped_blanks.end()) {
                at += 2;
            } else if (++at < text.size() && text[at] != ' ') {
                attribute.push_back(lower(text[at])); // also what would end the attribute
            }
        } else if (text[at] != ' ') {
            attribute.push_back(lower(text[at]));
        }
    }
    return sum + std::hash<std::string>{}(attribute);
}

} // namespace

struct Name::Parsed {
    Der der;
    bool is_name = false;
    std::optional<std::string> error;
    std::string text;
    std::vector<Attribute> attributes;

    explicit Parsed(Der bytes) : der{std::move(bytes)}
    {
        Walk walk = Walker{der}.found;
        is_name = !walk.framing;
        if (!is_name || !walk.speakable) {
            error = is_name ? "an object identifier too long to write down" : "not a Name: " + *walk.framing;
            text = "#" + hex(der);
        } else {
            attributes = std::move(walk.attributes);
            text = rfc4514(attributes);
        }
        for (Attribute& attribute : attributes) {
            attribute.shown.clear();
            attribute.shown.shrink_to_fit();
            if (!error && attribute.error) {
                error = attribute.type + ": " + *attribute.error;
            }
        }
    }

    /// What OpenSSL compares, made at the first comparison: most names are never compared. Null if OpenSSL refuses it.
    [[nodiscard]] const X509_NAME* canonical() const
    {
        decoded_([this] {
            if (is_name) {
                const ossl::ErrorMark quiet;
                const unsigned char* cursor = der.data();
                canonical_.reset(d2i_X509_NAME(nullptr, &cursor, static_cast<long>(der.size())));
            }
        });
        return canonical_.get();
    }

    [[nodiscard]] std::size_t likeness() const
    {
        blurred_([this] { likeness_ = blurred(text); });
        return likeness_;
    }

  private:
    mutable ossl::Once blurred_;
    mutable std::size_t likeness_ = 0;
    mutable ossl::Once decoded_;
    mutable ossl::X509NamePtr canonical_;
};

Name::Name()
    : parsed_{[] {
          static const auto empty = std::make_shared<const Parsed>(Der{0x30, 0x00});
          return empty;
      }()}
{
}

Name::Name(Der der) : parsed_{std::make_shared<const Parsed>(std::move(der))} {}

Name Name::remembered(Bytes der)
{
    constexpr std::size_t most = 8192;   // names; some 5 MiB
    constexpr std::size_t longest = 512; // bytes; a longer one is no CA that servers have in common
    if (der.size() > longest) {
        return Name{Der(der.begin(), der.end())};
    }
    thread_local std::unordered_map<std::string_view, std::shared_ptr<const Parsed>> known;
    const auto as_key = [](Bytes bytes) {
        return std::string_view{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    };
    const auto found = known.find(as_key(der));
    if (found != known.end()) {
        return Name{found->second};
    }
    if (known.size() >= most) {
        known.clear();
    }
    Name name{Der(der.begin(), der.end())};
    known.emplace(as_key(name.der()), name.parsed_); // the key lies in the value
    return name;
}

Name Name::from_rfc4514(std::string_view text)
{
    EncodedName encoded = encode_rfc4514(text);
    if (encoded.problem) {
        throw ConfigError{*encoded.problem};
    }
    return Name{std::move(encoded.der)};
}

const Der& Name::der() const
{
    return parsed_->der;
}

std::string Name::text() const
{
    return parsed_->text;
}

bool Name::is_name() const
{
    return parsed_->is_name;
}

const std::optional<std::string>& Name::error() const
{
    return parsed_->error;
}

bool Name::empty() const
{
    return parsed_->is_name && parsed_->der.size() == 2;
}

std::string sha256(Bytes bytes)
{
    // Looking the algorithm up costs more than hashing a name.
    static const ossl::EvpMdPtr algorithm{ossl::must(EVP_MD_fetch(nullptr, "SHA256", nullptr), "fetch SHA-256")};
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    ossl::must_succeed(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, algorithm.get(), nullptr),
                       "hash");
    return hex(digest);
}

std::string Name::sha256() const
{
    return x509::sha256(parsed_->der);
}

std::vector<std::string> Name::values(std::string_view attribute) const
{
    std::vector<std::string> found;
    const auto oid = attribute_oid(attribute);
    if (!oid) {
        return found;
    }
    const Der whole = encode(V_ASN1_OBJECT, *oid);
    const Der null = encode(V_ASN1_NULL, {});
    const auto wanted = read_attribute(*ElementReader{whole}.next(), *ElementReader{null}.next());
    for (const Attribute& each : parsed_->attributes) {
        if (wanted && each.type == wanted->type && each.value) {
            found.push_back(*each.value);
        }
    }
    return found;
}

Name Name::reversed() const
{
    ElementReader outer{der()};
    const auto name = is_name() ? outer.next() : std::nullopt;
    if (!name) {
        return *this;
    }
    Der rdns;
    ElementReader reader{name->content};
    for (std::size_t begin = 0; reader.next(); begin = reader.offset()) {
        const auto rdn = name->content.subspan(begin, reader.offset() - begin);
        rdns.insert(rdns.begin(), rdn.begin(), rdn.end());
    }
    return Name{encode(V_ASN1_SEQUENCE, rdns)};
}

std::size_t Name::likeness() const
{
    return parsed_->likeness();
}

NameMatch Name::compare(const Name& left, const Name& right)
{
    if (left.der() == right.der()) {
        return NameMatch::identical;
    }
    const X509_NAME* const one = left.parsed_->canonical();
    const X509_NAME* const other = right.parsed_->canonical();
    return one != nullptr && other != nullptr && X509_NAME_cmp(one, other) == 0 ? NameMatch::equivalent
                                                                                : NameMatch::different;
}

} // namespace mtls::x509
