#include "probe/cli/files.hpp"

namespace mtls::cli {

using x509::FileUse;
using x509::NamedFile;

namespace {

/// Files of one list, in one use.
class Collector {
  public:
    template <class Path> void add(const char* name, const std::optional<Path>& path, FileUse use)
    {
        if (path) {
            files_.push_back({name, *path, use});
        }
    }

    void add(const char* name, const std::vector<std::filesystem::path>& paths)
    {
        for (const auto& path : paths) {
            files_.push_back({name, path, FileUse::read});
        }
    }

    void add_report(const Options& options)
    {
        const bool file = options.output && *options.output != "-";
        files_.push_back({file ? "-o" : "stdout", file ? *options.output : x509::standard_output, FileUse::written});
    }

    [[nodiscard]] std::vector<NamedFile> take() { return std::move(files_); }

  private:
    std::vector<NamedFile> files_;
};

} // namespace

std::vector<NamedFile> files_of(const Options& options)
{
    Collector all;
    all.add_report(options);
    all.add("--save-baseline", options.save_baseline, FileUse::written);
    all.add("--save-pcap", options.save_pcap, FileUse::written);
    all.add("--keylog", options.keylog, FileUse::written);
    if (options.fleet) {
        const std::string& list = options.fleet->list;
        all.add("--resume", options.fleet->journal, FileUse::written);
        all.add(list == "-" ? "stdin" : "--targets", std::optional{list == "-" ? x509::standard_input : list},
                FileUse::read);
    }
    for (const auto& candidate : options.candidates) {
        all.add("--cert", std::optional{candidate.certificate}, FileUse::read);
        all.add("--key", candidate.key, FileUse::read);
        all.add("--chain", candidate.chain, FileUse::read);
        all.add("--pass", candidate.passphrase.file(), FileUse::read);
    }
    all.add("--issuer-certs", options.issuer_certificates);
    all.add("--expect-issuers", options.expected_issuers);
    all.add("--iis-bindings", options.iis_bindings, FileUse::read);
    all.add("--baseline", options.baseline, FileUse::read);
    return all.take();
}

std::vector<NamedFile> files_of(const Options& output, const std::vector<NamedFile>& read)
{
    Collector all;
    all.add_report(output);
    auto files = all.take();
    for (const NamedFile& file : read) {
        if (!file.path.empty()) {
            files.push_back({file.name, file.path == "-" ? x509::standard_input : file.path, file.use});
        }
    }
    return files;
}

} // namespace mtls::cli
