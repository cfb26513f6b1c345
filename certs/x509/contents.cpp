#include "certs/x509/contents.hpp"

#include <algorithm>
#include <array>

#include <openssl/crypto.h>

#include "certs/ossl/error.hpp"
#include "certs/x509/file_bytes.hpp"

namespace mtls::x509 {

namespace {

constexpr std::array<std::uint8_t, 3> utf8_mark{0xef, 0xbb, 0xbf};
constexpr std::array<std::uint8_t, 2> utf16_mark{0xff, 0xfe};

bool starts_with(Bytes bytes, Bytes mark)
{
    return bytes.size() >= mark.size() && std::ranges::equal(bytes.first(mark.size()), mark);
}

/// The low bytes of UTF-16LE: all there is in PEM.
void narrow(Der& bytes)
{
    std::size_t used = 0;
    for (std::size_t i = utf16_mark.size(); i < bytes.size(); i += 2) {
        bytes[used++] = bytes[i];
    }
    OPENSSL_cleanse(bytes.data() + used, bytes.size() - used);
    bytes.resize(used);
}

bool has_pem_block(Bytes bytes)
{
    const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    return text.find("-----BEGIN ") != std::string_view::npos;
}

} // namespace

Contents read_contents(const std::filesystem::path& path, Keys keys, const PassphraseSource& passphrase)
{
    FileBytes file = read_file(path);
    if (file.problem) {
        return {{}, {}, {}, file.problem};
    }
    return recognise(std::move(file), path, keys, passphrase);
}

Contents recognise(FileBytes file, const std::filesystem::path& path, Keys keys, const PassphraseSource& passphrase)
{
    const Unlock unlock{passphrase, path.string()};
    if (starts_with(file.bytes, utf16_mark)) {
        narrow(file.bytes);
    }
    Bytes bytes{file.bytes};
    if (starts_with(bytes, utf8_mark)) {
        bytes = bytes.subspan(utf8_mark.size());
    }
    return has_pem_block(bytes) ? read_pem(bytes, keys, unlock) : read_der(bytes, keys, unlock);
}

Contents recognise_certificates(FileBytes file, const std::filesystem::path& path)
{
    if (file.problem) {
        return {{}, {}, {}, file.problem};
    }
    Contents contents = recognise(std::move(file), path, Keys::ignored, {});
    if (contents.problem == no_passphrase) {
        contents.problem = "encrypted, and certificates alone need no passphrase: save them as PEM (openssl pkcs12 "
                           "-nokeys -in FILE -out CERTIFICATES.pem), DER or PKCS#7";
    }
    return contents;
}

std::string nothing_found(std::string_view wanted, const Contents& contents)
{
    std::string text = "no " + std::string{wanted} + " in it";
    std::vector<std::string> seen = contents.others;
    if (!contents.keys.empty()) {
        seen.emplace_back("private key");
    }
    if (!contents.certificates.empty()) {
        seen.emplace_back("certificate");
    }
    for (std::size_t i = 0; i < seen.size(); ++i) {
        text += (i == 0 ? " (only: " : ", ") + seen[i];
    }
    return seen.empty() ? text : text + ")";
}

} // namespace mtls::x509
