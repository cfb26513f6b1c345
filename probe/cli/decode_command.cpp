#include <algorithm>
#include <string>
#include <utility>

#include "certs/x509/config_error.hpp"
#include "probe/cli/command_line.hpp"
#include "probe/cli/commands.hpp"
#include "probe/cli/decode_file.hpp"
#include "probe/cli/decode_output.hpp"
#include "probe/cli/files.hpp"
#include "probe/cli/output.hpp"
#include "probe/report/json_text.hpp"

namespace mtls::cli {

namespace {

const std::map<std::string, wire::ProtocolVersion> versions{{"1.0", wire::ProtocolVersion::tls10},
                                                            {"1.1", wire::ProtocolVersion::tls11},
                                                            {"1.2", wire::ProtocolVersion::tls12},
                                                            {"1.3", wire::ProtocolVersion::tls13}};

int exit_code(const explain::Decoding& decoding)
{
    constexpr int malformed = 2;
    constexpr int nothing_found = 3;
    const auto& requests = decoding.requests;
    if (std::any_of(requests.begin(), requests.end(), is_faulty)) {
        return malformed;
    }
    const bool all_cut = std::all_of(requests.begin(), requests.end(), is_cut);
    return all_cut ? nothing_found : 0;
}

} // namespace

int run_decode(int argc, const char* const* argv)
{
    CLI::App app{
        "Reads CertificateRequests out of a file and prints them as a report does. The file is a capture (pcap,\n"
        "pcapng), or holds hex (with any separators, a dump of Wireshark, xxd or openssl s_client -msg), base64\n"
        "or binary, of the message's body, the handshake message or TLS records. In TLS 1.3 a request is\n"
        "encrypted: --keylog opens it.\n"
        "Exit code: 0 well-formed, 2 malformed, 3 no (whole) request found, or what is there cannot be read as one.",
        "mtls-probe decode"};
    std::string path;
    std::string version;
    std::string keylog;
    Options output;
    app.add_option("FILE", path, "- is stdin")->required()->option_text(" ");
    choice(app.add_option("--tls", version, "read it as this version's (default: the one that fits)"), versions);
    app.add_option("--keylog", keylog, "secrets to decrypt TLS 1.3 with, in the format of SSLKEYLOGFILE")
        ->option_text("FILE");
    const OutputWords words{app};
    app.add_flag("-v,--verbose", output.verbose, "every name of a long list");
    app.formatter(std::make_shared<CompactHelp>());
    if (const auto done = parse_words(app, argc, argv)) {
        return *done;
    }
    words.take(output);

    x509::refuse_shared_files(
        files_of(output, {{"the input", path, x509::FileUse::read}, {"--keylog", keylog, x509::FileUse::read}}));
    const auto decoding = decode_file(path, version.empty() ? std::nullopt : std::optional{versions.at(version)},
                                      keylog.empty() ? explain::SessionSecrets{} : read_secrets(keylog));
    if (!decoding.problem.empty()) {
        throw x509::ConfigError{"decode " + x509::printable(path) + ": " + x509::printable(decoding.problem)};
    }
    write_report(output, output.format == Format::json
                             ? report::json_text(decoding_json(decoding), report::JsonShape::indented) + "\n"
                             : decoding_text(decoding, text_style(output)));
    return exit_code(decoding);
}

} // namespace mtls::cli
