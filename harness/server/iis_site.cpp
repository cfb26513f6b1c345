#include <algorithm>
#include <chrono>

#include "certs/pki/issue.hpp"
#include "certs/pki/keys.hpp"
#include "harness/schannel/binding.hpp"
#include "harness/schannel/decision.hpp"
#include "harness/schannel/issuer_list.hpp"
#include "harness/schannel/machine.hpp"
#include "harness/schannel/netsh.hpp"
#include "harness/server/iis_path.hpp"
#include "harness/server/sites.hpp"

namespace mtls::server {
namespace {

using scenario::LateTls13;
using scenario::TlsVersion;

/// Self-signed certificates of authorities that do not exist. They share a key: nobody uses it.
std::vector<x509::Certificate> filler_roots(std::size_t count)
{
    constexpr std::string_view kind = "ec-p256";
    const ossl::EvpPkeyPtr key = pki::new_key(kind);
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    pki::Entry entry;
    entry.role = pki::Role::authority;
    entry.not_before = -std::chrono::hours{24};
    entry.not_after = std::chrono::hours{24} * 365;
    std::vector<x509::Certificate> roots;
    for (std::size_t number = 1; number <= count; ++number) {
        entry.subject = filler_name(number);
        roots.push_back(pki::issue(entry, key.get(), {.certificate = nullptr, .key = key.get()}, now));
    }
    return roots;
}

schannel::Machine machine_of(const scenario::Iis& iis, const pki::Hierarchy& hierarchy)
{
    schannel::Machine machine;
    machine.windows = schannel::windows_version(iis.windows).value();
    machine.registry.send_trusted_issuer_list = iis.send_trusted_issuer_list;
    machine.registry.client_auth_trust_mode = static_cast<schannel::ClientAuthTrustMode>(iis.client_auth_trust_mode);
    for (const auto& [name, members] : iis.stores) {
        machine.stores.put(name, certificates(hierarchy, members));
    }
    for (const auto& [name, count] : iis.filler) {
        auto store = filler_roots(count);
        const auto& others = machine.stores.at(name);
        store.insert(store.end(), others.begin(), others.end());
        machine.stores.put(name, std::move(store));
    }
    for (const std::string& name : iis.crls) {
        machine.revocation.crls.push_back(hierarchy.crl_at(name).crl);
    }
    machine.revocation.offline = iis.revocation_offline;
    machine.issuer_list_limit = iis.issuer_list_limit;
    return machine;
}

schannel::Binding binding_of(const scenario::IisBinding& binding)
{
    return {.kind = static_cast<schannel::BindingKind>(binding.kind),
            .host = binding.host,
            .certificate = binding.certificate,
            .ctl_store_name = binding.ctl_store_name,
            .negotiate_client_certificate = binding.negotiate,
            .verify_revocation = binding.verify_revocation,
            .usage_check = binding.usage_check,
            .disable_tls13 = binding.disable_tls13};
}

static_assert(static_cast<int>(scenario::BindingKind::central_store) ==
              static_cast<int>(schannel::BindingKind::central_store));

std::vector<TlsVersion> versions_of(const std::vector<TlsVersion>& configured, const schannel::Machine& machine,
                                    const schannel::Binding& binding)
{
    std::vector<TlsVersion> versions = configured;
    if (versions.empty()) {
        versions = {TlsVersion::tls12};
        if (schannel::supports_tls13(machine.windows)) {
            versions.push_back(TlsVersion::tls13);
        }
    }
    if (binding.disable_tls13) {
        std::erase(versions, TlsVersion::tls13);
    }
    return versions;
}

TlsSettings tls_of(const std::vector<TlsVersion>& configured, const schannel::Machine& machine,
                   const schannel::Binding& binding, const pki::Hierarchy& hierarchy)
{
    TlsSettings settings;
    settings.certificate = &hierarchy.at(binding.certificate);
    settings.versions = versions_of(configured, machine, binding);
    const schannel::IssuerList list = schannel::issuer_list(machine, binding);
    if (list.sent) {
        settings.advertise = list.names;
    }
    settings.asks_in_handshake = binding.negotiate_client_certificate;
    return settings;
}

class IisSite : public Site {
  public:
    IisSite(TlsSettings settings, scenario::Iis iis, std::shared_ptr<const schannel::Machine> machine,
            schannel::Binding binding)
        : Site{std::move(settings)}, iis_{std::move(iis)}, machine_{std::move(machine)}, binding_{std::move(binding)}
    {
    }

    [[nodiscard]] NextStep next_step(const HttpRequest& request, const Situation& situation) const override;
    [[nodiscard]] Verdict judge(const HttpRequest& request, const Presented& presented) const override;
    [[nodiscard]] std::string label(std::uint16_t port) const override;

    [[nodiscard]] HttpHost host() const override
    {
        using Kind = HttpHost::Kind;
        return {.kind = iis_.self_hosted       ? Kind::self_hosted
                        : iis_.detailed_errors ? Kind::detailed
                                               : Kind::as_usual,
                .iis_version = schannel::iis_version(machine_->windows)};
    }

  private:
    [[nodiscard]] scenario::Access access(const std::string& path) const;
    [[nodiscard]] NextStep late_in_tls13(const HttpRequest& request, const Situation& situation) const;
    [[nodiscard]] NextStep ask_late(const HttpRequest& request) const;

