#include "probe/cli/saved_traffic.hpp"

#include <chrono>

#include "certs/x509/config_error.hpp"
#include "certs/x509/name.hpp"

namespace mtls::cli {

using Side = capture::CaptureWriter::Side;
using Ending = capture::CaptureWriter::Ending;
using Clock = std::chrono::system_clock;

SavedTraffic::SavedTraffic(std::filesystem::path path) : path_{std::move(path)}, writer_{path_}
{
    finish();
}

void SavedTraffic::finish()
{
    if (const std::string problem = writer_.problem(); !problem.empty()) {
        throw x509::ConfigError{"write the capture " + x509::printable(path_.string()) + ": " + problem};
    }
}

std::size_t SavedTraffic::opened(const End& local, const End& remote)
{
    const auto client = capture::endpoint_of(local.address, local.port);
    const auto server = capture::endpoint_of(remote.address, remote.port);
    return writer_.open(client.value(), server.value(), Clock::now()); // a socket's: they are addresses
}

void SavedTraffic::sent(std::size_t connection, std::span<const std::uint8_t> bytes)
{
    writer_.data(connection, Side::client, bytes, Clock::now());
}

void SavedTraffic::received(std::size_t connection, std::span<const std::uint8_t> bytes)
{
    writer_.data(connection, Side::server, bytes, Clock::now());
}

void SavedTraffic::peer_closed(std::size_t connection)
{
    writer_.end(connection, Side::server, Ending::fin, Clock::now());
}

void SavedTraffic::peer_reset(std::size_t connection)
{
    writer_.end(connection, Side::server, Ending::reset, Clock::now());
}

void SavedTraffic::closed(std::size_t connection)
{
    writer_.end(connection, Side::client, Ending::fin, Clock::now());
}

} // namespace mtls::cli
