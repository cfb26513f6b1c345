#include "probe/wire/record.hpp"

namespace mtls::wire {
namespace {

std::uint16_t two_bytes(std::uint8_t high, std::uint8_t low)
{
    return static_cast<std::uint16_t>(high << 8U | low);
}

} // namespace

RecordHeader parse_record_header(std::span<const std::uint8_t, RecordHeader::size> bytes)
{
    return {.type = static_cast<ContentType>(bytes[0]),
            .version = static_cast<ProtocolVersion>(two_bytes(bytes[1], bytes[2])),
            .length = two_bytes(bytes[3], bytes[4])};
}

bool is_record(const RecordHeader& header)
{
    return header.type >= ContentType::change_cipher_spec && header.type <= ContentType::application_data &&
           static_cast<unsigned>(header.version) >> 8U == 3;
}

HandshakeHeader parse_handshake_header(std::span<const std::uint8_t, HandshakeHeader::size> bytes)
{
    return {.type = static_cast<HandshakeType>(bytes[0]),
            .length = static_cast<std::uint32_t>(bytes[1]) << 16U | two_bytes(bytes[2], bytes[3])};
}

} // namespace mtls::wire