    scenario::Iis iis_;
    std::shared_ptr<const schannel::Machine> machine_;
    schannel::Binding binding_;
};

scenario::Access IisSite::access(const std::string& path) const
{
    std::size_t longest = 0;
    scenario::Access result = scenario::Access::none;
    for (const auto& [prefix, access] : iis_.access) {
        if (lies_below(path, prefix) && prefix.size() >= longest) {
            longest = prefix.size();
            result = access;
        }
    }
    return result;
}

/// IIS reads the body before it asks, as far as uploadReadAheadSize goes.
NextStep IisSite::ask_late(const HttpRequest& request) const
{
    const bool too_long = request.body_size > iis_.upload_read_ahead_size;
    return {.kind = too_long ? NextStep::Kind::answer : NextStep::Kind::ask,
            .answer = {.status = 413,
                       .substatus = 0,
                       .win32 = 0,
                       .rule = "the body exceeds uploadReadAheadSize, so no certificate can be asked for any more",
                       .close = true},
            .read_ahead = iis_.upload_read_ahead_size};
}

NextStep IisSite::late_in_tls13(const HttpRequest& request, const Situation& situation) const
{
    const bool newest = machine_->windows == schannel::WindowsVersion::w2025;
    const LateTls13 by_version = newest ? LateTls13::error_500 : LateTls13::reset;
    LateTls13 behaviour = iis_.late_tls13.value_or(by_version);
    if (behaviour == LateTls13::post_handshake) {
        if (situation.offers_post_handshake) {
            return ask_late(request);
        }
        behaviour = by_version;
    }
    const std::string rule = "TLS 1.3 has no renegotiation: the certificate cannot be asked for after the handshake";
    if (behaviour == LateTls13::reset) {
        return {.kind = NextStep::Kind::reset, .answer = {.rule = rule}};
    }
    return {.kind = NextStep::Kind::answer,
            .answer = {.status = 500,
                       .substatus = 0,
                       .win32 = static_cast<std::uint32_t>(schannel::Win32::not_supported),
                       .rule = rule,
                       .close = false}};
}

NextStep IisSite::next_step(const HttpRequest& request, const Situation& situation) const
{
    if (situation.already_asked || access(request.path) == scenario::Access::none) {
        return {};
    }
    if (situation.version == TlsVersion::tls13) {
        return late_in_tls13(request, situation);
    }
    return ask_late(request);
}

Verdict IisSite::judge(const HttpRequest& request, const Presented& presented) const
{
    const auto wanted = static_cast<schannel::Access>(access(request.path));
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const schannel::Decision decision = schannel::decide(*machine_, binding_, wanted, presented.chain, now);
    return {.status = decision.status,
            .substatus = decision.substatus,
            .win32 = static_cast<std::uint32_t>(decision.win32),
            .rule = decision.rule,
            .close = false};
}

static_assert(static_cast<int>(scenario::Access::require) == static_cast<int>(schannel::Access::require));

/// As `netsh http` takes it.
std::string IisSite::label(std::uint16_t port) const
{
    const std::string behind = ":" + std::to_string(port);
    switch (binding_.kind) {
    case schannel::BindingKind::ip_port: {
        const bool v6 = binding_.host.find(':') != std::string::npos;
        return "ipport=" + (v6 ? "[" + binding_.host + "]" : binding_.host) + behind;
    }
    case schannel::BindingKind::hostname_port:
        return "hostnameport=" + binding_.host + behind;
    case schannel::BindingKind::central_store:
        break;
    }
    return "ccs=" + std::to_string(port);
}

class IisSites : public Sites {
  public:
    IisSites(const scenario::Scenario& scenario, const pki::Hierarchy& hierarchy)
    {
        const scenario::Iis& iis = scenario.iis.value();
        const auto machine = std::make_shared<const schannel::Machine>(machine_of(iis, hierarchy));
        for (const scenario::IisBinding& binding : iis.bindings) {
            bindings_.push_back(binding_of(binding));
        }
        for (const scenario::Listener& listener : scenario.listeners) {
            auto& sites = sites_[listener.name];
            for (const schannel::Binding& binding : bindings_) {
                sites.push_back(std::make_unique<IisSite>(tls_of(listener.tls, *machine, binding, hierarchy), iis,
                                                          machine, binding));
            }
        }
    }

    [[nodiscard]] const Site* serving(const scenario::Listener& listener, const std::string& address,
                                      const std::optional<std::string>& sni) const override
    {
        const schannel::Binding* binding = schannel::serving(bindings_, address, sni);
        if (binding == nullptr) {
            return nullptr;
        }
        return sites_.at(listener.name)[static_cast<std::size_t>(binding - bindings_.data())].get();
    }

  private:
    std::vector<schannel::Binding> bindings_;
    std::map<std::string, std::vector<std::unique_ptr<IisSite>>> sites_; // by listener, then as bindings_
};

} // namespace

std::unique_ptr<Sites> iis_sites(const scenario::Scenario& scenario, const pki::Hierarchy& hierarchy)
{
    return std::make_unique<IisSites>(scenario, hierarchy);
}

std::string iis_bindings_text(const scenario::Iis& iis, const pki::Hierarchy& hierarchy,
                              const std::vector<std::uint16_t>& ports)
{
    std::vector<schannel::BindingRecord> records;
    for (const std::uint16_t port : ports) {
        for (const scenario::IisBinding& binding : iis.bindings) {
            records.push_back({.binding = binding_of(binding),
                               .port = port,
                               .certificate = hierarchy.at(binding.certificate).certificate});
        }
    }
    return schannel::show_sslcert(schannel::windows_version(iis.windows).value(), records);
}

} // namespace mtls::server
