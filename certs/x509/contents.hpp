#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "certs/x509/file_bytes.hpp"
#include "certs/x509/key_decoding.hpp"

namespace mtls::x509 {

/// What a file holds, in its order. Failures are values here: in a directory they are ordinary.
struct Contents {
    std::vector<Certificate> certificates;
    std::vector<PrivateKey> keys;
    std::vector<std::string> others;    ///< what else was seen, e.g. "X509 CRL"
    std::optional<std::string> problem; ///< why the file cannot be used; the rest is then incomplete
};

/// Keys that are not wanted are not decrypted.
enum class Keys { wanted, ignored };

/// Reads a file and recognises by its bytes what it is: PEM (anything around the blocks, a byte order mark, also UTF-16
/// as PowerShell writes it), DER of a certificate, a key, PKCS#7, PKCS#12. Throws ConfigError only for the passphrase's
/// source.
[[nodiscard]] Contents read_contents(const std::filesystem::path& path, Keys keys, const PassphraseSource& passphrase);

/// The same for bytes that were read before; `path` is what a prompt for the passphrase names.
[[nodiscard]] Contents recognise(FileBytes file, const std::filesystem::path& path, Keys keys,
                                 const PassphraseSource& passphrase);

/// The same for what names or issues others (an expectation, a store, a chain): there is no passphrase for it, and so
/// no PKCS#12 file that wants one.
[[nodiscard]] Contents recognise_certificates(FileBytes file, const std::filesystem::path& path);

/// The PEM blocks in `text`.
[[nodiscard]] Contents read_pem(Bytes text, Keys keys, const Unlock& unlock);

/// One DER (or BER) object.
[[nodiscard]] Contents read_der(Bytes der, Keys keys, const Unlock& unlock);

/// The certificates of a PKCS#7 file or block (.p7b).
[[nodiscard]] Contents read_pkcs7(Bytes der);

/// The first key and all certificates of a PKCS#12 file; with Keys::ignored, too, it takes the passphrase.
[[nodiscard]] Contents read_pkcs12(PKCS12* archive, const Unlock& unlock);

/// "no certificate in it (only: X509 CRL)".
[[nodiscard]] std::string nothing_found(std::string_view wanted, const Contents& contents);

} // namespace mtls::x509
