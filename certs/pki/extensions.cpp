#include "certs/pki/extensions.hpp"

#include <algorithm>
#include <array>

#include "certs/ossl/error.hpp"

namespace mtls::pki {

namespace {

constexpr std::array<std::string_view, 7> usages{"serverAuth",   "clientAuth",  "codeSigning",        "emailProtection",
                                                 "timeStamping", "OCSPSigning", "anyExtendedKeyUsage"};
constexpr std::array<std::string_view, 9> key_usages{"digitalSignature", "nonRepudiation", "keyEncipherment",
                                                     "dataEncipherment", "keyAgreement",   "keyCertSign",
                                                     "cRLSign",          "encipherOnly",   "decipherOnly"};

constexpr int replace = X509V3_ADD_REPLACE;

std::string joined(const std::vector<std::string>& items)
{
    std::string text;
    for (const std::string& item : items) {
        text += (text.empty() ? "" : ",") + item;
    }
    return text;
}

/// Only for values that a table above allows: OpenSSL's extension language has side doors.
void add(X509* certificate, X509* issuer, int nid, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const ossl::X509ExtensionPtr extension{
        ossl::must(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), OBJ_nid2ln(nid))};
    ossl::must_succeed(X509_add_ext(certificate, extension.get(), -1), OBJ_nid2ln(nid));
}

ossl::Asn1OctetStringPtr address(const std::string& text)
{
    const ossl::ErrorMark quiet;
    return ossl::Asn1OctetStringPtr{a2i_IPADDRESS(text.c_str())};
}

void push(GENERAL_NAMES* names, int kind, ASN1_STRING* value)
{
    GENERAL_NAME* const name = ossl::must(GENERAL_NAME_new(), "subjectAltName");
    GENERAL_NAME_set0_value(name, kind, value);
    sk_GENERAL_NAME_push(names, name);
}

ASN1_STRING* ascii(const std::string& text)
{
    ASN1_STRING* const value = ossl::must(ASN1_STRING_type_new(V_ASN1_IA5STRING), "subjectAltName");
    ASN1_STRING_set(value, text.data(), static_cast<int>(text.size()));
    return value;
}

ossl::GeneralNamesPtr general_names(const std::vector<std::string>& texts)
{
    ossl::GeneralNamesPtr names{ossl::must(sk_GENERAL_NAME_new_null(), "subjectAltName")};
    for (const std::string& text : texts) {
        if (auto ip = address(text)) {
            push(names.get(), GEN_IPADD, ip.release());
        } else {
            const bool uri = text.find("://") != std::string::npos;
            const bool mail = text.find('@') != std::string::npos;
            push(names.get(), uri ? GEN_URI : mail ? GEN_EMAIL : GEN_DNS, ascii(text));
        }
    }
    return names;
}

void add_distribution_point(X509* certificate, const std::string& url)
{
    const ossl::DistributionPointsPtr points{ossl::must(sk_DIST_POINT_new_null(), "cRLDistributionPoints")};
    DIST_POINT* const point = ossl::must(DIST_POINT_new(), "cRLDistributionPoints");
    sk_DIST_POINT_push(points.get(), point);
    point->distpoint = ossl::must(DIST_POINT_NAME_new(), "cRLDistributionPoints");
    point->distpoint->type = 0; // fullName
    point->distpoint->name.fullname = general_names({url}).release();
    ossl::must_succeed(X509_add1_ext_i2d(certificate, NID_crl_distribution_points, points.get(), 0, replace),
                       "cRLDistributionPoints");
}

} // namespace

bool is_usage(std::string_view text)
{
    const ossl::ErrorMark quiet;
    const bool dotted = !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
    return std::ranges::find(usages, text) != usages.end() ||
           (dotted && ossl::Asn1ObjectPtr{OBJ_txt2obj(std::string{text}.c_str(), 1)} != nullptr);
}

bool is_key_usage(std::string_view text)
{
    return std::ranges::find(key_usages, text) != key_usages.end();
}

bool is_alternative_name(const std::string& text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

void add_extensions(X509* certificate, X509* issuer, const Entry& entry)
{
    add(certificate, issuer, NID_subject_key_identifier, "hash");
    add(certificate, issuer, NID_authority_key_identifier, "keyid:always");
    if (entry.role == Role::authority) {
        const std::string limit = entry.path_length ? ",pathlen:" + std::to_string(*entry.path_length) : "";
        add(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE" + limit);
    } else {
        add(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE");
    }
    if (!entry.key_usage.empty()) {
        add(certificate, issuer, NID_key_usage, "critical," + joined(entry.key_usage));
    }
    if (!entry.usage.empty()) {
        add(certificate, issuer, NID_ext_key_usage, joined(entry.usage));
    }
    if (!entry.names.empty()) {
        ossl::must_succeed(
            X509_add1_ext_i2d(certificate, NID_subject_alt_name, general_names(entry.names).get(), 0, replace),
            "subjectAltName");
    }
    if (entry.crl_url) {
        add_distribution_point(certificate, *entry.crl_url);
    }
}

void add_extensions(X509_CRL* crl, X509* issuer, long number)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, nullptr, nullptr, crl, 0);
    const ossl::X509ExtensionPtr identifier{
        ossl::must(X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"),
                   "authorityKeyIdentifier")};
    ossl::must_succeed(X509_CRL_add_ext(crl, identifier.get(), -1), "authorityKeyIdentifier");
    const ossl::Asn1IntegerPtr value{ossl::must(ASN1_INTEGER_new(), "cRLNumber")};
    ossl::must_succeed(ASN1_INTEGER_set(value.get(), number), "cRLNumber");
    ossl::must_succeed(X509_CRL_add1_ext_i2d(crl, NID_crl_number, value.get(), 0, replace), "cRLNumber");
}

} // namespace mtls::pki
