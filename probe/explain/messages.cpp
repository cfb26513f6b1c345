#include "probe/explain/messages.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "probe/explain/readings.hpp"
#include "probe/iis/text.hpp"

namespace mtls::explain {

namespace {

constexpr auto npos = std::string_view::npos;

Page page_of(const MessageEntry& entry)
{
    return {Kind::message,        *entry.code != '\0' ? entry.code : entry.text, entry.program, entry.meaning, "",
            {{"any", entry.next}}};
}

std::string_view digits_at(std::string_view text)
{
    return text.substr(0, text.find_first_not_of("0123456789"));
}

/// `Error (20): ...`, `verify error: (23:certificate revoked)`, `num=19:...`, `ssl_c_err=20`: the number's pages, which
/// are none for 0.
std::vector<Page> verification(std::string_view text)
{
    constexpr std::array<std::string_view, 6> before{"verification: error (", "verify error: (", "verify error:num=",
                                                     "verify error:(",        "ssl_c_err=",      "ssl_c_ca_err="};
    std::vector<Page> pages;
    for (const std::string_view words : before) {
        const auto at = text.find(words);
        if (at == npos || text.substr(0, at).ends_with("upstream ssl certificate ")) {
            continue; // the certificate of another server
        }
        const auto number = digits_at(text.substr(at + words.size()));
        for (Page& page : readings(number, Kind::openssl_verify)) {
            if (page.code != "0") {
                pages.push_back(std::move(page));
            }
        }
    }
    return pages;
}

/// `(23:certificate revoked)` alone, as nginx writes it.
std::vector<Page> in_brackets(std::string_view text)
{
    for (auto at = text.find('('); at != npos; at = text.find('(', at + 1)) {
        const auto number = digits_at(text.substr(at + 1));
        const auto behind = text.substr(at + 1 + number.size());
        const bool words = behind.size() > 2 && behind[0] == ':' && behind[1] >= 'a' && behind[1] <= 'z';
        if (!number.empty() && words) {
            return readings(number, Kind::openssl_verify);
        }
    }
    return {};
}

struct Text {
    std::string lowered;
    const MessageEntry* entry = nullptr;
};

/// Entries that have a text, in their order.
const std::vector<Text>& texts()
{
    static const std::vector<Text> all = [] {
        std::vector<Text> found;
        for (const auto table : {server_messages(), client_messages()}) {
            for (const MessageEntry& entry : table) {
                if (*entry.text != '\0') {
                    found.push_back({iis::lower(entry.text), &entry});
                }
            }
        }
        return found;
    }();
    return all;
}

/// The first entry whose text stands in `lowered`, at a place that is allowed.
template <class Allowed> const MessageEntry* known(std::string_view lowered, Allowed allowed)
{
    for (const Text& text : texts()) {
        const auto at = lowered.find(text.lowered);
        if (at != npos && allowed(*text.entry, at)) {
            return text.entry;
        }
    }
    return nullptr;
}

Heard heard(const MessageEntry& entry)
{
    return {*entry.code != '\0' ? entry.code : entry.text, {page_of(entry)}, "", entry.concerns};
}

const MessageEntry* by_code(std::string_view code)
{
    for (const auto table : {server_messages(), client_messages()}) {
        for (const MessageEntry& entry : table) {
            if (*entry.code != '\0' && iis::lower(entry.code) == iis::lower(code)) {
                return &entry;
            }
        }
    }
    return nullptr;
}

/// `Es wurde eine schwerwiegende Warnung empfangen: 48`: a German Windows writes the number of an alert behind it.
std::vector<Page> german_alert(std::string_view lowered)
{
    constexpr std::string_view words = "schwerwiegende warnung";
    const auto at = lowered.find(words);
    const auto number = at == npos ? at : lowered.find_first_of("0123456789", at + words.size());
    return number == npos ? std::vector<Page>{} : readings(digits_at(lowered.substr(number)), Kind::tls_alert);
}

/// `SSL alert number 48`, in a server's log. The server names only those that it has received.
Heard alert_received(std::string_view said)
{
    constexpr std::string_view words = "alert number ";
    const auto at = said.find(words);
    auto pages =
        at == npos ? std::vector<Page>{} : readings(digits_at(said.substr(at + words.size())), Kind::tls_alert);
    if (pages.empty()) {
        return {};
    }
    const bool from_behind = said.find("upstream") != npos;
    return {"alert", std::move(pages),
            from_behind
                ? "The server behind has sent it: it speaks of the certificate that this one presents there "
                  "(nginx: proxy_ssl_certificate)."
                : "The client has sent it: it speaks of the server's certificate, or of what the server offers.",
            from_behind ? Concerns::certificate : Concerns::connection};
}

/// "AH02276: ..." as Apache begins its messages; npos if it does not.
std::size_t end_of_code(std::string_view message)
{
    const auto digits = message.starts_with("AH") ? digits_at(message.substr(2)) : std::string_view{};
    const auto end = 2 + digits.size();
    return digits.size() == 5 && message.substr(end).starts_with(": ") ? end : npos;
}

} // namespace

std::vector<Page> message_named(std::string_view code)
{
    constexpr std::string_view of_chromium = "net::";
    if (code.starts_with(of_chromium)) {
        code.remove_prefix(of_chromium.size());
    }
    const MessageEntry* entry = by_code(code);
    return entry == nullptr ? std::vector<Page>{} : std::vector{page_of(*entry)};
}

std::vector<std::string> message_codes()
{
    std::vector<std::string> codes;
    for (const auto table : {server_messages(), client_messages()}) {
        for (const MessageEntry& entry : table) {
            if (*entry.code != '\0') {
                codes.emplace_back(entry.code);
            }
        }
    }
    return codes;
}

Heard hear(std::string_view text)
{
    const std::string lowered = iis::lower(text);
    const auto anybodys = [](const MessageEntry& entry, std::size_t) { return !entry.only_in_its_log; };
    if (auto pages = verification(lowered); !pages.empty()) {
        return {"verification", std::move(pages), "", Concerns::certificate};
    }
    if (auto pages = german_alert(lowered); !pages.empty()) {
        return {"alert", std::move(pages), "", Concerns::connection};
    }
    if (const MessageEntry* entry = known(lowered, anybodys)) {
        return heard(*entry);
    }
    if (auto pages = in_brackets(lowered); !pages.empty()) {
        return {"verification", std::move(pages), "", Concerns::certificate};
    }
    return {};
}

Heard hear_server(std::string_view message)
{
    const auto code_ends = end_of_code(message);
    const std::string lowered = iis::lower(code_ends == npos ? message : message.substr(code_ends + 2));
    const std::string_view said = std::string_view{lowered}.substr(0, lowered.find('"'));
    const bool of_tls = said.starts_with("ssl") || said.find(" error:0") < 40 || said.find(" error:1") < 40;
    const bool of_verifying = said.starts_with("client ssl certificate verify error") ||
                              said.starts_with("certificate verification") || said.find("ssl_c_err=") != npos;
    if (auto pages = of_verifying ? verification(said) : std::vector<Page>{}; !pages.empty()) {
        return {"verification", std::move(pages), "", Concerns::certificate};
    }
    if (const MessageEntry* entry = code_ends == npos ? nullptr : by_code(message.substr(0, code_ends))) {
        return heard(*entry);
    }
    if (Heard alert = of_tls ? alert_received(said) : Heard{}; !alert.pages.empty()) {
        return alert;
    }
    const auto allowed = [&](const MessageEntry& entry, std::size_t at) {
        return at == 0 || (of_tls && std::string_view{entry.program} == "OpenSSL");
    };
    const MessageEntry* entry = known(said, allowed);
    if (entry == nullptr) {
        return {};
    }
    Heard found = heard(*entry);
    // Apache says so once more in a line of its own, without the client.
    if (said.starts_with("ssl library error:") && said.find("certificate verify failed") != npos) {
        found.concerns = Concerns::nothing;
    }
    return found;
}

} // namespace mtls::explain
