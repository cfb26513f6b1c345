#include "certs/x509/key_protection.hpp"

#include <algorithm>
#include <initializer_list>
#include <limits>

#include <openssl/err.h>
#include <openssl/pemerr.h>
#include <openssl/proverr.h>

#include "certs/ossl/error.hpp"
#include "certs/ossl/pkcs12_handles.hpp"

namespace mtls::x509 {

namespace {

constexpr std::int64_t countless = std::numeric_limits<std::int64_t>::max();

/// Saturates: what does not fit is far beyond the bound, or below it.
std::int64_t number_of(const ASN1_INTEGER* integer)
{
    std::int64_t value = 0;
    const ossl::ErrorMark quiet;
    if (ASN1_INTEGER_get_int64(&value, integer) == 1) {
        return value;
    }
    return ASN1_STRING_type(integer) == V_ASN1_NEG_INTEGER ? -countless : countless;
}

/// Of numbers that are at least one.
std::int64_t product(std::initializer_list<std::int64_t> factors)
{
    std::int64_t value = 1;
    for (const std::int64_t factor : factors) {
        value = factor > countless / value ? countless : value * factor;
    }
    return value;
}

/// The parameters of an algorithm; null if they are of another shape, which OpenSSL refuses.
template <class Owner> Owner parameters_of(const X509_ALGOR* algorithm, const ASN1_ITEM* shape)
{
    const ossl::ErrorMark quiet;
    return Owner{static_cast<typename Owner::pointer>(ASN1_TYPE_unpack_sequence(shape, algorithm->parameter))};
}

/// Calls `take` with each part of a PKCS#12 file.
template <class Take> void each_safe(const PKCS12* archive, Take take)
{
    const ossl::ErrorMark quiet;
    const ossl::Pkcs12SafesPtr safes{PKCS12_unpack_authsafes(archive)};
    for (int i = 0; safes && i < sk_PKCS7_num(safes.get()); ++i) {
        take(sk_PKCS7_value(safes.get(), i));
    }
}

bool is_encrypted(PKCS7* safe)
{
    return PKCS7_type_is_encrypted(safe) && safe->d.encrypted != nullptr && safe->d.encrypted->enc_data != nullptr;
}

struct Reason {
    int library;
    int code;
};

bool has_one_of(const std::vector<unsigned long>& errors, std::initializer_list<Reason> wanted)
{
    return std::ranges::any_of(errors, [&](unsigned long error) {
        return std::ranges::any_of(wanted, [&](const Reason& each) {
            return ERR_GET_LIB(error) == each.library && ERR_GET_REASON(error) == each.code;
        });
    });
}

/// The first is the cause; those after it tell where it came through.
std::string cause_of(const std::vector<unsigned long>& errors)
{
    const char* const reason = errors.empty() ? nullptr : ERR_reason_error_string(errors.front());
    if (reason == nullptr) {
        return {};
    }
    return " (" + std::string{reason} + ")";
}

} // namespace

void Rounds::add(std::int64_t rounds)
{
    if (rounds < 1) {
        impossible_ = rounds;
    } else {
        total_ = rounds > countless - total_ ? countless : total_ + rounds;
    }
}

void Rounds::add(const ASN1_INTEGER* rounds)
{
    add(number_of(rounds));
}

void Rounds::add_derivation(const X509_ALGOR* function)
{
    const int kind = OBJ_obj2nid(function->algorithm);
    if (kind == NID_id_pbkdf2) {
        if (const auto pbkdf2 = parameters_of<ossl::Pbkdf2ParamPtr>(function, ASN1_ITEM_rptr(PBKDF2PARAM))) {
            add(pbkdf2->iter);
        }
    } else if (kind == NID_id_scrypt) {
        if (const auto scrypt = parameters_of<ossl::ScryptParamsPtr>(function, ASN1_ITEM_rptr(SCRYPT_PARAMS))) {
            const auto cost = {number_of(scrypt->costParameter), number_of(scrypt->blockSize),
                               number_of(scrypt->parallelizationParameter)};
            add(std::min(cost) < 1 ? std::min(cost) : product(cost));
        }
    }
}

void Rounds::add(const X509_ALGOR* scheme)
{
    const int kind = OBJ_obj2nid(scheme->algorithm);
    if (kind == NID_pbes2 || kind == NID_pbmac1) { // parameters of one shape: RFC 8018 Appendix A.4 and A.5
        if (const auto parts = parameters_of<ossl::Pbe2ParamPtr>(scheme, ASN1_ITEM_rptr(PBE2PARAM))) {
            add_derivation(parts->keyfunc);
        }
    } else if (const auto older = parameters_of<ossl::PbeParamPtr>(scheme, ASN1_ITEM_rptr(PBEPARAM))) {
        add(older->iter);
    }
}

void Rounds::add(const STACK_OF(PKCS12_SAFEBAG) * bags)
{
    for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); ++i) {
        const PKCS12_SAFEBAG* const bag = sk_PKCS12_SAFEBAG_value(bags, i);
        if (const X509_SIG* const key = PKCS12_SAFEBAG_get0_pkcs8(bag)) {
            const X509_ALGOR* scheme = nullptr;
            X509_SIG_get0(key, &scheme, nullptr);
            add(scheme);
        }
        add(PKCS12_SAFEBAG_get0_safes(bag)); // OpenSSL has read at most 30 within one another
    }
}

