#include "certs/x509/key_protection.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <openssl/err.h>
#include <openssl/pemerr.h>
#include <openssl/proverr.h>

#include "certs/ossl/error.hpp"
#include "certs/ossl/pkcs12_handles.hpp"
#include "certs/x509/contents.hpp"

using namespace mtls;
using namespace mtls::x509;

namespace {

using AlgorithmPtr = ossl::Handle<X509_ALGOR, X509_ALGOR_free>;

std::optional<std::string> said_of(X509_ALGOR* scheme)
{
    const AlgorithmPtr owned{scheme};
    Rounds rounds;
    rounds.add(owned.get());
    return rounds.problem();
}

std::optional<std::string> said_of_pbkdf2(int rounds)
{
    return said_of(PKCS5_pbe2_set(EVP_aes_256_cbc(), rounds, nullptr, 0));
}

std::optional<std::string> said_of_scrypt(std::uint64_t n, std::uint64_t r, std::uint64_t p)
{
    const AlgorithmPtr derivation{PKCS5_pbe2_set(EVP_aes_256_cbc(), 1, nullptr, 0)};
    const ossl::Pbe2ParamPtr parts{
        static_cast<PBE2PARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), derivation->parameter))};
    const ossl::ScryptParamsPtr cost{SCRYPT_PARAMS_new()};
    ASN1_INTEGER_set_uint64(cost->costParameter, n);
    ASN1_INTEGER_set_uint64(cost->blockSize, r);
    ASN1_INTEGER_set_uint64(cost->parallelizationParameter, p);
    parts->keyfunc->algorithm = OBJ_nid2obj(NID_id_scrypt);
    ASN1_TYPE_pack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), cost.get(), &parts->keyfunc->parameter);
    ASN1_TYPE_pack_sequence(ASN1_ITEM_rptr(PBE2PARAM), parts.get(), &derivation->parameter);
    Rounds rounds;
    rounds.add(derivation.get());
    return rounds.problem();
}

/// A PKCS#12 file that anybody opens, with a key in a part that is encrypted as a whole.
ossl::Pkcs12Ptr archive_with_hidden_key(int rounds)
{
    ossl::X509SigPtr key{X509_SIG_new()};
    X509_ALGOR* scheme = nullptr;
    X509_SIG_getm(key.get(), &scheme, nullptr);
    PKCS5_pbe_set0_algor(scheme, NID_pbe_WithSHA1And3_Key_TripleDES_CBC, rounds, nullptr, 0);
    const ossl::Pkcs12BagsPtr bags{sk_PKCS12_SAFEBAG_new_null()};
    sk_PKCS12_SAFEBAG_push(bags.get(), PKCS12_SAFEBAG_create0_pkcs8(key.release()));
    const ossl::Pkcs12SafesPtr safes{sk_PKCS7_new_null()};
    sk_PKCS7_push(safes.get(),
                  PKCS12_pack_p7encdata(NID_pbe_WithSHA1And3_Key_TripleDES_CBC, "", -1, nullptr, 0, 1, bags.get()));
    ossl::Pkcs12Ptr archive{PKCS12_init(NID_pkcs7_data)};
    PKCS12_pack_authsafes(archive.get(), safes.get());
    PKCS12_set_mac(archive.get(), "", -1, nullptr, 0, 1, nullptr);
    return archive;
}

unsigned long error(int library, int reason)
{
    return ERR_PACK(library, 0, reason);
}

} // namespace

TEST_CASE("ten million rounds of key derivation are begun, and one more is not")
{
    CHECK_FALSE(said_of_pbkdf2(10'000'000));
    CHECK(said_of_pbkdf2(10'000'001).value().starts_with("its passphrase protection asks for 10000001 rounds, more "));
    CHECK_FALSE(said_of(PKCS5_pbe_set(NID_pbeWithMD5AndDES_CBC, 10'000'000, nullptr, 0)));
    CHECK(said_of(PKCS5_pbe_set(NID_pbeWithMD5AndDES_CBC, 10'000'001, nullptr, 0)));
}

