#include "probe/capture/pcap_library.hpp"

#include <optional>
#include <type_traits>

#include <dlfcn.h>

namespace mtls::capture {

namespace {

std::optional<PcapLibrary> load()
{
    void* library = nullptr;
    for (const char* name :
         {"libpcap.so.0.8", "libpcap.so.1", "libpcap.so"}) { // Debian's, others', the development file
        library = library == nullptr ? dlopen(name, RTLD_NOW | RTLD_LOCAL) : library;
    }
    if (library == nullptr) {
        return std::nullopt;
    }
    bool whole = true;
    const auto find = [&](const char* name, auto& function) {
        void* const found = dlsym(library, name);
        whole = whole && found != nullptr;
        function = reinterpret_cast<std::decay_t<decltype(function)>>(found);
    };
    PcapLibrary pcap;
    find("pcap_open_dead", pcap.open_dead);
    find("pcap_fopen_offline", pcap.fopen_offline);
    find("pcap_datalink", pcap.datalink);
    find("pcap_datalink_val_to_name", pcap.datalink_val_to_name);
    find("pcap_next_ex", pcap.next_ex);
    find("pcap_geterr", pcap.geterr);
    find("pcap_close", pcap.close);
    find("pcap_dump_open", pcap.dump_open);
    find("pcap_dump", pcap.dump);
    find("pcap_dump_file", pcap.dump_file);
    find("pcap_dump_flush", pcap.dump_flush);
    find("pcap_dump_close", pcap.dump_close);
    return whole ? std::optional{pcap} : std::nullopt;
}

} // namespace

const PcapLibrary* pcap_library()
{
    static const std::optional<PcapLibrary> library = load();
    return library ? &*library : nullptr;
}

} // namespace mtls::capture
