#include "probe/clients/names.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <openssl/asn1.h>

#include "certs/x509/der.hpp"

namespace mtls::clients {

namespace {

using x509::Name;
using x509::NameMatch;

struct Value {
    std::size_t rdn = 0;
    x509::Der type; ///< content of the OBJECT IDENTIFIER
    int tag = 0;
    x509::Der whole;
    std::string content;
};

std::vector<Value> values_of(const Name& name)
{
    std::vector<Value> values;
    const auto outer = x509::ElementReader{name.der()}.next();
    x509::ElementReader rdns{outer ? outer->content : x509::Bytes{}};
    for (std::size_t index = 0; const auto rdn = rdns.next(); ++index) {
        x509::ElementReader members{*rdn};
        while (const auto member = members.next()) {
            x509::ElementReader parts{*member};
            const auto type = parts.next();
            const auto value = parts.next();
            if (type && value) {
                values.push_back({index,
                                  {type->content.begin(), type->content.end()},
                                  value->tag,
                                  {value->whole.begin(), value->whole.end()},
                                  {value->content.begin(), value->content.end()}});
            }
        }
    }
    // The members of a multi-valued RDN are a SET, whose order depends on the encoding.
    std::sort(values.begin(), values.end(), [](const Value& left, const Value& right) {
        return std::tie(left.rdn, left.type) < std::tie(right.rdn, right.type);
    });
    return values;
}

/// sun.security.x509.AVAKeyword, the rows for RFC 2253: CN, C, L, ST, STREET, O, OU, DC, UID.
bool java_has_a_keyword(const x509::Der& type)
{
    static const std::array<x509::Der, 9> known{{{0x55, 4, 3},
                                                 {0x55, 4, 6},
                                                 {0x55, 4, 7},
                                                 {0x55, 4, 8},
                                                 {0x55, 4, 9},
                                                 {0x55, 4, 10},
                                                 {0x55, 4, 11},
                                                 {0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25},
                                                 {0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1}}};
    return std::find(known.begin(), known.end(), type) != known.end();
}

/// sun.security.x509.AVA.toRFC2253CanonicalString: a value of another attribute or string type is the hex of its DER.
bool java_folds(const Value& value)
{
    return (value.tag == V_ASN1_PRINTABLESTRING || value.tag == V_ASN1_UTF8STRING) && java_has_a_keyword(value.type);
}

bool java_canonical_equal(const Name& left, const Name& right)
{
    const auto ours = values_of(left);
    const auto theirs = values_of(right);
    return std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(), [](const Value& one, const Value& other) {
        return one.whole == other.whole || (java_folds(one) && java_folds(other));
    });
}

bool is_ascii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char one) { return static_cast<unsigned char>(one) < 0x80; });
}

/// What no folding can add or take away: ASCII without blanks, in small letters.
std::string skeleton(std::string_view text)
{
    std::string kept;
    for (const char one : text) {
        if (one != ' ' && static_cast<unsigned char>(one) < 0x80) {
            kept += one >= 'A' && one <= 'Z' ? static_cast<char>(one - 'A' + 'a') : one;
        }
    }
    return kept;
}

/// The letters of one in the order of the other: what is between them may come of folding.
bool is_within(std::string_view part, std::string_view whole)
{
    for (const char one : whole) {
        if (!part.empty() && part.front() == one) {
            part.remove_prefix(1);
        }
    }
    return part.empty();
}

bool may_fold_to_one(const Value& one, const Value& other)
{
    if (one.type != other.type || one.rdn != other.rdn || !java_folds(one) || !java_folds(other)) {
        return false;
    }
    const std::string ours = skeleton(one.content);
    const std::string theirs = skeleton(other.content);
    return is_ascii(one.content) && is_ascii(other.content) ? ours == theirs
                                                            : is_within(ours, theirs) || is_within(theirs, ours);
}

bool akin_to_any(const Question& question, const std::vector<Name>& own)
{
    return std::any_of(own.begin(), own.end(), [&](const Name& name) {
        return std::any_of(question.akin.begin(), question.akin.end(),
                           [&](const Name& listed) { return same(Compare::openssl, listed, name) == Same::yes; });
    });
}

std::string why_not(const Question& question, const std::vector<Name>& own, std::string_view who)
{
    return akin_to_any(question, own)
               ? fmt::format("the list has the name of an issuer in another spelling or string type, and {}", who)
               : std::string{"none of the issuers that it looks at is in the list"};
}

} // namespace

