#include "harness/server/decision_name.hpp"

#include "harness/server/wcf_log.hpp"

namespace mtls::server {

std::string decision_name(scenario::Personality personality, HttpHost host, const Verdict& verdict)
{
    std::string status = std::to_string(verdict.status);
    if (verdict.unread || personality != scenario::Personality::iis) {
        return status;
    }
    if (host.kind == HttpHost::Kind::self_hosted) {
        return judged_bad(verdict) ? status + " native error code " + native_error_text(verdict.win32) : status;
    }
    return verdict.status >= 400 ? status + "." + std::to_string(verdict.substatus) : status;
}

} // namespace mtls::server
