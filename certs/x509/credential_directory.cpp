#include <algorithm>
#include <iterator>

#include "certs/x509/credential.hpp"
#include "certs/x509/credential_parts.hpp"
#include "certs/x509/file_bytes.hpp"

namespace mtls::x509 {

namespace {

namespace fs = std::filesystem;

/// A key in a file of its own.
struct KeyFile {
    fs::path path;
    PrivateKey key;
    bool used = false;
};

/// alice.key and alice-key.pem beside alice.pem.
bool is_companion(const fs::path& key, const fs::path& certificate)
{
    const std::string stem = certificate.stem().string();
    return key.stem() == stem || key.stem() == stem + "-key";
}

/// By its public half; else by its name, so that a foreign key beside a certificate shows as what it is.
void find_key(Credential& credential, const fs::path& path, std::vector<KeyFile>& files)
{
    auto found = std::ranges::find_if(files, [&](const KeyFile& file) { return file.key.belongs_to(credential.leaf); });
    if (found == files.end()) {
        found = std::ranges::find_if(files, [&](const KeyFile& file) { return is_companion(file.path, path); });
    }
    if (found != files.end()) {
        credential.key = found->key;
        found->used = true;
    }
}

bool has_leaf(const Contents& contents)
{
    return std::ranges::any_of(contents.certificates, [](const Certificate& each) { return !each.is_ca(); }) ||
           std::ranges::any_of(contents.keys, [&](const PrivateKey& key) {
               return std::ranges::any_of(contents.certificates,
                                          [&](const Certificate& each) { return key.belongs_to(each); });
           });
}

class DirectoryReader {
  public:
    DirectoryReader(const fs::path& directory, const PassphraseSource& passphrase)
    {
        for (const fs::path& path : files_in(directory)) {
            sort_in(path, read_contents(path, Keys::wanted, passphrase));
        }
        for (Credential& credential : found.credentials) {
            if (!credential.key_matches()) {
                find_key(credential, credential.label, keys_);
            }
        }
        drop_copies();
        for (const KeyFile& file : keys_) {
            if (!file.used) {
                skip(file.path, "a private key without its certificate");
            }
        }
        std::ranges::sort(found.skipped, {}, &SkippedFile::path);
    }

    DirectoryCredentials found;

  private:
    void skip(const fs::path& path, std::string reason, SkippedFile::Kind kind = SkippedFile::Kind::other)
    {
        found.skipped.push_back({path.string(), std::move(reason), kind});
    }

    void sort_in(const fs::path& path, Contents contents)
    {
        if (contents.problem) {
            skip(path, *contents.problem, SkippedFile::Kind::unusable);
        } else if (const auto too_many = too_many_credentials(contents)) {
            skip(path, *too_many, SkippedFile::Kind::unusable);
        } else if (has_leaf(contents)) {
            std::ranges::move(credentials_in(path, contents, contents.certificates),
                              std::back_inserter(found.credentials));
        } else if (!contents.certificates.empty()) {
            skip(path, "only CA certificates");
        } else if (contents.keys.empty()) {
            skip(path, nothing_found("certificate", contents));
        } else {
            for (PrivateKey& key : contents.keys) {
                keys_.push_back({path, std::move(key)});
            }
        }
    }

    /// One certificate in several files (alice.pem, alice.p12) is one candidate: the one with a key, then with the
    /// longest chain, then the first.
    void drop_copies()
    {
        const auto better = [](const Credential& left, const Credential& right) {
            return std::pair{left.key_matches(), left.chain.size()} >
                   std::pair{right.key_matches(), right.chain.size()};
        };
        std::vector<Credential> kept;
        for (Credential& credential : found.credentials) {
            const auto same = std::ranges::find(kept, credential.leaf, &Credential::leaf);
            if (same == kept.end()) {
                kept.push_back(std::move(credential));
                continue;
            }
            if (better(credential, *same)) {
                std::swap(credential, *same);
            }
            skip(credential.label, "the same certificate as in " + printable(same->label));
        }
        std::ranges::sort(kept, {}, &Credential::label);
        found.credentials = std::move(kept);
    }

    std::vector<KeyFile> keys_;
};

} // namespace

DirectoryCredentials load_credential_directory(const std::filesystem::path& directory,
                                               const PassphraseSource& passphrase)
{
    return std::move(DirectoryReader{directory, passphrase}.found);
}

} // namespace mtls::x509
