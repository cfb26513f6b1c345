#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "probe/explain/page.hpp"

/// What programs say in words, as opposed to codes: lines of error logs, exceptions, what browsers show.
namespace mtls::explain {

/// Of what a message tells.
enum class Concerns {
    nothing,     ///< it accompanies others, or healthy connections
    connection,  ///< a failure of TLS that is not about a client's certificate
    certificate, ///< a client's certificate, or that there is none
};

struct MessageEntry {
    const char* program = ""; ///< who says so
    const char* code = "";    ///< "AH02261", "ERR_..."; "" if the text is all that there is
    const char* text = "";    ///< how it begins; "" if the code alone tells
    const char* meaning = "";
    const char* next = "";
    Concerns concerns = Concerns::certificate;
    bool only_in_its_log = false; ///< elsewhere such words may be anybody's
};

[[nodiscard]] std::span<const MessageEntry> server_messages(); ///< nginx, Apache, HAProxy, OpenSSL
[[nodiscard]] std::span<const MessageEntry> client_messages(); ///< browsers, and the libraries of Go and Java

/// The page of a message with this code, such as AH02261; none if there is no such.
[[nodiscard]] std::vector<Page> message_named(std::string_view code);

/// Every code of a message.
[[nodiscard]] std::vector<std::string> message_codes();

/// What a text says.
struct Heard {
    std::string words; ///< by which it was known
    std::vector<Page> pages;
    std::string note; ///< what the place says besides: who sent an alert; "" if nothing
    Concerns concerns = Concerns::nothing;
};

/// What somebody pasted: messages may stand anywhere in it.
[[nodiscard]] Heard hear(std::string_view text);

/// What a line of an error log says, without its beginning (iis::ErrorLine). Only what the server says by itself
/// counts, which stands first: what follows may be a path or a name that a client has chosen.
[[nodiscard]] Heard hear_server(std::string_view message);

} // namespace mtls::explain
