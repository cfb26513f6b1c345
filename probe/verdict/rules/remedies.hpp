#pragma once

#include <vector>

#include "probe/verdict/facts.hpp"
#include "probe/verdict/finding.hpp"

/// What to type where. Words in capitals are for the reader to fill in; what the observations know is filled in
/// already.
namespace mtls::verdict::rules {

/// Make the server name the right CAs: IIS, nginx, Apache, HAProxy.
[[nodiscard]] std::vector<Remedy> advertise_the_right_cas(const Facts& facts);

/// Whether connections that were made the same way were asked different things.
enum class Servers { one, several };

/// Make every binding, server block or back end ask the same. `other` is a connection that was asked something else
/// than a normal client; null if only the bindings of a normal client are at odds.
[[nodiscard]] std::vector<Remedy> make_bindings_alike(const Facts& facts, const observation::Observation* other,
                                                      Servers servers);

/// IIS: give the binding its Ctl Store Name back. `netsh http update sslcert` with every parameter, since it is not
/// known to keep what it is not told.
[[nodiscard]] Remedy restore_ctl_store(const Facts& facts);

/// IIS: a list that fits, by a CTL store.
[[nodiscard]] Remedy shorten_the_list(const Facts& facts);

/// IIS: the root of the candidates in Trusted Root of the machine, which is looked for first.
[[nodiscard]] Remedy install_the_root();

/// IIS: only self-signed certificates in Trusted Root, or the trust mode that does not mind.
[[nodiscard]] Remedy clean_the_root_store();

/// Make the server ask at all, and in the first handshake.
[[nodiscard]] std::vector<Remedy> ask_in_the_handshake(const Facts& facts);

/// Make the server send a list that is empty now.
[[nodiscard]] std::vector<Remedy> send_the_list(const Facts& facts);

/// Make the server insist on a certificate.
[[nodiscard]] std::vector<Remedy> require_a_certificate();

/// IIS: a binding without TLS 1.3, whose site may then ask late.
[[nodiscard]] Remedy keep_to_tls12(const Facts& facts);

/// IIS: the root in the store of the binding, if ClientAuthTrustMode is 1.
[[nodiscard]] Remedy trust_the_root_in_mode_1();

/// Let the server keep more of a request until it has asked.
[[nodiscard]] std::vector<Remedy> hold_larger_bodies();

/// A key of a kind that is asked for, or a server that asks for more kinds than these.
[[nodiscard]] std::vector<Remedy> offer_every_key(const std::vector<wire::ClientCertificateType>& offered);

// remedies_trust.cpp

/// Whether the server names a CA above the certificate.
enum class Named { no, yes };

/// Make the server trust the CAs above a certificate.
[[nodiscard]] std::vector<Remedy> trust_the_ca(const Facts& facts, Named named);

/// For a certificate that no CA has issued.
[[nodiscard]] std::vector<Remedy> trust_this_very_certificate();

/// Whether somebody was refused whose CA the server names.
enum class SomebodyRefused { no, yes };

/// Make the server name the CAs that it trusts, and trust those that it names.
[[nodiscard]] std::vector<Remedy> name_what_is_trusted(SomebodyRefused refused);

/// Find out whether it is revoked, or whether the server cannot tell.
[[nodiscard]] std::vector<Remedy> check_revocation(const Facts& facts);

/// The same where others of that CA are let in, so that the server can tell.
[[nodiscard]] Remedy ask_whether_it_is_revoked(const x509::Certificate& certificate);

/// For alerts that OpenSSL sends for the server's own revocation list, too.
[[nodiscard]] std::vector<Remedy> renew_what_is_out_of_date_there();

/// Where the server writes down why it refused.
[[nodiscard]] std::vector<Remedy> look_into_the_servers_log(const Facts& facts);

/// TLS ends before the server that wants the certificate: verify it here and pass it on, or pass TCP through.
[[nodiscard]] std::vector<Remedy> pass_the_certificate_on();

/// TLS has taken the certificate: where rules, or an application, refuse it afterwards.
[[nodiscard]] std::vector<Remedy> look_into_the_access_rules();

/// Have the client send the intermediates.
[[nodiscard]] Remedy send_the_chain();

/// Ask for a new certificate.
[[nodiscard]] Remedy renew_certificate();

/// Put the valid certificate of a CA in place of one that is not.
[[nodiscard]] Remedy renew_the_ca_in_the_file();

} // namespace mtls::verdict::rules
