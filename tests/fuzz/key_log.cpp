// A key log; behind a line that holds `---`, the records of a TLS 1.3 server that its first secrets may open.
#include "probe/explain/session_secrets.hpp"

#include <algorithm>
#include <string_view>

#include "tests/fuzz/invariant.hpp"

using namespace mtls;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view whole{reinterpret_cast<const char*>(data), size};
    constexpr std::string_view line = "\n---\n";
    const auto end = std::min(whole.find(line), size);
    const auto secrets = explain::SessionSecrets::parse({data, end});
    if (!secrets) {
        return 0;
    }
    fuzz::invariant(!secrets->find(explain::ClientRandom{}) || whole.find("00000000") != whole.npos,
                    "nobody is known who was not named");
    if (end == size || secrets->empty()) {
        return 0;
    }
    const auto behind = std::min(end + line.size(), size);
    const std::span records{data + behind, size - behind};
    explain::ServerSecrets keys;
    keys.handshake.assign(32, 0x2a);
    keys.application.assign(48, 0x2a);
    if (const auto messages = explain::decrypted_handshake(records, keys)) {
        fuzz::invariant(messages->size() <= records.size(), "what is protected is longer than what it protects");
    }
    return 0;
}