Same same(Compare how, const Name& advertised, const Name& own)
{
    const NameMatch match = Name::compare(advertised, own);
    if (match == NameMatch::identical) {
        return Same::yes;
    }
    switch (how) {
    case Compare::bytes:
        return Same::no;
    case Compare::text:
        return advertised.is_name() && advertised.text() == own.text() ? Same::yes : Same::no;
    case Compare::openssl:
        return match == NameMatch::equivalent ? Same::yes : Same::no;
    case Compare::java:
        if (match == NameMatch::equivalent && java_canonical_equal(advertised, own)) {
            return Same::yes;
        }
        return java_may_fold(advertised, own) ? Same::perhaps : Same::no;
    case Compare::cryptoapi:
        break;
    }
    return match == NameMatch::equivalent ? Same::perhaps : Same::no;
}

// OpenJDK 17.0.15: X500Principal.equals() holds for "Müller" and "MÜLLER", "Straße" and "STRASSE", "é" in one and in
// two code points, "ﬁ" and "fi"; toUpperCase, toLowerCase, then NFKD (sun.security.x509.AVA).
bool java_may_fold(const Name& left, const Name& right)
{
    const auto ours = values_of(left);
    const auto theirs = values_of(right);
    bool beyond_ascii = false;
    const bool alike =
        std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(), [&](const Value& one, const Value& other) {
            if (one.whole == other.whole) {
                return one.rdn == other.rdn && one.type == other.type;
            }
            beyond_ascii = beyond_ascii || !is_ascii(one.content) || !is_ascii(other.content);
            return may_fold_to_one(one, other);
        });
    return alike && beyond_ascii;
}

std::vector<Name> issuers_of(const x509::Certificate& leaf, const std::vector<x509::Certificate>& above)
{
    std::vector<Name> issuers{leaf.issuer()};
    for (const x509::Certificate& certificate : above) {
        issuers.push_back(certificate.issuer());
    }
    return issuers;
}

Meeting meet(const Question& question, Compare how, const std::vector<Name>& own)
{
    Meeting perhaps_met;
    for (std::size_t at = 0; at < own.size(); ++at) {
        for (const Name& listed : question.akin) {
            const Same found = same(how, listed, own[at]);
            if (found == Same::yes) {
                return {Same::yes, at + 1};
            }
            if (found == Same::perhaps && perhaps_met.listed == Same::no) {
                perhaps_met = {Same::perhaps, at + 1};
            }
        }
    }
    return perhaps_met;
}

std::optional<Answer> configured_not_listed(const Question& question, Compare how, std::string_view who)
{
    const auto own = issuers_of(question.held.leaf, question.held.chain);
    const Same listed = question.no_list() ? Same::yes : meet(question, how, own).listed;
    if (listed == Same::yes) {
        return std::nullopt;
    }
    if (listed == Same::perhaps) {
        return not_known(fmt::format("a listed name differs from an issuer's in letters beyond ASCII, and whether {} "
                                     "takes them for one was not looked at",
                                     who.substr(0, who.find(' '))));
    }
    if (akin_to_any(question, own)) {
        return withholds(why_not(question, own, who));
    }
    return withholds(fmt::format("no certificate of the configured chain was issued by a listed authority; {}", who));
}

std::optional<Answer> store_not_listed(const Question& question, Compare how, std::string_view who, const Answer& offer)
{
    const auto own = issuers_of(question.held.leaf, question.own_path);
    const Meeting met = question.no_list() ? Meeting{Same::yes, 0} : meet(question, how, own);
    if (met.listed == Same::yes) {
        return std::nullopt;
    }
    Answer none = withholds(why_not(question, own, who));
    const auto known = issuers_of(question.held.leaf, question.held.above);
    const bool known_are_listed = meet(question, how, known).listed != Same::no;
    const bool surely_not = met.listed == Same::no && !known_are_listed && question.path_complete;
    if (surely_not) {
        return none;
    }
    if (offer.sends == Sends::no) {
        none.reason = offer.reason; // whether its issuer is listed makes no difference then
        return none;
    }
    if (met.listed == Same::perhaps) {
        return not_known(why_not(question, own, who));
    }
    return perhaps(
        std::move(none),
        known_are_listed
            ? "an issuer further up is in the list, so it depends on whether the program's certificate store "
              "holds the CA certificates between, which are not in this file"
            : "no issuer that is known here is in the list, but the program's certificate store may hold CA "
              "certificates that lead to a listed one");
}

} // namespace mtls::clients
