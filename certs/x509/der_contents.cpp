#include <algorithm>

#include <openssl/err.h>

#include "certs/ossl/error.hpp"
#include "certs/x509/contents.hpp"
#include "certs/x509/der.hpp"

namespace mtls::x509 {

namespace {

/// Null if the bytes are not a T. BER is fine, as Java and Windows write it.
template <class Owner, class Decode> Owner decode(Decode d2i, Bytes der)
{
    const ossl::ErrorMark quiet;
    const unsigned char* cursor = der.data();
    return Owner{d2i(nullptr, &cursor, static_cast<long>(der.size()))};
}

Certificate shared(X509* certificate)
{
    X509_up_ref(certificate);
    return Certificate{ossl::X509Ptr{certificate}};
}

void add_all(Contents& contents, const STACK_OF(X509) * certificates)
{
    for (int i = 0; i < sk_X509_num(certificates); ++i) {
        contents.certificates.push_back(shared(sk_X509_value(certificates, i)));
    }
}

const STACK_OF(X509) * certificates_of(const PKCS7* message)
{
    if (PKCS7_type_is_signed(message)) {
        return message->d.sign == nullptr ? nullptr : message->d.sign->cert;
    }
    if (PKCS7_type_is_signedAndEnveloped(message)) {
        return message->d.signed_and_enveloped == nullptr ? nullptr : message->d.signed_and_enveloped->cert;
    }
    return nullptr;
}

void add_key(Contents& contents, Keys keys, DecodedKey key)
{
    if (keys == Keys::ignored) {
        contents.others.emplace_back("private key");
    } else if (key.key) {
        contents.keys.push_back(std::move(*key.key));
    } else {
        contents.problem = std::move(key.problem);
    }
}

/// One or two bytes of line end after a DER file, left by a transfer as text, do no harm.
Bytes without_line_end(Bytes der)
{
    ElementReader elements{der};
    const auto first = elements.next();
    if (first && der.size() - first->whole.size() <= 2) {
        const Bytes rest = der.subspan(first->whole.size());
        return std::ranges::all_of(rest, [](std::uint8_t byte) { return byte == '\r' || byte == '\n'; }) ? first->whole
                                                                                                         : der;
    }
    return der;
}

/// PKCS12_parse() with what it makes owned.
struct Archive {
    ossl::EvpPkeyPtr key;
    ossl::X509Ptr leaf;
    ossl::CertificatesPtr others;

    bool parse(PKCS12* archive, const char* passphrase)
    {
        EVP_PKEY* raw_key = nullptr;
        X509* raw_leaf = nullptr;
        STACK_OF(X509)* raw_others = nullptr;
        const bool opened = PKCS12_parse(archive, passphrase, &raw_key, &raw_leaf, &raw_others) == 1;
        if (opened) {
            key.reset(raw_key);
            leaf.reset(raw_leaf);
            others.reset(raw_others);
        }
        return opened;
    }
};

} // namespace

Contents read_pkcs7(Bytes der)
{
    Contents contents;
    const auto message = decode<ossl::Pkcs7Ptr>(d2i_PKCS7, der);
    if (!message) {
        contents.problem = "a damaged PKCS#7 object";
        return contents;
    }
    add_all(contents, certificates_of(message.get()));
    return contents;
}

Contents read_pkcs12(PKCS12* archive, const Unlock& unlock)
{
    Contents contents;
    Rounds rounds;
    rounds.add(archive);
    contents.problem = rounds.problem();
    if (contents.problem) {
        return contents;
    }
    ERR_clear_error();
    // Without a MAC nothing tells beforehand whether a passphrase is wanted: one that is given is used, and does no
    // harm where nothing is encrypted.
    const bool has_mac = PKCS12_mac_present(archive) == 1;
    const bool opens_with_nothing = has_mac && PKCS12_verify_mac(archive, nullptr, 0) == 1;
    const bool open_door = opens_with_nothing || (has_mac && PKCS12_verify_mac(archive, "", 0) == 1);
    ERR_clear_error();
    if (has_mac && !open_door && !unlock.source.given()) {
        contents.problem = no_passphrase;
        return contents;
    }
    const Secret passphrase = unlock.source.given() && !open_door ? unlock.source.read(unlock.what) : Secret{};
    // PKCS12_parse takes a passphrase only where there is a MAC to check it with.
    if (!has_mac && !passphrase.view().empty() &&
        PKCS12_set_mac(archive, passphrase.view().data(), -1, nullptr, 0, 1, nullptr) != 1) {
        ERR_clear_error();
        contents.problem = "a damaged PKCS#12 file";
        return contents;
    }
    Archive found;
    std::optional<std::string> too_many;
    contents.problem = why_not([&] {
        Rounds all = rounds;
        all.add_hidden(archive, !passphrase.view().empty()       ? passphrase.view().data()
                                : has_mac && !opens_with_nothing ? ""
                                                                 : nullptr);
        too_many = all.problem();
        return too_many || found.parse(archive, passphrase.view().data());
    });
    if (too_many) {
        contents.problem = std::move(too_many);
        return contents;
    }
    if (contents.problem) {
        if (contents.problem == wrong_passphrase && !unlock.source.given()) {
            contents.problem = no_passphrase;
        }
        return contents;
    }
    if (found.key) {
        contents.keys.emplace_back(std::move(found.key));
    }
    if (found.leaf) {
        contents.certificates.emplace_back(std::move(found.leaf));
    }
    add_all(contents, found.others.get());
    return contents;
}

Contents read_der(Bytes bytes, Keys keys, const Unlock& unlock)
{
    const Bytes der = without_line_end(bytes);
    Contents contents;
    if (auto certificate = Certificate::parse(der)) {
        contents.certificates.push_back(std::move(*certificate));
    } else if (decode<ossl::Pkcs8Ptr>(d2i_PKCS8_PRIV_KEY_INFO, der)) {
        add_key(contents, keys, decode_pkcs8(der));
    } else if (decode<ossl::X509SigPtr>(d2i_X509_SIG, der)) {
        add_key(contents, keys, keys == Keys::wanted ? decode_encrypted_pkcs8(der, unlock) : DecodedKey{});
    } else if (decode<ossl::Pkcs7Ptr>(d2i_PKCS7, der)) {
        contents = read_pkcs7(der);
    } else if (const auto archive = decode<ossl::Pkcs12Ptr>(d2i_PKCS12, der)) {
        contents = read_pkcs12(archive.get(), unlock);
    } else if (auto key = decode_traditional(der); key.key) {
        add_key(contents, keys, std::move(key));
    } else if (decode<ossl::X509CrlPtr>(d2i_X509_CRL, der)) {
        contents.others.emplace_back("X509 CRL");
    } else {
        contents.problem = "neither PEM nor DER of a certificate, key, PKCS#7 or PKCS#12";
    }
    return contents;
}

} // namespace mtls::x509
