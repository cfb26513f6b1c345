#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <openssl/x509v3.h>

#include "certs/ossl/error.hpp"
#include "certs/x509/certificate.hpp"
#include "certs/x509/der.hpp"

namespace mtls::x509 {

namespace {

/// RFC 5280 §4.2.1.12.
constexpr std::array rfc5280_purposes{NID_server_auth, NID_client_auth, NID_code_sign,          NID_email_protect,
                                      NID_time_stamp,  NID_OCSP_sign,   NID_anyExtendedKeyUsage};

std::string purpose_text(const ASN1_OBJECT* purpose)
{
    const int nid = OBJ_obj2nid(purpose);
    if (std::find(rfc5280_purposes.begin(), rfc5280_purposes.end(), nid) != rfc5280_purposes.end()) {
        return OBJ_nid2sn(nid);
    }
    std::array<char, 256> text{};
    OBJ_obj2txt(text.data(), text.size(), purpose, 1);
    return text.data();
}

std::string address_text(Bytes address)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.size() == 4 || address.size() == 16) {
        inet_ntop(address.size() == 4 ? AF_INET : AF_INET6, address.data(), text.data(), text.size());
        return text.data();
    }
    return "#" + hex(address);
}

} // namespace

std::optional<std::vector<std::string>> Certificate::extended_key_usage() const
{
    const ossl::ErrorMark quiet;
    int critical = 0;
    const ossl::ExtendedKeyUsagePtr usage{
        static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(get(), NID_ext_key_usage, &critical, nullptr))};
    constexpr int absent = -1;
    if (!usage && critical == absent) {
        return std::nullopt;
    }
    std::vector<std::string> purposes; // stays empty if the extension is malformed: such a certificate allows nothing
    const int count = sk_ASN1_OBJECT_num(usage.get()); // -1 without one
    purposes.reserve(static_cast<std::size_t>(std::max(count, 0)));
    for (int i = 0; i < count; ++i) {
        purposes.push_back(purpose_text(sk_ASN1_OBJECT_value(usage.get(), i)));
    }
    return purposes;
}

bool Certificate::allows_client_authentication() const
{
    const auto purposes = extended_key_usage();
    return !purposes || std::any_of(purposes->begin(), purposes->end(), [](const std::string& purpose) {
        return purpose == "clientAuth" || purpose == "anyExtendedKeyUsage";
    });
}

bool Certificate::allows_digital_signature() const
{
    const ossl::ErrorMark quiet;
    return (X509_get_key_usage(get()) & KU_DIGITAL_SIGNATURE) != 0; // all bits set if the extension is absent
}

bool Certificate::is_ca() const
{
    const ossl::ErrorMark quiet;
    constexpr int basic_constraints = 1;
    constexpr int self_signed_v1 = 3;
    const int kind = X509_check_ca(get());
    return kind == basic_constraints || kind == self_signed_v1;
}

std::vector<std::string> Certificate::names() const
{
    // RFC 5280 §4.2.1.6: a GeneralName is a CHOICE of implicit context-specific tags, which OpenSSL's GEN_... number.
    std::vector<std::string> texts;
    ElementReader whole{alternative_names()};
    const auto list = whole.next();
    ElementReader names{list && list->is(V_ASN1_SEQUENCE) ? list->content : Bytes{}};
    while (!names.empty()) {
        const auto name = names.next();
        if (!name || name->tag_class != V_ASN1_CONTEXT_SPECIFIC) {
            return {}; // one broken entry, and none of them can be relied on
        }
        if (name->tag == GEN_IPADD) {
            texts.push_back(address_text(name->content));
        } else if (name->tag == GEN_DNS || name->tag == GEN_EMAIL || name->tag == GEN_URI) {
            texts.push_back(printable({reinterpret_cast<const char*>(name->content.data()), name->content.size()}));
        }
    }
    return texts;
}

} // namespace mtls::x509
