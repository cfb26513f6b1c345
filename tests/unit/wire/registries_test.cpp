#include "probe/wire/registries.hpp"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "probe/wire/named_group.hpp"
#include "probe/wire/parse_error.hpp"

using namespace mtls::wire;

namespace {

template <class Code> std::string name_of(unsigned code)
{
    return name(static_cast<Code>(code));
}

} // namespace

TEST_CASE("versions are named as on the command line")
{
    CHECK(name(ProtocolVersion::ssl3) == "SSL 3.0");
    CHECK(name(ProtocolVersion::tls10) == "1.0");
    CHECK(name(ProtocolVersion::tls11) == "1.1");
    CHECK(name(ProtocolVersion::tls12) == "1.2");
    CHECK(name(ProtocolVersion::tls13) == "1.3");
    CHECK(name_of<ProtocolVersion>(0x0305) == "0x0305");
}

TEST_CASE("handshake messages are named as the RFCs name the messages")
{
    CHECK(name(HandshakeType::certificate_request) == "CertificateRequest");
    CHECK(name(HandshakeType::server_hello_done) == "ServerHelloDone");
    CHECK(name(HandshakeType::encrypted_extensions) == "EncryptedExtensions");
    CHECK(name(HandshakeType::certificate_url) == "CertificateURL");
    CHECK(name(HandshakeType::message_hash) == "MessageHash");
    CHECK(name_of<HandshakeType>(99) == "0x63");
}

TEST_CASE("alerts and certificate types are named")
{
    CHECK(name_of<AlertDescription>(48) == "unknown_ca");
    CHECK(name_of<AlertDescription>(116) == "certificate_required");
    CHECK(name_of<AlertDescription>(255) == "0xff");
    CHECK(name_of<ClientCertificateType>(1) == "rsa_sign");
    CHECK(name_of<ClientCertificateType>(64) == "ecdsa_sign");
    CHECK(name_of<ClientCertificateType>(0) == "0x00");
}

TEST_CASE("a signature scheme has one name in every version")
{
    CHECK(name_of<SignatureScheme>(0x0403) == "ecdsa_secp256r1_sha256");
    CHECK(name_of<SignatureScheme>(0x0402) == "dsa_sha256");
    CHECK(name_of<SignatureScheme>(0x0103) == "ecdsa_md5");
    CHECK(name_of<SignatureScheme>(0x0804) == "rsa_pss_rsae_sha256");
    CHECK(name_of<SignatureScheme>(0x081a) == "ecdsa_brainpoolP256r1tls13_sha256");
    CHECK(name_of<SignatureScheme>(0x0905) == "mldsa65");
    CHECK(name_of<SignatureScheme>(0xbeef) == "0xbeef");
}

TEST_CASE("groups are named")
{
    CHECK(name_of<NamedGroup>(0x001d) == "x25519");
    CHECK(name_of<NamedGroup>(0x11ec) == "X25519MLKEM768");
    CHECK(name_of<NamedGroup>(0xbeef) == "0xbeef");
}

TEST_CASE("every reason for not parsing has its own spelling for a word")
{
    const std::vector<std::pair<Reason, std::string>> rows{
        {Reason::truncated, "truncated"},
        {Reason::too_short, "too_short"},
        {Reason::too_long, "too_long"},
        {Reason::odd_length, "odd_length"},
        {Reason::trailing_bytes, "trailing_bytes"},
        {Reason::duplicate, "duplicate"},
        {Reason::bad_value, "bad_value"},
        {Reason::missing, "missing"},
    };
    for (const auto& [reason, word] : rows) {
        CHECK(to_string(reason) == word);
    }
    CHECK(to_string(static_cast<Reason>(99)) == std::string{"unknown"});
}

TEST_CASE("extensions are named")
{
    CHECK(name_of<ExtensionType>(47) == "certificate_authorities");
    CHECK(name_of<ExtensionType>(13) == "signature_algorithms");
    CHECK(name_of<ExtensionType>(0xff01) == "renegotiation_info");
    CHECK(name_of<ExtensionType>(40) == "0x0028");
}

TEST_CASE("the reserved values of RFC 8701 are told from unknown ones")
{
    CHECK(name_of<SignatureScheme>(0x0a0a) == "grease_0x0a0a");
    CHECK(name_of<ExtensionType>(0xfafa) == "grease_0xfafa");
    CHECK(name_of<ExtensionType>(0x0a1a) == "0x0a1a");
    CHECK(name_of<ExtensionType>(0x0b0b) == "0x0b0b");
}