TEST_CASE("the rounds of scrypt are the product of its parameters, however large")
{
    constexpr std::uint64_t huge = std::uint64_t{1} << 63U;

    CHECK_FALSE(said_of_scrypt(1U << 17U, 8, 1));
    CHECK(said_of_scrypt(1U << 20U, 8, 2).value().find(" 16777216 rounds,") != std::string::npos);
    CHECK(said_of_scrypt(1U << 15U, 1, 1U << 15U).value().find(" 1073741824 rounds,") != std::string::npos);
    CHECK(said_of_scrypt(huge, huge, huge).value().find(" 9223372036854775807 rounds or more,") != std::string::npos);
    CHECK(said_of_scrypt(16384, 8, 0) == "damaged: its passphrase protection asks for 0 rounds");
}

TEST_CASE("rounds of a key within an encrypted part of a PKCS#12 file count, too")
{
    const PassphraseSource none;
    const auto modest = read_pkcs12(archive_with_hidden_key(1000).get(), {none, "a.p12"});
    const auto costly = read_pkcs12(archive_with_hidden_key(10'000'000).get(), {none, "a.p12"});

    CHECK(modest.problem.value().find("rounds") == std::string::npos); // there is no key behind the protection
    CAPTURE(costly.problem.value());
    CHECK(costly.problem.value().starts_with("its passphrase protection asks for 10000001 rounds, "));
}

TEST_CASE("only what a wrong passphrase leads to is called one")
{
    struct Row {
        std::vector<unsigned long> errors;
        std::string said;
    };

    const std::string refused = "OpenSSL refuses its protection, whatever the passphrase is";
    const std::vector<Row> rows{
        {{error(ERR_LIB_PROV, PROV_R_BAD_DECRYPT)}, wrong_passphrase},
        {{error(ERR_LIB_PROV, PROV_R_BAD_DECRYPT), error(ERR_LIB_PKCS12, PKCS12_R_PKCS12_CIPHERFINAL_ERROR)},
         wrong_passphrase},
        {{error(ERR_LIB_EVP, EVP_R_BAD_DECRYPT)}, wrong_passphrase},
        {{error(ERR_LIB_PEM, PEM_R_BAD_DECRYPT)}, wrong_passphrase},
        {{error(ERR_LIB_ASN1, ASN1_R_WRONG_TAG), error(ERR_LIB_PKCS12, PKCS12_R_DECODE_ERROR)}, wrong_passphrase},
        {{error(ERR_LIB_PKCS12, PKCS12_R_MAC_VERIFY_FAILURE)}, wrong_passphrase},
        {{error(ERR_LIB_EVP, ERR_R_UNSUPPORTED)}, unknown_encryption},
        {{error(ERR_LIB_EVP, EVP_R_MEMORY_LIMIT_EXCEEDED), error(ERR_LIB_EVP, EVP_R_ILLEGAL_SCRYPT_PARAMETERS)},
         refused + " (memory limit exceeded): where the key was made, "},
        {{error(ERR_LIB_PROV, PROV_R_INVALID_ITERATION_COUNT)}, refused + " (invalid iteration count): "},
        {{error(ERR_LIB_PKCS12, PKCS12_R_KEY_GEN_ERROR), error(ERR_LIB_PKCS12, PKCS12_R_MAC_GENERATION_ERROR),
          error(ERR_LIB_PKCS12, PKCS12_R_MAC_VERIFY_FAILURE)},
         refused + " (key gen error): "},
        {{error(ERR_LIB_PKCS12, PKCS12_R_PARSE_ERROR)}, "damaged (parse error)"},
        {{}, "damaged"},
    };

    for (const Row& row : rows) {
        CAPTURE(row.said);
        CHECK(why_locked(row.errors).starts_with(row.said));
    }
}
