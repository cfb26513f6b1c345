#pragma once

#include <pcap/pcap.h>

namespace mtls::capture {

/// The functions of libpcap, loaded when a capture is first read or written. Linked as usual it would bring D-Bus,
/// systemd and seven more libraries into every run, and with them a quarter of the time that a run takes to start.
struct PcapLibrary {
    decltype(&::pcap_open_dead) open_dead = nullptr;
    decltype(&::pcap_fopen_offline) fopen_offline = nullptr;
    decltype(&::pcap_datalink) datalink = nullptr;
    decltype(&::pcap_datalink_val_to_name) datalink_val_to_name = nullptr;
    decltype(&::pcap_next_ex) next_ex = nullptr;
    decltype(&::pcap_geterr) geterr = nullptr;
    decltype(&::pcap_close) close = nullptr;
    decltype(&::pcap_dump_open) dump_open = nullptr;
    decltype(&::pcap_dump) dump = nullptr;
    decltype(&::pcap_dump_file) dump_file = nullptr;
    decltype(&::pcap_dump_flush) dump_flush = nullptr;
    decltype(&::pcap_dump_close) dump_close = nullptr;
};

/// Null if it is not installed.
[[nodiscard]] const PcapLibrary* pcap_library();

/// For a person.
constexpr const char* pcap_is_missing = "libpcap is not installed";

} // namespace mtls::capture
