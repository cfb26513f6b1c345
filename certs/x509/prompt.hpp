#pragma once

#include <cstddef>
#include <string>

#include "certs/x509/passphrase.hpp"

namespace mtls::x509 {

enum class PromptEnd {
    line,
    too_long,
    nothing,     ///< end of file, or the terminal is gone
    interrupted, ///< by a signal that ends programs
    no_terminal,
};

struct PromptAnswer {
    PromptEnd end = PromptEnd::nothing;
    Secret secret = {}; ///< the line without its end
};

/// Asks on the controlling terminal for a line of at most so many bytes, up to 1023, that is not shown. Whatever ends
/// it, the terminal shows again what is typed; where the program is stopped meanwhile (Ctrl-Z), too, and when it goes
/// on it asks again. For one thread at a time: it lives on signals.
[[nodiscard]] PromptAnswer prompt(const std::string& question, std::size_t most);

} // namespace mtls::x509
