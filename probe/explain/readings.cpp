#include "probe/explain/readings.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "probe/explain/messages.hpp"
#include "probe/explain/number.hpp"
#include "probe/explain/tables.hpp"

namespace mtls::explain {

namespace {

constexpr std::uint32_t win32_facility = 0x80070000;

std::vector<Step> one_step(const char* text)
{
    return {{"any", text}};
}

Page windows(const CodeEntry& entry)
{
    return {Kind::windows_code,  fmt::format("0x{:08X}", entry.value), entry.name, entry.meaning, "",
            one_step(entry.next)};
}

Page plain(Kind kind, const CodeEntry& entry)
{
    return {kind, std::to_string(entry.value), entry.name, entry.meaning, "", one_step(entry.next)};
}

const CodeEntry* find(std::span<const CodeEntry> table, std::uint32_t value)
{
    const auto found =
        std::find_if(table.begin(), table.end(), [value](const CodeEntry& entry) { return entry.value == value; });
    return found == table.end() ? nullptr : &*found;
}

std::array<std::span<const CodeEntry>, 4> hresults()
{
    return {trust_codes(), security_codes(), crypto_codes(), key_codes()};
}

std::optional<Page> hresult(std::uint32_t value)
{
    for (const auto table : hresults()) {
        if (const CodeEntry* entry = find(table, value)) {
            return windows(*entry);
        }
    }
    return std::nullopt;
}

/// Win32 and WinHTTP errors by their plain number.
std::optional<Page> win32(std::uint32_t value)
{
    if (const CodeEntry* entry = find(win32_codes(), value)) {
        return plain(Kind::windows_code, *entry);
    }
    if (const CodeEntry* entry = find(winhttp_codes(), value)) {
        return plain(Kind::winhttp_error, *entry);
    }
    return std::nullopt;
}

/// WCF and HttpListener log only the low half of the code of a failed chain: 0x109 for 0x800B0109.
std::optional<Page> low_half(std::uint32_t value)
{
    for (const std::uint32_t facility : {0x800B0000U, 0x80090000U}) {
        const bool names_a_chain =
            facility == 0x800B0000U ? value >= 0x0100 && value <= 0x01ff : value >= 0x2000 && value <= 0x20ff;
        if (!names_a_chain) {
            continue;
        }
        if (auto page = hresult(facility | value)) {
            page->detection = fmt::format("Read as the low half of {}, which is all that WCF and HttpListener log "
                                          "(\"native error code 0x{:x}\"). Very likely, not documented.",
                                          page->code, value);
            return page;
        }
    }
    return std::nullopt;
}

void add(std::vector<Page>& pages, std::optional<Page> page)
{
    const bool known = page && std::none_of(pages.begin(), pages.end(), [&](const Page& other) {
                           return other.kind == page->kind && other.code == page->code;
                       });
    if (known) {
        pages.push_back(std::move(*page));
    }
}

std::optional<Page> from(std::span<const CodeEntry> table, Kind kind, std::uint32_t value)
{
    const CodeEntry* entry = find(table, value);
    return entry == nullptr ? std::nullopt : std::optional{plain(kind, *entry)};
}

void add_small_decimal(std::vector<Page>& pages, std::uint32_t value)
{
    add(pages, status_page(static_cast<int>(value), std::nullopt));
    for (const StatusEntry& entry : http_statuses()) {
        if (entry.of_a_certificate && static_cast<std::uint32_t>(entry.substatus) == value) {
            add(pages, status_page(entry.status, entry.substatus));
        }
    }
    add(pages, from(alerts(), Kind::tls_alert, value));
    add(pages, win32(value));
    add(pages, from(schannel_events(), Kind::schannel_event, value));
    add(pages, low_half(value));
    add(pages, from(verify_codes(), Kind::openssl_verify, value));
}

std::vector<Page> of_number(const Number& number)
{
    std::vector<Page> pages;
    if (number.decimal) {
        add(pages, windows_page(*number.decimal));
        if (*number.decimal <= 0xffff) {
            add_small_decimal(pages, *number.decimal);
        }
    }
    if (number.hex) {
        add(pages, *number.hex > 0xffff || number.marked_hex ? windows_page(*number.hex) : std::nullopt);
        add(pages, low_half(*number.hex));
        if (number.marked_hex) {
            add(pages, from(alerts(), Kind::tls_alert, *number.hex));
        }
    }
    return pages;
}

std::string folded(std::string_view text)
{
    std::string lower;
    for (const char character : text) {
        const bool capital = character >= 'A' && character <= 'Z';
        lower += capital ? static_cast<char>(character - 'A' + 'a') : character == '-' ? '_' : character;
    }
    return lower;
}

void add_named(std::vector<Page>& pages, std::span<const CodeEntry> table, Kind kind, const std::string& name)
{
    for (const CodeEntry& entry : table) {
        if (folded(entry.name) == name) {
            add(pages, entry.value > 0xffff ? windows(entry) : plain(kind, entry));
        }
    }
}

/// OpenSSL puts the version before an alert's name, Go turns some round, and NSS (Firefox) has errors for those that it
/// receives.
std::string alert_name(std::string name)
{
    for (const std::string_view before : {"sslv3_alert_", "tlsv1_alert_", "tlsv13_alert_"}) {
        if (name.starts_with(before)) {
            name.erase(0, before.size());
        }
    }
    constexpr std::string_view of_nss = "ssl_error_";
    constexpr std::string_view end_of_nss = "_alert";
    if (name.starts_with(of_nss) && name.ends_with(end_of_nss)) {
        name = name.substr(of_nss.size(), name.size() - of_nss.size() - end_of_nss.size());
    }
    using Pair = std::pair<std::string_view, const char*>;
    constexpr std::array others{Pair{"unknown_certificate_authority", "unknown_ca"},
                                Pair{"expired_certificate", "certificate_expired"},
                                Pair{"revoked_certificate", "certificate_revoked"},
                                Pair{"unknown_certificate", "certificate_unknown"},
                                Pair{"bad_cert", "bad_certificate"},
                                Pair{"revoked_cert", "certificate_revoked"},
                                Pair{"expired_cert", "certificate_expired"},
                                Pair{"unsupported_cert", "unsupported_certificate"},
                                Pair{"rx_certificate_required", "certificate_required"}};
    for (const auto& [other, own] : others) {
        if (name == other) {
            return own;
        }
    }
    return name;
}

std::vector<Page> of_name(std::string_view word)
{
    std::vector<Page> pages;
    const std::string name = folded(word);
    for (const std::string_view id : finding_ids()) {
        if (folded(id) == name) {
            add(pages, finding_page(id));
        }
    }
    add_named(pages, alerts(), Kind::tls_alert, alert_name(name));
    add_named(pages, verify_codes(), Kind::openssl_verify, name);
    add_named(pages, rare_verify_codes(), Kind::openssl_verify, name);
    for (const auto table : hresults()) {
        add_named(pages, table, Kind::windows_code, name);
    }
    add_named(pages, win32_codes(), Kind::windows_code, name);
    add_named(pages, winhttp_codes(), Kind::winhttp_error, name);
    if (pages.empty()) {
        pages = message_named(word);
    }
    return pages;
}

/// "403.16"
std::optional<Page> of_dotted(std::string_view word)
{
    const auto dot = word.find('.');
    if (dot == std::string_view::npos) {
        return std::nullopt;
    }
    const auto status = number_of(word.substr(0, dot));
    const auto substatus = number_of(word.substr(dot + 1));
    if (!status || !substatus || !status->decimal || !substatus->decimal || *status->decimal > 999 ||
        *substatus->decimal > 999) {
        return std::nullopt;
    }
    return status_page(static_cast<int>(*status->decimal), static_cast<int>(*substatus->decimal));
}

} // namespace

std::vector<std::string> known_names()
{
    std::vector<std::string> names;
    for (const std::string_view id : finding_ids()) {
        names.emplace_back(id);
    }
    const auto add_table = [&](std::span<const CodeEntry> table) {
        for (const CodeEntry& entry : table) {
            names.emplace_back(entry.name);
        }
    };
    for (const auto table : hresults()) {
        add_table(table);
    }
    add_table(alerts());
    add_table(win32_codes());
    add_table(winhttp_codes());
    add_table(verify_codes());
    add_table(rare_verify_codes());
    for (std::string& code : message_codes()) {
        names.push_back(std::move(code));
    }
    return names;
}

std::optional<Page> status_page(int status, std::optional<int> substatus)
{
    for (const StatusEntry& entry : http_statuses()) {
        if (entry.status == status && entry.substatus == substatus.value_or(-1)) {
            const std::string code = substatus ? fmt::format("{}.{}", status, *substatus) : std::to_string(status);
            return Page{Kind::http_status, code, "", entry.meaning, "", one_step(entry.next)};
        }
    }
    return std::nullopt;
}

std::optional<Page> windows_page(std::uint32_t value)
{
    if (value <= 0xffff) {
        return win32(value);
    }
    if ((value & 0xffff0000U) == win32_facility) {
        return win32(value & 0xffffU);
    }
    return hresult(value);
}

std::vector<Page> readings(std::string_view word)
{
    if (auto page = of_dotted(word)) {
        return {*page};
    }
    auto pages = of_name(word);
    if (pages.empty()) {
        if (const auto number = number_of(word)) {
            pages = of_number(*number);
            if (pages.empty() && number->decimal) {
                add(pages, from(rare_verify_codes(), Kind::openssl_verify, *number->decimal));
            }
        }
    }
    return pages;
}

std::vector<Page> readings(std::string_view word, Kind kind)
{
    auto pages = readings(word);
    if (const auto number = number_of(word); number && number->decimal && kind == Kind::openssl_verify) {
        add(pages, from(rare_verify_codes(), Kind::openssl_verify, *number->decimal));
    }
    std::erase_if(pages, [kind](const Page& page) {
        const bool is_windows = page.kind == Kind::windows_code || page.kind == Kind::winhttp_error;
        return page.kind != kind && !(kind == Kind::windows_code && is_windows);
    });
    return pages;
}

} // namespace mtls::explain
