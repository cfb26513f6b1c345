#include "probe/cli/decode_file.hpp"

#include <array>
#include <fstream>
#include <utility>
#include <vector>

#include "certs/x509/config_error.hpp"
#include "certs/x509/file_bytes.hpp"

namespace mtls::cli {

bool is_capture_file(const std::filesystem::path& path)
{
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
        return false;
    }
    std::array<char, 4> start{};
    std::ifstream file{path, std::ios::binary};
    file.read(start.data(), start.size());
    return capture::is_capture(std::vector<std::uint8_t>{start.begin(), start.begin() + file.gcount()});
}

explain::SessionSecrets read_secrets(const std::filesystem::path& path)
{
    const auto file = x509::read_file(path);
    if (file.problem) {
        throw x509::ConfigError{x509::read_error(path, *file.problem)};
    }
    auto secrets = explain::SessionSecrets::parse(file.bytes);
    if (!secrets) {
        throw x509::ConfigError{x509::read_error(path, "no line of a key log in it")};
    }
    return std::move(*secrets);
}

void refuse_needless(const std::filesystem::path& path, std::span<const std::uint8_t> bytes,
                     const explain::SessionSecrets& secrets)
{
    if (!secrets.empty() && !capture::is_capture(bytes)) {
        throw x509::ConfigError{"decode " + x509::printable(path.string()) +
                                ": --keylog is for captures, and this is none"};
    }
}

explain::Decoding decode_file(const std::filesystem::path& path, std::optional<wire::ProtocolVersion> version,
                              explain::SessionSecrets secrets)
{
    if (is_capture_file(path)) {
        explain::CaptureDecoder decoder{version, std::move(secrets)};
        return decoder.finish(capture::read_capture(
            path, [&](const capture::Conversation& conversation) { decoder.take(conversation); }));
    }
    const auto file = x509::read_file(path == "-" ? "/dev/stdin" : path);
    if (file.problem) {
        throw x509::ConfigError{x509::read_error(path, *file.problem)};
    }
    refuse_needless(path, file.bytes, secrets);
    return decode_bytes(file.bytes, version, std::move(secrets));
}

explain::Decoding decode_bytes(std::span<const std::uint8_t> bytes, std::optional<wire::ProtocolVersion> version,
                               explain::SessionSecrets secrets)
{
    if (!capture::is_capture(bytes)) {
        return explain::decode(bytes, version);
    }
    explain::CaptureDecoder decoder{version, std::move(secrets)};
    return decoder.finish(
        capture::read_capture(bytes, [&](const capture::Conversation& conversation) { decoder.take(conversation); }));
}

} // namespace mtls::cli
