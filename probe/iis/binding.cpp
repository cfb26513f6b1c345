#include "probe/iis/binding.hpp"

#include <algorithm>
#include <array>

#include "probe/iis/text.hpp"

namespace mtls::iis {

namespace {

/// A line `    label : value`.
struct Line {
    std::string_view label;
    std::string_view value;
};

std::optional<Line> line_of(std::string_view text)
{
    const auto colon = text.find(" : ");
    if (colon != std::string_view::npos) {
        return Line{trimmed(text.substr(0, colon)), trimmed(text.substr(colon + 3))};
    }
    if (trimmed(text).ends_with(" :")) {
        return Line{trimmed(text), ""};
    }
    return std::nullopt;
}

bool is_hex(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char one) {
        return (one >= '0' && one <= '9') || (one >= 'a' && one <= 'f') || (one >= 'A' && one <= 'F');
    });
}

/// {4dc3e181-e14b-4a21-b022-59fc669b0914}
bool is_guid(std::string_view text)
{
    constexpr std::array<std::size_t, 4> dashes{9, 14, 19, 24};
    if (text.size() != 38 || text.front() != '{' || text.back() != '}') {
        return false;
    }
    for (std::size_t at = 1; at < 37; ++at) {
        const bool dash = std::find(dashes.begin(), dashes.end(), at) != dashes.end();
        if (dash ? text[at] != '-' : !is_hex(text.substr(at, 1))) {
            return false;
        }
    }
    return true;
}

bool is_null(std::string_view value)
{
    return lower(value) == "(null)" || value.empty();
}

bool is_hash(std::string_view value)
{
    return is_null(value) || ((value.size() == 40 || value.size() == 64) && is_hex(value));
}

std::optional<std::string> unless_null(std::string_view value)
{
    return is_null(value) ? std::nullopt : std::optional{std::string{value}};
}

/// netsh prints English words in most languages; some translate them.
std::optional<bool> switched(std::string_view value)
{
    constexpr std::array<std::string_view, 9> on{"enabled",   "enable", "aktiviert", "activé",      "habilitado",
                                                 "abilitato", "set",    "yes",       "ingeschakeld"};
    constexpr std::array<std::string_view, 10> off{
        "disabled",     "disable",      "deaktiviert", "désactivé",     "deshabilitado",
        "disabilitato", "desabilitado", "not set",     "uitgeschakeld", "no"};
    const std::string word = lower(value);
    if (std::ranges::find(on, word) != on.end()) {
        return true;
    }
    if (std::ranges::find(off, word) != off.end()) {
        return false;
    }
    return std::nullopt;
}

/// What the first line of a record says: an endpoint, or the port of the central store.
bool read_endpoint(std::string_view value, Binding& binding)
{
    if (const auto port = number<std::uint16_t>(value)) {
        binding.kind = BindingKind::central_store;
        binding.port = *port;
        return true;
    }
    const auto colon = value.rfind(':');
    const auto port = colon == std::string_view::npos ? std::nullopt : number<std::uint16_t>(value.substr(colon + 1));
    if (!port || colon == 0) {
        return false;
    }
    std::string_view host = value.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    const bool ipv4 = host.find_first_not_of("0123456789.") == std::string_view::npos;
    binding.kind = bracketed || ipv4 ? BindingKind::ip_port : BindingKind::hostname_port;
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    if (host.find_first_of(" \\/{}") != std::string_view::npos) {
        return false;
    }
    binding.host = std::string{host};
    binding.port = *port;
    return true;
}

/// The lines that Server 2022 and later append, in English; only what is Set matters.
void read_appended(const Line& line, Binding& binding)
{
    struct Known {
        std::string_view label;
        const char* parameter;
    };

    constexpr Known known[] = {{"reject connections", "reject"},
                               {"disable http2", "disablehttp2"},
                               {"disable quic", "disablequic"},
                               {"disable tls1.2", "disabletls12"},
                               {"disable tls1.3", "disabletls13"},
                               {"disable ocsp stapling", "disableocspstapling"},
                               {"enable token binding", "enabletokenbinding"},
                               {"log extended events", "logextendedevents"},
                               {"disable legacy tls versions", "disablelegacytls"},
                               {"enable session ticket", "enablesessionticket"},
                               {"disable session id", "disablesessionid"}};
    if (switched(line.value) != true) {
        return;
    }
    const std::string label = lower(line.label);
    const auto* const found =
        std::find_if(std::begin(known), std::end(known), [&](const Known& each) { return each.label == label; });
    if (found == std::end(known)) {
        binding.more_is_set = true;
    } else {
        binding.also_set.emplace_back(found->parameter);
    }
}

