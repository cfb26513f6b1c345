// A configuration of mtls-exporter. The files that it names are not there.
#include <algorithm>
#include <string_view>

#include "probe/exporter/config.hpp"

#include "certs/x509/config_error.hpp"
#include "tests/fuzz/invariant.hpp"
#include "tests/fuzz/safe_text.hpp"

using namespace mtls;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (text.find("/dev/") != text.npos || text.find("/proc/") != text.npos) {
        return 0; // some of these never end
    }
    try {
        const auto config = exporter::parse_config(text, "/nowhere/fuzz.toml");
        fuzz::invariant(!config->modules.empty(), "there is a module");
        fuzz::invariant(config->concurrency >= 1 && config->concurrency <= 256, "as many probes as it bears");
    } catch (const x509::ConfigError& error) { // any other exception is a finding
        std::string_view said = error.what();
        fuzz::invariant(!said.empty(), "a mistake is said");
        while (!said.empty()) {
            const std::string_view line = said.substr(0, said.find('\n'));
            said.remove_prefix(std::min(line.size() + 1, said.size()));
            fuzz::invariant(fuzz::is_safe_text(line), "each mistake is said in safe text, on a line of its own");
        }
    }
    return 0;
}
