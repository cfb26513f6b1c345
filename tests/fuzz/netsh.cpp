// What somebody saved of `netsh http show sslcert`.
#include "certs/x509/text_encoding.hpp"
#include "probe/iis/serving.hpp"

#include "tests/fuzz/invariant.hpp"

using namespace mtls;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = x509::text_of({data, size});
    if (!text) {
        return 0;
    }
    const auto bindings = iis::read_bindings(*text);
    for (const iis::Binding& binding : bindings) {
        fuzz::invariant(!binding.application_id.empty(), "a record has an application id");
        fuzz::invariant(!binding.ctl_store_name || binding.names_ctl_store, "a store's name stands on its line");
        fuzz::invariant(!iis::text(binding).empty(), "a binding has a name");
    }
    const auto hash = bindings.empty() ? std::nullopt : bindings.front().certificate_hash;
    for (const iis::Asked& asked :
         {iis::Asked{"192.0.2.1", 443, "www.example.test", {}}, iis::Asked{"::1", 443, {}, hash}}) {
        const auto [serving, contradicted] = iis::read_for(bindings, asked);
        fuzz::invariant(!serving || !contradicted, "a binding serves, or is contradicted");
        for (const auto& found : {serving, contradicted}) {
            fuzz::invariant(!found || found->binding.port == asked.port || !found->doubt.empty(),
                            "a binding serves its own port, or there is a doubt");
            fuzz::invariant(!found || !found->why.empty(), "for a reason");
        }
    }
    return 0;
}
