#include "probe/exporter/config.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include <boost/asio/ip/address.hpp>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "certs/pki/toml_table.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/file_bytes.hpp"
#include "certs/x509/unicode.hpp"

namespace mtls::exporter {

namespace {

using pki::Table;

constexpr std::int64_t longest_timeout = 600;

/// What the readers of the parts share.
struct Source {
    std::filesystem::path folder;
    std::string name;

    [[nodiscard]] std::filesystem::path at(const std::string& path) const { return folder / path; }
};

/// What is read again at each SIGHUP must not wait for somebody to write into it. Null also for what is not there.
std::optional<std::string> why_unfit(const std::filesystem::path& path)
{
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status) || is_regular_file(status) || is_directory(status)) {
        return std::nullopt;
    }
    return "'" + x509::printable(path.string()) +
           "' is a pipe or a device: it is read again at each SIGHUP, so write a regular file (or a link to one)";
}

std::vector<std::filesystem::path> paths(Table& table, const char* key, const Source& source)
{
    std::vector<std::filesystem::path> found;
    for (const std::string& each : table.texts(key).value_or(std::vector<std::string>{})) {
        if (const auto why = why_unfit(source.at(each))) {
            table.fail_at(key, found.size(), *why);
        }
        found.push_back(source.at(each));
    }
    return found;
}

std::optional<std::filesystem::path> path(Table& table, const char* key, const Source& source)
{
    const auto text = table.text(key);
    if (!text) {
        return std::nullopt;
    }
    if (const auto why = why_unfit(source.at(*text))) {
        table.fail_at(key, *why);
    }
    return source.at(*text);
}

std::optional<std::int64_t> number(Table& table, const char* key, std::int64_t lowest, std::int64_t highest)
{
    const auto value = table.integer(key);
    if (value && (*value < lowest || *value > highest)) {
        table.fail_at(key, "from " + std::to_string(lowest) + " to " + std::to_string(highest));
    }
    return value;
}

void take_seconds(Table& table, const char* key, std::chrono::milliseconds& into)
{
    if (const auto value = number(table, key, 1, longest_timeout)) {
        into = std::chrono::seconds{*value};
    }
}

void take_days(Table& table, const char* key, std::optional<std::chrono::days>& into)
{
    if (const auto value = number(table, key, 0, 36500)) {
        into = std::chrono::days{*value};
    }
}

/// A program that runs unattended has no terminal, and a descriptor can be read only once.
x509::PassphraseSource passphrase(Table& table)
{
    const auto text = table.text("pass");
    if (!text) {
        return {};
    }
    if (!text->starts_with("env:") && !text->starts_with("file:")) {
        table.fail_at("pass", "write env:NAME or file:PATH");
    }
    auto source = x509::PassphraseSource::parse(*text);
    if (const auto why = source.file() ? why_unfit(*source.file()) : std::nullopt) {
        table.fail_at("pass", *why);
    }
    return source;
}

x509::CredentialFiles candidate(const toml::table& content, const Source& source)
{
    Table table{content, source.name};
    x509::CredentialFiles files;
    const auto certificate = path(table, "cert", source);
    if (!certificate) {
        table.fail_at("cert", "a candidate needs one");
    }
    files.certificate = *certificate;
    files.key = path(table, "key", source);
    files.chain = path(table, "chain", source);
    files.passphrase = passphrase(table);
    table.finish();
    return files;
}

void take_candidates(Table& table, const toml::table& content, const Source& source, fleet::InputFiles& files)
{
    const toml::node* node = content.get("candidate");
    if (node == nullptr) {
        return;
    }
    const toml::array* array = node->as_array();
    if (array == nullptr) {
        table.fail_at("candidate", "write [[module.NAME.candidate]]");
    }
    for (const toml::node& each : *array) {
        if (!each.is_table()) {
            table.fail_at("candidate", "write [[module.NAME.candidate]]");
        }
        files.candidates.push_back(candidate(*each.as_table(), source));
    }
}

void take_name(Table& table, fleet::Manner& manner)
{
    manner.no_sni = table.boolean("no_sni").value_or(false);
    if (const auto name = table.text("sni")) {
        manner.sni = net::server_name_of(*name);
        if (!manner.sni) {
            table.fail_at("sni", "a host name of 1 to 253 ASCII characters");
        }
        if (manner.no_sni) {
            table.fail_at("sni", "and no_sni: leave one of them out");
        }
    }
}