/// The lines behind the application id, in the order that has not changed since Server 2008. The two numbers in the
/// middle (freshness time and timeout) hold the place, should a version put a line of its own before them.
void read_settings(const std::vector<Line>& lines, Binding& binding)
{
    if (!lines.empty()) {
        binding.certificate_store = unless_null(lines[0].value);
    }
    std::size_t numbers = 0;
    while (numbers + 1 < lines.size() &&
           !(number<std::uint32_t>(lines[numbers].value) && number<std::uint32_t>(lines[numbers + 1].value))) {
        ++numbers;
    }
    if (numbers + 1 >= lines.size() || numbers < 4) {
        return;
    }
    binding.verify_revocation = switched(lines[numbers - 3].value);
    binding.cached_revocation_only = switched(lines[numbers - 2].value);
    binding.usage_check = switched(lines[numbers - 1].value);
    binding.revocation_freshness_time = *number<std::uint32_t>(lines[numbers].value);
    binding.url_retrieval_timeout = *number<std::uint32_t>(lines[numbers + 1].value);
    const auto after = [&](std::size_t place) -> const Line* {
        return numbers + 2 + place < lines.size() ? &lines[numbers + 2 + place] : nullptr;
    };
    if (const Line* line = after(0)) {
        binding.ctl_identifier = unless_null(line->value);
    }
    if (const Line* line = after(1)) {
        binding.names_ctl_store = true;
        binding.ctl_store_name = unless_null(line->value);
    }
    if (const Line* line = after(2)) {
        binding.ds_mapper = switched(line->value);
    }
    if (const Line* line = after(3)) {
        binding.negotiates = switched(line->value);
    }
    for (std::size_t place = 4; after(place) != nullptr; ++place) {
        read_appended(*after(place), binding);
    }
}

/// Runs of lines without a blank one between.
std::vector<std::vector<Line>> records_of(std::string_view text)
{
    std::vector<std::vector<Line>> records(1);
    for (const std::string_view line : lines_of(text)) {
        if (const auto parsed = line_of(line)) {
            records.back().push_back(*parsed);
        } else if (trimmed(line).empty() && !records.back().empty()) {
            records.emplace_back();
        }
    }
    if (records.back().empty()) {
        records.pop_back();
    }
    return records;
}

std::vector<Line>::const_iterator id_of(const std::vector<Line>& record)
{
    return std::find_if(record.begin(), record.end(), [](const Line& line) { return is_guid(line.value); });
}

void read_record(const std::vector<Line>& lines, std::vector<Binding>& bindings)
{
    const auto id = id_of(lines);
    if (id == lines.end() || id - lines.begin() < 2 || !is_hash((id - 1)->value)) {
        return;
    }
    Binding binding;
    if (!read_endpoint((id - 2)->value, binding)) {
        return;
    }
    binding.certificate_hash = unless_null((id - 1)->value);
    binding.application_id = std::string{id->value};
    read_settings({id + 1, lines.end()}, binding);
    bindings.push_back(std::move(binding));
}

} // namespace

std::string text(const Binding& binding)
{
    const std::string port = ":" + std::to_string(binding.port);
    if (binding.kind == BindingKind::central_store) {
        return "central certificate store" + port;
    }
    const bool ipv6 = binding.kind == BindingKind::ip_port && binding.host.find(':') != std::string::npos;
    return (ipv6 ? "[" + binding.host + "]" : binding.host) + port;
}

std::vector<Binding> read_bindings(std::string_view text)
{
    std::vector<Binding> bindings;
    for (const std::vector<Line>& record : records_of(text)) {
        read_record(record, bindings);
    }
    return bindings;
}

bool ends_early(std::string_view text)
{
    const auto records = records_of(text);
    if (records.empty()) {
        return false;
    }
    constexpr std::ptrdiff_t lines_behind_the_id = 10; // Certificate Store Name to Negotiate Client Certificate
    const std::vector<Line>& last = records.back();
    const auto id = id_of(last);
    Binding begun;
    return id != last.end() ? last.end() - id <= lines_behind_the_id
                            : last.size() < 3 && read_endpoint(last.front().value, begun);
}

} // namespace mtls::iis
