#pragma once

namespace mtls::program {

/// From now on a crash leaves no core dump of this process, which would hold its private keys and passphrases. Only the
/// soft limit: a debugger, or `prlimit --core` while it runs, still gets one.
void leave_no_core_dump();

} // namespace mtls::program
