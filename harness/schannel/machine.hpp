#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certs/ossl/handles.hpp"
#include "certs/x509/certificate.hpp"

/// What a Windows server's http.sys and SChannel are configured with, and what they make of it. Pure values and
/// functions; nothing here was run against Windows: what the sources infer or dispute is a setting.
namespace mtls::schannel {

enum class WindowsVersion { w2008r2, w2012, w2016, w2019, w2022, w2025 };

/// HKLM\...\SCHANNEL\ClientAuthTrustMode.
enum class ClientAuthTrustMode {
    machine = 0,        ///< the chain ends in Trusted Root and comes from an issuer in the list of names
    exclusive_root = 1, ///< the chain ends in a root of the CTL store and comes from an issuer in the list of names
    exclusive_ca = 2,   ///< the chain holds an intermediate or a root of the CTL store
};

/// HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL, machine-wide.
struct Registry {
    std::optional<bool> send_trusted_issuer_list; ///< null: the version's default (on up to 2008 R2, off since 2012)
    ClientAuthTrustMode client_auth_trust_mode = ClientAuthTrustMode::machine;
};

/// LocalMachine certificate stores by name; Windows does not tell upper from lower case in them.
class Stores {
  public:
    void put(std::string_view name, std::vector<x509::Certificate> certificates);

    /// Empty if there is no such store.
    [[nodiscard]] const std::vector<x509::Certificate>& at(std::string_view name) const;

  private:
    std::map<std::string, std::vector<x509::Certificate>, std::less<>> stores_;
};

inline constexpr std::string_view trusted_root = "Root";
inline constexpr std::string_view intermediate_authorities = "CA";
inline constexpr std::string_view client_auth_issuer = "ClientAuthIssuer";

/// What the revocation check finds.
struct Revocation {
    std::vector<std::shared_ptr<X509_CRL>> crls;
    bool offline = false; ///< no distribution point answers
};

/// A Windows server as far as client certificates depend on it.
struct Machine {
    WindowsVersion windows = WindowsVersion::w2022;
    Registry registry;
    Stores stores;
    Revocation revocation;
    /// Bytes that the list of names may take on the wire, each with its two-byte length. Null: the version's default
    /// (16,384 up to Server 2012; no limit is documented later).
    std::optional<std::size_t> issuer_list_limit;
};

[[nodiscard]] bool sends_trusted_issuer_list(const Machine& machine);
[[nodiscard]] std::optional<std::size_t> issuer_list_limit(const Machine& machine);
[[nodiscard]] bool supports_tls13(WindowsVersion version);
[[nodiscard]] const char* iis_version(WindowsVersion version); ///< "7.5", "8.0", "10.0"

[[nodiscard]] const char* to_string(WindowsVersion version);                        ///< "2008R2", "2012"...
[[nodiscard]] std::optional<WindowsVersion> windows_version(std::string_view text); ///< the other way round

} // namespace mtls::schannel
