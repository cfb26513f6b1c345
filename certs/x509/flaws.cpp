#include "certs/x509/flaws.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <openssl/x509v3.h>

#include "certs/ossl/error.hpp"

namespace mtls::x509 {

namespace {

/// SSL_CTX_set_security_level(3): level 2 wants 112 bits, which RSA keys of 2048 and SHA-256 have.
constexpr int level = 2;
constexpr int bits_of_level = 112;

struct Told {
    int error = X509_V_OK;
    std::size_t height = 0;
};

/// Where the callback of this verification writes; one slot of application data is all that a context has.
std::vector<Told>& told_by(X509_STORE_CTX* context)
{
    return *static_cast<std::vector<Told>*>(X509_STORE_CTX_get_app_data(context));
}

int note(int good, X509_STORE_CTX* context)
{
    if (good != 1) {
        told_by(context).push_back(
            {X509_STORE_CTX_get_error(context), static_cast<std::size_t>(X509_STORE_CTX_get_error_depth(context))});
    }
    return 1; // go on: all that is wrong is asked for
}

/// Everything that OpenSSL says of the chain when its top is trusted.
std::vector<Told> verify(const Certificate& leaf, const std::vector<Certificate>& above)
{
    const ossl::ErrorMark quiet;
    const ossl::X509StorePtr store{ossl::must(X509_STORE_new(), "X509_STORE_new")};
    ossl::must_succeed(X509_STORE_add_cert(store.get(), (above.empty() ? leaf : above.back()).get()),
                       "take a certificate for trusted");
    const ossl::CertificatesPtr others{ossl::must(sk_X509_new_null(), "sk_X509_new_null")};
    for (const Certificate& certificate : above) {
        if (X509_up_ref(certificate.get()) == 1) {
            (void)sk_X509_push(others.get(), certificate.get());
        }
    }
    const ossl::X509StoreCtxPtr context{ossl::must(X509_STORE_CTX_new(), "X509_STORE_CTX_new")};
    ossl::must_succeed(X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), others.get()),
                       "begin to verify a chain");
    (void)X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_CLIENT);
    X509_VERIFY_PARAM* const how = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_auth_level(how, level);
    X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
    std::vector<Told> told;
    X509_STORE_CTX_set_app_data(context.get(), &told);
    X509_STORE_CTX_set_verify_cb(context.get(), note);
    (void)X509_verify_cert(context.get());
    return told;
}

bool is_for_any_usage_alone(const Certificate& certificate)
{
    const auto usage = certificate.extended_key_usage();
    return usage && std::ranges::find(*usage, "anyExtendedKeyUsage") != usage->end() &&
           std::ranges::find(*usage, "clientAuth") == usage->end();
}

std::optional<FlawKind> kind_of(const Told& told, const Certificate& certificate)
{
    switch (told.error) {
    case X509_V_ERR_INVALID_PURPOSE:
        if (told.height > 0 && !certificate.is_ca()) {
            return FlawKind::no_ca;
        }
        return is_for_any_usage_alone(certificate) ? FlawKind::any_usage : FlawKind::other_usage;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
        return FlawKind::weak_key;
    case X509_V_ERR_CA_MD_TOO_WEAK:
        return FlawKind::weak_signature;
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
        return FlawKind::critical_extension;
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
        return FlawKind::name_constraints;
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
        return FlawKind::path_length;
    case X509_V_ERR_INVALID_CA:
        return FlawKind::no_ca;
    default:
        return std::nullopt; // of its dates, its issuer and its trust others speak
    }
}

/// The signature of a trusted certificate is not looked at; that of an intermediate would be.
bool is_signed_too_weakly(const Certificate& certificate)
{
    const ossl::ErrorMark quiet;
    int bits = 0;
    return X509_get_signature_info(certificate.get(), nullptr, nullptr, &bits, nullptr) == 1 && bits < bits_of_level;
}

} // namespace

std::vector<Flaw> flaws_of(const Certificate& leaf, const std::vector<Certificate>& above)
{
    std::vector<Flaw> flaws;
    const auto add = [&](const Flaw& flaw) {
        if (std::ranges::find(flaws, flaw) == flaws.end()) {
            flaws.push_back(flaw);
        }
    };
    for (const Told& each : verify(leaf, above)) {
        if (each.height > above.size()) {
            continue;
        }
        const auto kind = kind_of(each, each.height == 0 ? leaf : above[each.height - 1]);
        if (kind) {
            add({*kind, each.height});
        }
    }
    const Certificate& top = above.empty() ? leaf : above.back();
    if (!top.is_self_issued() && is_signed_too_weakly(top)) {
        add({FlawKind::weak_signature, above.size()});
    }
    std::ranges::sort(flaws, {}, [](const Flaw& flaw) { return std::pair{flaw.height, flaw.kind}; });
    return flaws;
}

std::vector<std::string> unknown_critical_extensions(const Certificate& certificate)
{
    const ossl::ErrorMark quiet;
    std::vector<std::string> unknown;
    for (int at = X509_get_ext_by_critical(certificate.get(), 1, -1); at >= 0;
         at = X509_get_ext_by_critical(certificate.get(), 1, at)) {
        X509_EXTENSION* const extension = X509_get_ext(certificate.get(), at);
        if (X509_supported_extension(extension) == 0) {
            std::array<char, 256> text{};
            OBJ_obj2txt(text.data(), text.size(), X509_EXTENSION_get_object(extension), 1);
            unknown.emplace_back(text.data());
        }
    }
    return unknown;
}

} // namespace mtls::x509