void take_ways(Table& table, fleet::Manner& manner)
{
    using handshake::Breadth;
    static constexpr std::array<std::string_view, 3> variants{"one", "auto", "all"};
    static constexpr std::array<std::string_view, 4> versions{"1.0", "1.1", "1.2", "1.3"};
    static constexpr std::array numbers{wire::ProtocolVersion::tls10, wire::ProtocolVersion::tls11,
                                        wire::ProtocolVersion::tls12, wire::ProtocolVersion::tls13};
    const std::string breadth = table.one_of("variants", variants).value_or("auto");
    manner.breadth = breadth == "one"   ? Breadth::normal_only
                     : breadth == "all" ? Breadth::every
                                        : Breadth::side_by_side;
    for (const std::string& each : table.texts("tls").value_or(std::vector<std::string>{})) {
        const auto found = std::find(versions.begin(), versions.end(), each);
        if (found == versions.end()) {
            table.fail_at("tls", "versions are 1.0, 1.1, 1.2 and 1.3");
        }
        manner.versions.push_back(numbers.at(static_cast<std::size_t>(found - versions.begin())));
    }
    take_name(table, manner);
    manner.list_only = table.boolean("list_only").value_or(false);
    manner.path = table.text("path");
    if (manner.path && !net::is_request_path(*manner.path)) {
        table.fail_at("path", "begins with / and holds no blank (write %20)");
    }
    if (const auto protocol = table.text("starttls")) {
        manner.starttls = net::starttls_of(*protocol);
        if (!manner.starttls) {
            table.fail_at("starttls", "write one of " + fmt::format("{}", fmt::join(net::starttls_names(), ", ")));
        }
    }
    const auto http = table.boolean("http");
    manner.http = http.value_or(true) && !manner.starttls && !manner.list_only;
    if (http == true && !manner.http) {
        table.fail_at("http", "with starttls or list_only nothing is requested: leave it out");
    }
    if (manner.path && !manner.http) {
        table.fail_at("path", "without HTTP (http = false, starttls, list_only) nothing is requested: leave it out");
    }
    take_seconds(table, "timeout", manner.timeout);
    take_seconds(table, "connect_timeout", manner.connect_timeout);
}

void take_expectations(Table& table, const Source& source, fleet::Manner& manner, fleet::InputFiles& files)
{
    using verdict::ExpectOutcome;
    static constexpr std::array<std::string_view, 2> modes{"exact", "contains"};
    static constexpr std::array<std::string_view, 2> outcomes{"accept", "reject"};
    files.expected_issuers = paths(table, "expect_issuers", source);
    if (table.has("expect_issuers") && files.expected_issuers.empty()) {
        table.fail_at("expect_issuers", "an empty list would expect nothing: leave it out for that");
    }
    files.issuer_certificates = paths(table, "issuer_certs", source);
    if (const auto mode = table.one_of("expect_mode", modes)) {
        files.expect_mode = *mode == "contains" ? issuers::ExpectMode::contains : issuers::ExpectMode::exact;
        if (files.expected_issuers.empty()) {
            table.fail_at("expect_mode", "is for expect_issuers, and there are none");
        }
    }
    if (const auto outcome = table.one_of("expect_outcome", outcomes)) {
        manner.expect_outcome = *outcome == "accept" ? ExpectOutcome::accept : ExpectOutcome::reject;
        if (manner.list_only) {
            table.fail_at("expect_outcome", "with list_only nothing is presented, so it could not be told");
        }
    }
    files.baseline = path(table, "baseline", source);
    take_days(table, "warning_days", manner.limits.warning.days_left);
    take_days(table, "critical_days", manner.limits.critical.days_left);
    const auto& [warning, critical] = manner.limits;
    if (warning.days_left && critical.days_left && *warning.days_left < *critical.days_left) {
        table.fail_at("warning_days", "fewer days than critical_days: the warning would never be heard");
    }
}

