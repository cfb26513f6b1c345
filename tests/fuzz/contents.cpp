// The first byte says whether keys are wanted, and under which label the rest stands in PEM; or the rest is a file as
// it is: certificates and keys in PEM, DER, PKCS#7, PKCS#12. There is no passphrase.
#include "certs/x509/contents.hpp"

#include <array>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "tests/fuzz/invariant.hpp"
#include "tests/fuzz/safe_text.hpp"

using namespace mtls;

namespace {

x509::Der as_file(x509::Bytes bytes, std::size_t label)
{
    constexpr std::array labels{PEM_STRING_PKCS8INF, PEM_STRING_PKCS8, PEM_STRING_RSA,         PEM_STRING_ECPRIVATEKEY,
                                PEM_STRING_DSA,      PEM_STRING_PKCS7, PEM_STRING_X509_TRUSTED};
    const ossl::BioPtr pem{label == 0 || label > labels.size() ? nullptr : BIO_new(BIO_s_mem())};
    if (!pem ||
        PEM_write_bio(pem.get(), labels.at(label - 1), "", bytes.data(), static_cast<long>(bytes.size())) == 0) {
        return {bytes.begin(), bytes.end()};
    }
    char* text = nullptr;
    const long length = BIO_get_mem_data(pem.get(), &text);
    return {text, text + length};
}

/// Deriving a key takes as long as the file says, up to a bound that is some seconds away.
bool takes_long(x509::Bytes bytes)
{
    const auto* cursor = bytes.data();
    const ossl::Pkcs12Ptr archive{d2i_PKCS12(nullptr, &cursor, static_cast<long>(bytes.size()))};
    const ASN1_INTEGER* rounds = nullptr;
    if (archive) {
        PKCS12_get0_mac(nullptr, nullptr, nullptr, &rounds, archive.get());
    }
    ERR_clear_error();
    return rounds != nullptr && ASN1_INTEGER_get(rounds) > 5000;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const bool wanted = data[0] % 2 == 0;
    x509::FileBytes file;
    file.bytes = as_file({data + 1, size - 1}, data[0] / 2);
    if (takes_long(file.bytes)) {
        return 0;
    }
    const auto contents =
        x509::recognise(std::move(file), "fuzz.pem", wanted ? x509::Keys::wanted : x509::Keys::ignored, {});

    fuzz::invariant(!contents.problem || fuzz::is_safe_text(*contents.problem), "a problem is said in safe text");
    fuzz::invariant(wanted || contents.keys.empty(), "a key that is not wanted is not read");
    for (const auto& other : contents.others) {
        fuzz::invariant(fuzz::is_safe_text(other), "what else there is is named in safe text");
    }
    for (const auto& certificate : contents.certificates) {
        fuzz::invariant(fuzz::is_safe_text(certificate.subject().text()), "a subject is safe");
        for (const auto& key : contents.keys) {
            (void)key.belongs_to(certificate);
        }
    }
    fuzz::invariant(fuzz::is_safe_text(x509::nothing_found("certificate", contents)), "so is what was not found");
    fuzz::invariant(ERR_peek_error() == 0, "no error is left for whoever calls OpenSSL next");
    return 0;
}