void Rounds::add(const PKCS12* archive)
{
    const X509_ALGOR* mac = nullptr;
    const ASN1_INTEGER* rounds = nullptr;
    PKCS12_get0_mac(nullptr, &mac, nullptr, &rounds, archive);
    if (mac != nullptr && OBJ_obj2nid(mac->algorithm) == NID_pbmac1) {
        add(mac);
    } else if (rounds != nullptr) {
        add(rounds);
    }
    each_safe(archive, [this](PKCS7* safe) {
        if (is_encrypted(safe)) {
            add(safe->d.encrypted->enc_data->algorithm);
        } else if (PKCS7_type_is_data(safe)) {
            add(ossl::Pkcs12BagsPtr{PKCS12_unpack_p7data(safe)}.get());
        }
    });
}

void Rounds::add_hidden(const PKCS12* archive, const char* passphrase)
{
    each_safe(archive, [&](PKCS7* safe) {
        if (is_encrypted(safe)) {
            add(ossl::Pkcs12BagsPtr{PKCS12_unpack_p7encdata(safe, passphrase, -1)}.get());
        }
    });
}

std::optional<std::string> Rounds::problem() const
{
    if (impossible_) {
        return "damaged: its passphrase protection asks for " + std::to_string(*impossible_) + " rounds";
    }
    if (total_ > most_rounds) {
        return "its passphrase protection asks for " + std::to_string(total_) +
               (total_ == countless ? " rounds or more" : " rounds") + ", more than any program needs (at most " +
               std::to_string(most_rounds) +
               "): save it again with fewer (openssl pkcs8 -topk8 or openssl pkcs12 -export, -iter 600000)";
    }
    return std::nullopt;
}

std::string why_locked(const std::vector<unsigned long>& errors)
{
    if (algorithm_is_missing(errors)) {
        return unknown_encryption;
    }
    // PKCS12_parse calls a MAC that could not be made one that does not match.
    const bool not_tried =
        has_one_of(errors, {{ERR_LIB_PKCS12, PKCS12_R_KEY_GEN_ERROR}, {ERR_LIB_PKCS12, PKCS12_R_MAC_GENERATION_ERROR}});
    if (!not_tried && has_one_of(errors, {{ERR_LIB_PKCS12, PKCS12_R_MAC_VERIFY_FAILURE},
                                          {ERR_LIB_PKCS12, PKCS12_R_PKCS12_CIPHERFINAL_ERROR},
                                          {ERR_LIB_PKCS12, PKCS12_R_DECODE_ERROR},
                                          {ERR_LIB_PROV, PROV_R_BAD_DECRYPT},
                                          {ERR_LIB_EVP, EVP_R_BAD_DECRYPT},
                                          {ERR_LIB_PEM, PEM_R_BAD_DECRYPT}})) {
        return wrong_passphrase;
    }
    const auto from_a_cipher = [](unsigned long error) {
        return ERR_GET_LIB(error) == ERR_LIB_EVP || ERR_GET_LIB(error) == ERR_LIB_PROV;
    };
    if (!not_tried && std::ranges::none_of(errors, from_a_cipher)) {
        return "damaged" + cause_of(errors);
    }
    return "OpenSSL refuses its protection, whatever the passphrase is" + cause_of(errors) +
           ": where the key was made, protect it with PBKDF2 instead (openssl pkcs8 -topk8, or openssl pkcs12 -export)";
}

bool algorithm_is_missing(const std::vector<unsigned long>& errors)
{
    return has_one_of(errors, {{ERR_LIB_EVP, ERR_R_UNSUPPORTED},
                               {ERR_LIB_EVP, ERR_R_FETCH_FAILED},
                               {ERR_LIB_EVP, EVP_R_UNKNOWN_PBE_ALGORITHM},
                               {ERR_LIB_EVP, EVP_R_UNKNOWN_CIPHER},
                               {ERR_LIB_EVP, EVP_R_UNKNOWN_DIGEST},
                               {ERR_LIB_EVP, EVP_R_UNSUPPORTED_CIPHER},
                               {ERR_LIB_EVP, EVP_R_UNSUPPORTED_PRF},
                               {ERR_LIB_EVP, EVP_R_UNSUPPORTED_KEY_DERIVATION_FUNCTION},
                               {ERR_LIB_PKCS12, PKCS12_R_UNKNOWN_DIGEST_ALGORITHM}});
}

} // namespace mtls::x509