Module module_of(const toml::table& content, const Source& source)
{
    Table table{content, source.name};
    table.allow({"candidate"}); // tables, which are read by themselves
    Module made;
    fleet::InputFiles files;
    take_ways(table, made.manner);
    take_expectations(table, source, made.manner, files);
    take_candidates(table, content, source, files);
    table.finish();
    if (made.manner.expect_outcome == verdict::ExpectOutcome::accept && files.candidates.empty()) {
        table.fail_at("expect_outcome", "accept: there is no [[module.NAME.candidate]] that could be accepted");
    }
    made.inputs = fleet::read_inputs(files);
    return made;
}

void take_modules(const toml::table& content, const Source& source, Config& config)
{
    const toml::node* modules = content.get("module");
    if (modules != nullptr && !modules->is_table()) {
        pki::fail_in(source.name, modules->source(), "module: write [module.NAME]");
    }
    if (modules != nullptr) {
        for (const auto& [name, node] : *modules->as_table()) {
            if (!node.is_table()) {
                pki::fail_in(source.name, node.source(), "module: write [module.NAME]");
            }
            config.modules.emplace(std::string{name.str()}, module_of(*node.as_table(), source));
        }
    }
    if (config.modules.empty()) {
        config.modules.emplace("default", Module{});
    }
}

void take_server(Table& table, Config& config)
{
    if (const auto listen = table.text("listen")) {
        const auto address = parse_address(*listen);
        if (!address) {
            table.fail_at("listen", "write IP:PORT");
        }
        config.listen = *address;
    }
    config.concurrency = static_cast<unsigned>(number(table, "concurrency", 1, 256).value_or(config.concurrency));
    for (const std::string& entry : table.texts("allow_targets").value_or(std::vector<std::string>{})) {
        if (const auto why = config.allowed.add(entry)) {
            table.fail_at("allow_targets", "'" + x509::printable(entry) + "': " + *why);
        }
    }
    if (const auto given = table.has("allow_targets"); given && config.allowed.empty()) {
        table.fail_at("allow_targets", "an empty list would allow everything: leave it out for that");
    }
}

} // namespace

std::optional<Address> parse_address(std::string_view text)
{
    Address address;
    const auto colon = text.rfind(':');
    const bool bare_v6 = !text.starts_with('[') && text.find(':') != colon;
    if (colon != std::string_view::npos && !bare_v6 && !text.ends_with(']')) {
        const std::string_view digits = text.substr(colon + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
        if (error != std::errc{} || end != digits.data() + digits.size()) {
            return std::nullopt;
        }
        text = text.substr(0, colon);
    }
    if (text.starts_with('[') && text.ends_with(']')) {
        text = text.substr(1, text.size() - 2);
    }
    boost::system::error_code error;
    address.ip = boost::asio::ip::make_address(std::string{text}, error).to_string();
    return error ? std::nullopt : std::optional{std::move(address)};
}

std::string names_of(const Config& config)
{
    constexpr std::size_t most = 20;
    std::string names;
    std::size_t count = 0;
    for (const auto& [name, module] : config.modules) {
        if (++count <= most) {
            names += (names.empty() ? "" : ", ") + x509::printable(name);
        }
    }
    return count <= most ? names : names + " and " + std::to_string(count - most) + " more";
}

std::string complaint_of(std::string_view lead, std::string_view what)
{
    std::string text;
    while (!what.empty()) {
        const std::string_view line = what.substr(0, what.find('\n'));
        what.remove_prefix(std::min(line.size() + 1, what.size()));
        text += std::string{lead} + x509::printable_again(line) + "\n";
    }
    return text;
}

std::shared_ptr<const Config> read_config(const std::filesystem::path& path)
{
    if (const auto why = why_unfit(path)) {
        throw x509::ConfigError{"read the configuration: " + *why};
    }
    const auto file = x509::read_file(path);
    if (file.problem) {
        throw x509::ConfigError{x509::read_error(path, *file.problem)};
    }
    return parse_config({reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()}, path);
}

std::shared_ptr<const Config> parse_config(std::string_view text, const std::filesystem::path& path)
{
    const toml::table parsed = pki::parse_toml(text, path.string());
    const Source source{path.parent_path(), path.string()};
    auto config = std::make_shared<Config>();
    Table table{parsed, source.name};
    table.allow({"module"});
    take_server(table, *config);
    table.finish();
    take_modules(parsed, source, *config);
    return config;
}

} // namespace mtls::exporter
