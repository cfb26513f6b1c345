#pragma once

#include <vector>

#include "certs/x509/named_files.hpp"
#include "probe/cli/options.hpp"

namespace mtls::cli {

/// Every file that the run would read or write, for x509::refuse_shared_files().
[[nodiscard]] std::vector<x509::NamedFile> files_of(const Options& options);

/// The same for a command that reads these files and whose report goes where `output` says.
[[nodiscard]] std::vector<x509::NamedFile> files_of(const Options& output, const std::vector<x509::NamedFile>& read);

} // namespace mtls::cli
