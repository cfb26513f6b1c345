#include "harness/cli/exhibit.hpp"

#include <cerrno>
#include <chrono>
#include <fstream>
#include <string_view>
#include <system_error>

#include <openssl/pem.h>

#include "certs/ossl/error.hpp"
#include "certs/pki/private_file.hpp"
#include "certs/x509/config_error.hpp"
#include "harness/cli/shell.hpp"
#include "harness/server/sites.hpp"

namespace mtls::harness {
namespace {

using namespace std::literals;
constexpr auto expect_issuers_file = "expect-issuers.pem"sv;
constexpr auto issuer_certs_file = "issuer-certs.pem"sv;
constexpr auto netsh_file = "bindings.txt"sv;

x509::Time now()
{
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// Public data, for --expect-issuers and --issuer-certs.
void write_certificates(const std::filesystem::path& path, const pki::Hierarchy& hierarchy,
                        const std::vector<std::string>& names)
{
    const ossl::BioPtr file{ossl::must(BIO_new_file(path.c_str(), "w"), "write " + path.string())};
    for (const std::string& name : names) {
        ossl::must_succeed(PEM_write_bio_X509(file.get(), hierarchy.at(name).certificate.get()),
                           "write " + path.string());
    }
}

} // namespace

std::shared_ptr<const pki::Hierarchy> CertificateOffice::hierarchy_for(const scenario::Scenario& scenario)
{
    if (!scenario.standard_recipe) {
        return std::make_shared<const pki::Hierarchy>(scenario.recipe, now());
    }
    const std::lock_guard lock{mutex_};
    if (!standard_) {
        standard_ = std::make_shared<const pki::Hierarchy>(pki::standard_recipe(), now());
    }
    return standard_;
}

Exhibit::Exhibit(scenario::Scenario scenario, std::shared_ptr<const pki::Hierarchy> hierarchy,
                 std::filesystem::path directory, const server::ServerOptions& options, server::Events events)
    : scenario_{std::move(scenario)}, hierarchy_{std::move(hierarchy)},
      directory_{std::move(directory)}, server_{scenario_, *hierarchy_, options, std::move(events)}
{
    hierarchy_->write(directory_);
    if (!scenario_.attempt.expect_issuers.empty()) {
        write_certificates(directory_ / expect_issuers_file, *hierarchy_, scenario_.attempt.expect_issuers);
    }
    if (!scenario_.attempt.issuer_certs.empty()) {
        write_certificates(directory_ / issuer_certs_file, *hierarchy_, scenario_.attempt.issuer_certs);
    }
    if (scenario_.iis) {
        write_bindings();
    }
    write_bodies();
}

void Exhibit::write_bodies() const
{
    pki::write_private_file(directory_ / request_file, request_text(scenario_, place()));
    if (scenario_.attempt.upload) {
        pki::write_private_file(directory_ / upload_file, std::string(*scenario_.attempt.upload, 'x'));
    }
}

void Exhibit::write_bindings() const
{
    std::vector<std::uint16_t> ports;
    for (const auto& endpoint : endpoints()) {
        ports.push_back(endpoint.port);
    }
    std::ofstream text{directory_ / netsh_file};
    text << server::iis_bindings_text(*scenario_.iis, *hierarchy_, ports) << std::flush;
    if (!text) {
        throw x509::ConfigError{"write " + file(std::string{netsh_file}) + ": " +
                                std::generic_category().message(errno)};
    }
}

std::optional<std::string> Exhibit::bindings_file() const
{
    return scenario_.iis ? std::optional{file(std::string{netsh_file})} : std::nullopt;
}

std::string Exhibit::file(const std::string& name) const
{
    return (directory_ / name).string();
}

Place Exhibit::place() const
{
    const auto& endpoint = server_.endpoint(scenario_.attempt.listener);
    const bool any = endpoint.address == "0.0.0.0" || endpoint.address == "::";
    return {.host = scenario_.attempt.sni.value_or("localhost"),
            .address = any ? "127.0.0.1" : endpoint.address,
            .port = endpoint.port,
            .directory = directory_};
}

std::vector<std::string> Exhibit::probe_arguments() const
{
    std::vector<std::string> arguments;
    for (const std::string& candidate : scenario_.attempt.candidates) {
        arguments.insert(arguments.end(), {"--cert", file(candidate + ".pem"), "--key", file(candidate + ".key")});
    }
    if (!scenario_.attempt.expect_issuers.empty()) {
        arguments.insert(arguments.end(), {"--expect-issuers", file(std::string{expect_issuers_file})});
    }
    if (!scenario_.attempt.issuer_certs.empty()) {
        arguments.insert(arguments.end(), {"--issuer-certs", file(std::string{issuer_certs_file})});
    }
    if (scenario_.attempt.sni) {
        arguments.insert(arguments.end(), {"--sni", *scenario_.attempt.sni});
    }
    if (const auto upload = scenario_.attempt.upload) {
        const std::string length = "Content-Length: " + std::to_string(*upload);
        arguments.insert(arguments.end(), {"--method", "POST", "--header", length});
    }
    const Place where = place();
    arguments.insert(arguments.end(), {"--connect", host_port(where.address, where.port)});
    arguments.insert(arguments.end(), scenario_.attempt.arguments.begin(), scenario_.attempt.arguments.end());
    arguments.push_back("https://" + host_port(where.host, where.port) + scenario_.attempt.path);
    return arguments;
}

} // namespace mtls::harness
