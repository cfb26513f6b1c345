#pragma once

#include <filesystem>

#include "probe/capture/capture_writer.hpp"
#include "probe/net/traffic.hpp"

namespace mtls::cli {

/// The probe's own connections as a capture: `--save-pcap`. No key log goes into it.
class SavedTraffic : public net::TrafficLog {
  public:
    /// Throws x509::ConfigError if the file cannot be made.
    explicit SavedTraffic(std::filesystem::path path);

    /// Throws x509::ConfigError if the file is not whole.
    void finish();

    [[nodiscard]] std::size_t opened(const End& local, const End& remote) override;
    void sent(std::size_t connection, std::span<const std::uint8_t> bytes) override;
    void received(std::size_t connection, std::span<const std::uint8_t> bytes) override;
    void peer_closed(std::size_t connection) override;
    void peer_reset(std::size_t connection) override;
    void closed(std::size_t connection) override;

  private:
    std::filesystem::path path_;
    capture::CaptureWriter writer_;
};

} // namespace mtls::cli
