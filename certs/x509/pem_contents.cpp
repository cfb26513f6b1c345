#include <algorithm>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "certs/ossl/error.hpp"
#include "certs/x509/contents.hpp"

namespace mtls::x509 {

namespace {

/// One block as PEM_read_bio() gives it.
struct Block {
    ossl::CharsPtr label;
    ossl::CharsPtr header;
    ossl::BytesPtr data;
    long size = 0;

    Block() = default;
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;

    ~Block() { OPENSSL_cleanse(data.get(), static_cast<std::size_t>(size)); }

    [[nodiscard]] Bytes bytes() const { return {data.get(), static_cast<std::size_t>(size)}; }

    bool read(BIO* from)
    {
        char* raw_label = nullptr;
        char* raw_header = nullptr;
        unsigned char* raw_data = nullptr;
        const bool found = PEM_read_bio(from, &raw_label, &raw_header, &raw_data, &size) == 1;
        if (found) {
            label.reset(raw_label);
            header.reset(raw_header);
            data.reset(raw_data);
        }
        return found;
    }
};

/// pem_password_cb: never prompts.
int copy_passphrase(char* buffer, int size, int /*writing*/, void* secret)
{
    const std::string_view text = static_cast<const Secret*>(secret)->view();
    if (text.size() > static_cast<std::size_t>(size)) {
        return -1;
    }
    std::copy(text.begin(), text.end(), buffer);
    return static_cast<int>(text.size());
}

/// A key with "Proc-Type: 4,ENCRYPTED" (RFC 1421 §4.6) above its base64, decrypted in place.
DecodedKey decode_encrypted_block(Block& block, EVP_CIPHER_INFO& cipher, const Unlock& unlock)
{
    if (!unlock.source.given()) {
        return {std::nullopt, no_passphrase};
    }
    Secret passphrase = unlock.source.read(unlock.what);
    long size = 0;
    auto problem = why_not([&] {
        size = block.size;
        return PEM_do_header(&cipher, block.data.get(), &size, copy_passphrase, &passphrase) == 1;
    });
    if (problem) {
        return {std::nullopt, std::move(*problem)};
    }
    DecodedKey key = decode_traditional(block.bytes().first(static_cast<std::size_t>(size)));
    if (!key.key) {
        key.problem = wrong_passphrase; // one wrong passphrase in 256 ends in plausible padding
    }
    return key;
}

DecodedKey decode_key(Block& block, std::string_view label, const Unlock& unlock)
{
    if (label == PEM_STRING_PKCS8INF) {
        return decode_pkcs8(block.bytes());
    }
    if (label == PEM_STRING_PKCS8) {
        return decode_encrypted_pkcs8(block.bytes(), unlock);
    }
    EVP_CIPHER_INFO cipher{};
    ERR_clear_error();
    const bool understood = PEM_get_EVP_CIPHER_INFO(block.header.get(), &cipher) == 1;
    ERR_clear_error();
    if (!understood) {
        return {std::nullopt, unknown_encryption};
    }
    return cipher.cipher == nullptr ? decode_traditional(block.bytes()) : decode_encrypted_block(block, cipher, unlock);
}

bool is_key(std::string_view label)
{
    return label == PEM_STRING_PKCS8INF || label == PEM_STRING_PKCS8 || label == PEM_STRING_RSA ||
           label == PEM_STRING_DSA || label == PEM_STRING_ECPRIVATEKEY;
}

/// Its trust settings come after the certificate and are of no use here.
std::optional<Certificate> trusted_certificate(Bytes der)
{
    const ossl::ErrorMark quiet;
    const unsigned char* cursor = der.data();
    ossl::X509Ptr certificate{d2i_X509_AUX(nullptr, &cursor, static_cast<long>(der.size()))};
    return certificate ? std::optional{Certificate{std::move(certificate)}} : std::nullopt;
}

void add_block(Contents& contents, Block& block, Keys keys, const Unlock& unlock)
{
    const std::string_view label = block.label.get();
    const bool trusted = label == PEM_STRING_X509_TRUSTED;
    if (label == PEM_STRING_X509 || label == PEM_STRING_X509_OLD || trusted) {
        auto certificate = trusted ? trusted_certificate(block.bytes()) : Certificate::parse(block.bytes());
        if (!certificate) {
            contents.problem =
                "certificate " + std::to_string(contents.certificates.size() + 1) + " in it cannot be parsed";
            return;
        }
        contents.certificates.push_back(std::move(*certificate));
    } else if (label == PEM_STRING_PKCS7 || label == PEM_STRING_PKCS7_SIGNED || label == PEM_STRING_CMS) {
        Contents inner = read_pkcs7(block.bytes());
        std::ranges::move(inner.certificates, std::back_inserter(contents.certificates));
        contents.problem = std::move(inner.problem);
    } else if (is_key(label) && keys == Keys::wanted) {
        DecodedKey key = decode_key(block, label, unlock);
        if (!key.key) {
            contents.problem = std::move(key.problem);
            return;
        }
        contents.keys.push_back(std::move(*key.key));
    } else {
        contents.others.push_back(printable(label));
    }
}

std::size_t line_of(Bytes text, std::size_t offset)
{
    return 1 +
           static_cast<std::size_t>(std::ranges::count(text.first(std::min(offset, text.size())), std::uint8_t{'\n'}));
}

} // namespace

Contents read_pem(Bytes text, Keys keys, const Unlock& unlock)
{
    Contents contents;
    const ossl::BioPtr input{ossl::must(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), "read PEM")};
    ERR_clear_error();
    while (!contents.problem) {
        Block block;
        if (!block.read(input.get())) {
            const auto errors = ossl::take_errors();
            const bool at_end = std::any_of(errors.begin(), errors.end(), [](unsigned long error) {
                return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
            });
            if (!at_end) {
                const std::size_t read = text.size() - BIO_ctrl_pending(input.get());
                contents.problem = "a damaged PEM block that ends near line " + std::to_string(line_of(text, read));
            }
            return contents;
        }
        add_block(contents, block, keys, unlock);
    }
    return contents;
}

} // namespace mtls::x509
