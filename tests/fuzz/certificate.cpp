// A certificate as a server presents it.
#include "certs/x509/certificate.hpp"

#include "tests/fuzz/invariant.hpp"
#include "tests/fuzz/safe_text.hpp"

using namespace mtls;
using x509::Certificate;

namespace {

void read_all(const Certificate& certificate)
{
    fuzz::invariant(fuzz::is_safe_text(certificate.subject().text()), "a subject is safe");
    fuzz::invariant(fuzz::is_safe_text(certificate.issuer().text()), "an issuer is safe");
    fuzz::invariant(fuzz::is_safe_text(certificate.key_text()), "a key's description is safe");
    fuzz::invariant(fuzz::is_safe_text(certificate.signature_algorithm()), "an algorithm is safe");
    for (const auto& name : certificate.names()) {
        fuzz::invariant(fuzz::is_safe_text(name), "a subjectAltName is safe");
    }
    for (const auto& usage : certificate.extended_key_usage().value_or(std::vector<std::string>{})) {
        fuzz::invariant(fuzz::is_safe_text(usage), "a usage is safe");
    }
    for (const auto& time : {certificate.not_before(), certificate.not_after()}) {
        fuzz::invariant(!time || fuzz::is_safe_text(x509::rfc3339(*time)), "a time is safe");
    }
    (void)certificate.serial();
    (void)certificate.key_type();
    (void)certificate.key_bits();
    (void)certificate.allows_client_authentication();
    (void)certificate.allows_digital_signature();
    (void)certificate.is_ca();
    (void)certificate.is_self_signed();
    (void)certificate.is_issued_by(certificate);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const x509::Bytes der{data, size};
    const auto parsed = Certificate::parse(der);
    const auto skimmed = Certificate::skim(der);
    if (skimmed) {
        read_all(*skimmed);
    }
    if (parsed) {
        fuzz::invariant(parsed->der().size() == size, "a certificate is all of its bytes");
        read_all(*parsed);
    }
    if (parsed && skimmed) {
        fuzz::invariant(parsed->subject() == skimmed->subject(), "both readers see one subject");
        fuzz::invariant(parsed->issuer() == skimmed->issuer(), "and one issuer");
        fuzz::invariant(parsed->not_after() == skimmed->not_after(), "and one end");
        fuzz::invariant(parsed->serial() == skimmed->serial(), "and one serial number");
    }
    return 0;
}
