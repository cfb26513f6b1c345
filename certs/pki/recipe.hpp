#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certs/x509/name.hpp"

/// A hierarchy of certificates as data (TOML), issued at run time: no key is ever stored in the project.
namespace mtls::pki {

enum class Role { authority, server, client };

/// One certificate to issue. In TOML a table of `[[authority]]`, `[[server]]` or `[[client]]` (in a scenario
/// `[[pki.authority]]` and so on; harness/scenarios/FORMAT.md):
///     name = "alice"                        # how others refer to it, and its file name
///     subject = "CN=Alice,O=Example,C=DE"   # RFC 4514; default CN=<name>
///     subject_der = "3011..."               # hex instead of subject: one DER Name that OpenSSL puts in a certificate
///     string_type = "utf8"                  # utf8 | printable | bmp | t61 | ia5: type of all subject values
///     issuer = "intermediate"               # absent: self-signed
///     same_key_as = "root"                  # cross-signing: the key of that earlier entry (then no `key`)
///     key = "ec-p256"                       # rsa-2048 | rsa-3072 | rsa-1024 | ec-p256 | ec-p384 | ed25519
///     digest = "sha256"                     # sha1 | sha256 | sha384 | sha512: what the issuer signs with
///     not_before = "-1d"                    # relative to the moment of issue: s, m, h, d, y (365 days)
///     not_after = "365d"                    # authorities: "10y"
///     names = ["localhost", "127.0.0.1"]    # subjectAltName (servers: localhost, 127.0.0.1, ::1)
///     usage = ["clientAuth"]                # EKU: names of RFC 5280 or OIDs; clients clientAuth, servers serverAuth,
///                                           # authorities none; [] = no extension
///     key_usage = ["digitalSignature"]      # default by role; [] = no extension
///     path_length = 0                       # authorities only; absent = no limit
///     leaf_only = true                      # clients only: write no chain into the credential's file
///     crl_url = "http://..."                # CRL distribution point
/// An Entry made by parse_recipe() has all defaults filled in.
struct Entry {
    Role role = Role::client;
    std::string name;
    std::string subject;
    std::optional<x509::Der> subject_der;
    std::string string_type = "utf8";
    std::optional<std::string> issuer;
    std::optional<std::string> same_key_as;
    std::string key = "ec-p256";
    std::string digest = "sha256";
    std::chrono::seconds not_before{0};
    std::chrono::seconds not_after{0};
    std::vector<std::string> names;
    std::vector<std::string> usage;
    std::vector<std::string> key_usage;
    std::optional<int> path_length;
    bool leaf_only = false;
    std::optional<std::string> crl_url;
};

/// `[[crl]]`: name = "intermediate", issuer = "intermediate", revoked = ["mallory"], next_update = "7d".
struct CrlEntry {
    std::string name;
    std::string issuer;
    std::vector<std::string> revoked;
    std::chrono::seconds next_update{0};
};

/// What is to be issued, in the order of the file.
struct Recipe {
    std::vector<Entry> entries; ///< issuers before what they issue
    std::vector<CrlEntry> crls;
};

/// Reads a recipe. An unknown key, a bad value, a duplicate name, an issuer that is not defined above: all that is
/// wrong is told in one FileError. (Authorities count as above servers, and servers as above clients.) Issuers and keys
/// may also be those of `base`, for a recipe that will be merged into it.
[[nodiscard]] Recipe parse_recipe(std::string_view toml, std::string_view source, const Recipe& base = {});

/// The recipe that every scenario starts from (documented in standard.toml beside this file): `root`, `intermediate`
/// (under root), `other-root`, `other-intermediate`, `cross` (intermediate's name and key signed by other-root, so not
/// self-signed), public-looking roots `public-root-1`...`public-root-6` of different organisations; servers `server`
/// (localhost) ; clients `alice` (good, RSA, with chain), `alice-ec`, `alice-ed25519`, `alice-leaf-only`,
/// `mallory` (other-intermediate), `expired`, `not-yet-valid`, `server-usage` (no clientAuth), `no-usage` (no EKU),
/// `revoked`; CRLs `intermediate` and `root`.
[[nodiscard]] const Recipe& standard_recipe();

/// `base` with the entries of `extra` added; an entry of the same name replaces the one in `base`. Issuers come before
/// what they issue again.
[[nodiscard]] Recipe merge(Recipe base, const Recipe& extra);

} // namespace mtls::pki
