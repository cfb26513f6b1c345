#include "certs/x509/rfc4514.hpp"

#include <algorithm>
#include <cctype>

#include <openssl/asn1.h>

#include "certs/x509/attribute.hpp"
#include "certs/x509/unicode.hpp"

namespace mtls::x509 {

namespace {

int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

void append(Der& to, Bytes bytes)
{
    to.insert(to.end(), bytes.begin(), bytes.end());
}

class Rfc4514Parser {
  public:
    Rfc4514Parser(std::string_view text, StringType type) : text_{text}, type_{type} {}

    /// RFC 4514 §2.1: the last RDN of the text is the first of the DER.
    EncodedName name()
    {
        skip_spaces();
        std::vector<Der> rdns;
        while (!done() || !rdns.empty()) {
            rdns.push_back(rdn());
            if (done()) {
                break;
            }
            ++at_; // the separator that ended the RDN
        }
        std::ranges::reverse(rdns);
        Der content;
        for (const Der& each : rdns) {
            append(content, each);
        }
        return {encode(V_ASN1_SEQUENCE, content), std::move(problem_)};
    }

  private:
    /// Keeps the first problem and goes to the end of the text, where everything stops.
    void fail(std::string_view why)
    {
        if (!problem_) {
            constexpr std::size_t shown = 60;
            const std::string start = printable(text_.substr(0, shown)) + (text_.size() > shown ? "..." : "");
            problem_ = "name '" + start + "': " + std::string{why} + " at character " + std::to_string(at_ + 1);
        }
        at_ = text_.size();
    }

    [[nodiscard]] bool done() const { return at_ == text_.size(); }

    [[nodiscard]] char peek() const { return done() ? '\0' : text_[at_]; }

    [[nodiscard]] bool at_separator() const { return done() || peek() == ',' || peek() == ';' || peek() == '+'; }

    void skip_spaces()
    {
        while (peek() == ' ') {
            ++at_;
        }
    }

    Der rdn()
    {
        std::vector<Der> attributes{attribute()};
        while (peek() == '+') {
            ++at_;
            attributes.push_back(attribute());
        }
        std::ranges::sort(attributes); // X.690 §11.6: the members of a SET OF in ascending order
        Der content;
        for (const Der& each : attributes) {
            append(content, each);
        }
        return encode(V_ASN1_SET, content);
    }

    Der attribute()
    {
        skip_spaces();
        const std::size_t start = at_;
        while (!at_separator() && peek() != '=') {
            ++at_;
        }
        if (peek() != '=') {
            fail("no '=' after the attribute type");
            return {};
        }
        std::string_view type = text_.substr(start, at_ - start);
        type = type.substr(0, type.find_last_not_of(' ') + 1);
        const auto oid = attribute_oid(type);
        if (!oid) {
            fail("unknown attribute type");
            return {};
        }
        ++at_;
        skip_spaces();
        Der content = encode(V_ASN1_OBJECT, *oid);
        append(content, peek() == '#' ? hex_value() : string_value(*oid));
        if (!at_separator()) {
            fail("unexpected character");
        }
        return encode(V_ASN1_SEQUENCE, content);
    }

    Der hex_value()
    {
        ++at_;
        Der bytes;
        while (at_ + 1 < text_.size() && digit(text_[at_]) >= 0 && digit(text_[at_ + 1]) >= 0) {
            bytes.push_back(hex_pair());
        }
        skip_spaces();
        ElementReader elements{bytes};
        if (!elements.next() || !elements.empty()) {
            fail("#hex that is not one DER element");
        }
        return bytes;
    }

    std::uint8_t hex_pair()
    {
        const int value = digit(text_[at_]) * 16 + digit(text_[at_ + 1]);
        at_ += 2;
        return static_cast<std::uint8_t>(value);
    }

    Der string_value(Bytes attribute)
    {
        const std::string value = peek() == '"' ? quoted() : plain();
        if (invalid_utf8(value)) {
            fail("invalid UTF-8 in the value");
            return {};
        }
        auto encoded = encode_string(value, type_, attribute);
        if (!encoded) {
            fail("a character that this string type cannot carry");
            return {};
        }
        return std::move(*encoded);
    }

    std::string quoted()
    {
        ++at_;
        std::string value;
        while (peek() != '"') {
            if (done()) {
                fail("no closing quote");
                return value;
            }
            value += character();
        }
        ++at_;
        skip_spaces();
        return value;
    }

    std::string plain()
    {
        std::string value;
        std::size_t kept = 0; // spaces at the end do not count, unless escaped
        while (!at_separator()) {
            const bool escaped = peek() == '\\';
            if (peek() == '"') {
                fail("an unescaped quote");
                return value;
            }
            value += character();
            if (escaped || value.back() != ' ') {
                kept = value.size();
            }
        }
        value.resize(kept);
        return value;
    }

    char character()
    {
        if (peek() != '\\') {
            return text_[at_++];
        }
        ++at_;
        if (at_ + 1 < text_.size() && digit(text_[at_]) >= 0 && digit(text_[at_ + 1]) >= 0) {
            return static_cast<char>(hex_pair());
        }
        constexpr std::string_view special = "\"+,;<>\\ #=";
        if (done() || special.find(peek()) == std::string_view::npos) {
            fail("a backslash that escapes nothing");
            return '?';
        }
        return text_[at_++];
    }

    std::string_view text_;
    StringType type_;
    std::size_t at_ = 0;
    std::optional<std::string> problem_;
};

} // namespace

EncodedName encode_rfc4514(std::string_view text, StringType type)
{
    return Rfc4514Parser{text, type}.name();
}

} // namespace mtls::x509
