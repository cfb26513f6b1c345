// A line of a target list, and what else may stand where a target is meant.
#include "probe/exporter/allow_list.hpp"
#include "probe/fleet/target_line.hpp"
#include "probe/net/proxy.hpp"

#include "tests/fuzz/invariant.hpp"
#include "tests/fuzz/safe_text.hpp"

using namespace mtls;

namespace {

void check(const net::Target& target)
{
    const auto again = net::parse_target(target.authority());
    fuzz::invariant(again.has_value(), "what is printed of a target is a target");
    fuzz::invariant(again->host == target.host && again->port == target.port, "the same one");
    fuzz::invariant(again->is_address == target.is_address, "of the same kind");
    fuzz::invariant(!target.host.empty() && fuzz::is_safe_text(target.host), "a host can be printed");
    fuzz::invariant(target.port != 0, "nobody listens on port 0");
    fuzz::invariant(!target.path || net::is_request_path(*target.path), "a path can be asked for");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto target = net::parse_target(text)) {
        check(*target);
        exporter::AllowList allowed;
        if (!allowed.add(target->authority())) {
            fuzz::invariant(allowed.allows(target->host, target->port), "a target that was allowed is allowed");
            const auto other = static_cast<std::uint16_t>(target->port ^ 1U);
            fuzz::invariant(!allowed.allows(target->host, other), "at its port alone");
        }
    }
    const auto words = fleet::words_of(text);
    if (const auto line = fleet::parse_target_line(words)) {
        check(line->target);
        fuzz::invariant(line->key == fleet::key_of(words), "a line is known by its words");
    } else {
        fuzz::invariant(fuzz::is_safe_text(line.error().why), "what is wrong is said in safe text");
    }
    (void)net::parse_endpoint(text);
    (void)net::parse_proxy(text);
    (void)net::server_name_of(std::string{text});
    return 0;
}
