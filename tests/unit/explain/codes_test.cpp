#include <cstdint>
#include <set>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "probe/explain/readings.hpp"
#include "probe/explain/tables.hpp"
#include "probe/wire/registries.hpp"

using namespace mtls;
using explain::Kind;
using explain::readings;

namespace {

struct Code {
    std::uint32_t value = 0;
    const char* name = "";
};

/// winerror.h, as far as client certificates meet it.
const Code windows_codes[] = {{0x00090312, "SEC_I_CONTINUE_NEEDED"},
                              {0x00090317, "SEC_I_CONTEXT_EXPIRED"},
                              {0x00090320, "SEC_I_INCOMPLETE_CREDENTIALS"},
                              {0x00090321, "SEC_I_RENEGOTIATE"},
                              {0x00090360, "SEC_I_NO_RENEGOTIATION"},
                              {0x8009000A, "NTE_BAD_TYPE"},
                              {0x8009000B, "NTE_BAD_KEY_STATE"},
                              {0x8009000D, "NTE_NO_KEY"},
                              {0x80090010, "NTE_PERM"},
                              {0x80090016, "NTE_BAD_KEYSET"},
                              {0x80090019, "NTE_KEYSET_NOT_DEF"},
                              {0x8009001A, "NTE_KEYSET_ENTRY_BAD"},
                              {0x80090022, "NTE_SILENT_CONTEXT"},
                              {0x80090029, "NTE_NOT_SUPPORTED"},
                              {0x80090302, "SEC_E_UNSUPPORTED_FUNCTION"},
                              {0x80090304, "SEC_E_INTERNAL_ERROR"},
                              {0x80090308, "SEC_E_INVALID_TOKEN"},
                              {0x8009030C, "SEC_E_LOGON_DENIED"},
                              {0x8009030D, "SEC_E_UNKNOWN_CREDENTIALS"},
                              {0x8009030E, "SEC_E_NO_CREDENTIALS"},
                              {0x8009030F, "SEC_E_MESSAGE_ALTERED"},
                              {0x80090317, "SEC_E_CONTEXT_EXPIRED"},
                              {0x80090320, "SEC_E_INCOMPLETE_CREDENTIALS"},
                              {0x80090322, "SEC_E_WRONG_PRINCIPAL"},
                              {0x80090324, "SEC_E_TIME_SKEW"},
                              {0x80090325, "SEC_E_UNTRUSTED_ROOT"},
                              {0x80090326, "SEC_E_ILLEGAL_MESSAGE"},
                              {0x80090327, "SEC_E_CERT_UNKNOWN"},
                              {0x80090328, "SEC_E_CERT_EXPIRED"},
                              {0x80090329, "SEC_E_ENCRYPT_FAILURE"},
                              {0x80090330, "SEC_E_DECRYPT_FAILURE"},
                              {0x80090331, "SEC_E_ALGORITHM_MISMATCH"},
                              {0x80090333, "SEC_E_UNFINISHED_CONTEXT_DELETED"},
                              {0x80090337, "SEC_E_CRYPTO_SYSTEM_INVALID"},
                              {0x8009033A, "SEC_E_STRONG_CRYPTO_NOT_SUPPORTED"},
                              {0x80090346, "SEC_E_BAD_BINDINGS"},
                              {0x80090349, "SEC_E_CERT_WRONG_USAGE"},
                              {0x80090350, "SEC_E_DOWNGRADE_DETECTED"},
                              {0x80090351, "SEC_E_SMARTCARD_CERT_REVOKED"},
                              {0x80090352, "SEC_E_ISSUING_CA_UNTRUSTED"},
                              {0x80090353, "SEC_E_REVOCATION_OFFLINE_C"},
                              {0x80090355, "SEC_E_SMARTCARD_CERT_EXPIRED"},
                              {0x8009035D, "SEC_E_INVALID_PARAMETER"},
                              {0x80090363, "SEC_E_MUTUAL_AUTH_FAILED"},
                              {0x80091002, "CRYPT_E_UNKNOWN_ALGO"},
                              {0x80092002, "CRYPT_E_BAD_ENCODE"},
                              {0x80092004, "CRYPT_E_NOT_FOUND"},
                              {0x80092007, "CRYPT_E_SELF_SIGNED"},
                              {0x80092008, "CRYPT_E_DELETED_PREV"},
                              {0x80092009, "CRYPT_E_NO_MATCH"},
                              {0x8009200B, "CRYPT_E_NO_KEY_PROPERTY"},
                              {0x80092010, "CRYPT_E_REVOKED"},
                              {0x80092011, "CRYPT_E_NO_REVOCATION_DLL"},
                              {0x80092012, "CRYPT_E_NO_REVOCATION_CHECK"},
                              {0x80092013, "CRYPT_E_REVOCATION_OFFLINE"},
                              {0x80092014, "CRYPT_E_NOT_IN_REVOCATION_DATABASE"},
                              {0x80092026, "CRYPT_E_SECURITY_SETTINGS"},
                              {0x80092027, "CRYPT_E_NO_VERIFY_USAGE_DLL"},
                              {0x80092028, "CRYPT_E_NO_VERIFY_USAGE_CHECK"},
                              {0x80092029, "CRYPT_E_VERIFY_USAGE_OFFLINE"},
                              {0x8009202A, "CRYPT_E_NOT_IN_CTL"},
                              {0x8009202B, "CRYPT_E_NO_TRUSTED_SIGNER"},
                              {0x8009202C, "CRYPT_E_MISSING_PUBKEY_PARA"},
                              {0x80096001, "TRUST_E_SYSTEM_ERROR"},
                              {0x80096002, "TRUST_E_NO_SIGNER_CERT"},
                              {0x80096003, "TRUST_E_COUNTER_SIGNER"},
                              {0x80096004, "TRUST_E_CERT_SIGNATURE"},
                              {0x80096005, "TRUST_E_TIME_STAMP"},
                              {0x80096010, "TRUST_E_BAD_DIGEST"},
                              {0x80096019, "TRUST_E_BASIC_CONSTRAINTS"},
                              {0x8009601E, "TRUST_E_FINANCIAL_CRITERIA"},
                              {0x800B0001, "TRUST_E_PROVIDER_UNKNOWN"},
                              {0x800B0002, "TRUST_E_ACTION_UNKNOWN"},
                              {0x800B0003, "TRUST_E_SUBJECT_FORM_UNKNOWN"},
                              {0x800B0004, "TRUST_E_SUBJECT_NOT_TRUSTED"},
                              {0x800B0100, "TRUST_E_NOSIGNATURE"},
                              {0x800B0101, "CERT_E_EXPIRED"},
                              {0x800B0102, "CERT_E_VALIDITYPERIODNESTING"},
                              {0x800B0103, "CERT_E_ROLE"},
                              {0x800B0104, "CERT_E_PATHLENCONST"},
                              {0x800B0105, "CERT_E_CRITICAL"},
                              {0x800B0106, "CERT_E_PURPOSE"},
                              {0x800B0107, "CERT_E_ISSUERCHAINING"},
                              {0x800B0108, "CERT_E_MALFORMED"},
                              {0x800B0109, "CERT_E_UNTRUSTEDROOT"},
                              {0x800B010A, "CERT_E_CHAINING"},
                              {0x800B010B, "TRUST_E_FAIL"},
                              {0x800B010C, "CERT_E_REVOKED"},
                              {0x800B010D, "CERT_E_UNTRUSTEDTESTROOT"},
                              {0x800B010E, "CERT_E_REVOCATION_FAILURE"},
                              {0x800B010F, "CERT_E_CN_NO_MATCH"},
                              {0x800B0110, "CERT_E_WRONG_USAGE"},
                              {0x800B0111, "TRUST_E_EXPLICIT_DISTRUST"},
                              {0x800B0112, "CERT_E_UNTRUSTEDCA"},
                              {0x800B0113, "CERT_E_INVALID_POLICY"},
                              {0x800B0114, "CERT_E_INVALID_NAME"},
                              {0x8010006E, "SCARD_W_CANCELLED_BY_USER"}};

const Code small_codes[] = {{5, "ERROR_ACCESS_DENIED"},
                            {50, "ERROR_NOT_SUPPORTED"},
                            {64, "ERROR_NETNAME_DELETED"},
                            {995, "ERROR_OPERATION_ABORTED"},
                            {1168, "ERROR_NOT_FOUND"},
                            {1236, "ERROR_CONNECTION_ABORTED"},
                            {12044, "ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED"},
                            {12175, "ERROR_WINHTTP_SECURE_FAILURE"},
                            {12185, "ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY"},
                            {12186, "ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY"}};

/// Whether one of the readings bears this name.
bool means(std::string_view word, std::string_view name)
{
    for (const explain::Page& page : readings(word)) {
        if (page.name == name) {
            return !page.meaning.empty() && !page.next.empty();
        }
    }
    return false;
}

bool means_status(std::string_view word, std::string_view code)
{
    for (const explain::Page& page : readings(word)) {
        if (page.kind == Kind::http_status && page.code == code) {
            return true;
        }
    }
    return false;
}

} // namespace

TEST_CASE("every Windows code is explained in every spelling that people paste")
{
    for (const Code& code : windows_codes) {
        CAPTURE(code.name);
        CHECK(means(code.name, code.name));
        CHECK(means(fmt::format("0x{:08X}", code.value), code.name));
        CHECK(means(fmt::format("0x{:x}", code.value), code.name));
        CHECK(means(fmt::format("0X{:08X}", code.value), code.name));
        CHECK(means(fmt::format("{:08X}", code.value), code.name));
        CHECK(means(fmt::format("{:08x}h", code.value), code.name));
        CHECK(means(fmt::format("0x{:08X}L", code.value), code.name));
        CHECK(means(std::to_string(code.value), code.name));
        CHECK(means(std::to_string(static_cast<std::int32_t>(code.value)), code.name));
    }
}

TEST_CASE("a Win32 or WinHTTP code is explained by number, name and as the HRESULT made of it")
{
    for (const Code& code : small_codes) {
        CAPTURE(code.name);
        CHECK(means(code.name, code.name));
        CHECK(means(std::to_string(code.value), code.name));
        CHECK(means(fmt::format("0x{:X}", code.value), code.name));
        CHECK(means(fmt::format("0x8007{:04X}", code.value), code.name));
        CHECK(means(std::to_string(static_cast<std::int32_t>(0x80070000U | code.value)), code.name));
    }
}

TEST_CASE("the low half of a code is read back, and says that this is an inference")
{
    const Code cases[] = {{0x101, "CERT_E_EXPIRED"},
                          {0x109, "CERT_E_UNTRUSTEDROOT"},
                          {0x10A, "CERT_E_CHAINING"},
                          {0x10C, "CERT_E_REVOKED"},
                          {0x110, "CERT_E_WRONG_USAGE"},
                          {0x112, "CERT_E_UNTRUSTEDCA"},
                          {0x2013, "CRYPT_E_REVOCATION_OFFLINE"}};
    for (const Code& code : cases) {
        CAPTURE(code.name);
        CHECK(means(fmt::format("0x{:x}", code.value), code.name));
        CHECK(means(fmt::format("{:x}", code.value), code.name));
        CHECK(means(std::to_string(code.value), code.name));
        CHECK(readings(fmt::format("0x{:x}", code.value)).back().detection.find("not documented") != std::string::npos);
    }
}

TEST_CASE("every status and Schannel event that the probe speaks of is explained")
{
    for (const char* status :
         {"403.7",  "403.12", "403.13", "403.16", "403.17", "500.0", "400",     "401",    "403",   "413",
          "495",    "496",    "403.1",  "403.2",  "403.3",  "403.4", "403.5",   "403.6",  "403.8", "403.14",
          "403.18", "401.1",  "401.2",  "401.3",  "401.4",  "401.5", "403.501", "403.502"}) {
        CAPTURE(status);
        CHECK(means_status(status, status));
    }
    for (const char* event : {"36870", "36874", "36875", "36877", "36885", "36887", "36888"}) {
        CAPTURE(event);
        REQUIRE(readings(event).size() == 1);
        CHECK(readings(event).front().kind == Kind::schannel_event);
    }
}

TEST_CASE("every alert of the registry is explained under the registry's number and name")
{
    std::size_t named = 0;
    for (unsigned code = 0; code < 256; ++code) {
        const std::string name = wire::name(static_cast<wire::AlertDescription>(code));
        if (name.starts_with("0x") || name.starts_with("grease")) {
            CHECK(readings(std::to_string(code), Kind::tls_alert).empty());
            continue;
        }
        CAPTURE(name);
        ++named;
        REQUIRE(readings(std::to_string(code), Kind::tls_alert).size() == 1);
        CHECK(readings(std::to_string(code), Kind::tls_alert).front().name == name);
        CHECK(means(name, name));
    }
    CHECK(named == explain::alerts().size());
}

TEST_CASE("no table holds a number or a name twice, and no entry is unfinished")
{
    for (const auto table :
         {explain::security_codes(), explain::key_codes(), explain::crypto_codes(), explain::trust_codes(),
          explain::win32_codes(), explain::winhttp_codes(), explain::alerts(), explain::schannel_events()}) {
        std::set<std::uint32_t> values;
        std::set<std::string> names;
        for (const explain::CodeEntry& entry : table) {
            CAPTURE(entry.name);
            CHECK(values.insert(entry.value).second);
            CHECK(names.insert(entry.name).second);
            for (const std::string text : {entry.meaning, entry.next}) {
                CHECK(text.size() > 15);
                CHECK((text.ends_with('.') || text.ends_with(')') || text.ends_with('?') || text.ends_with('V')));
            }
        }
    }
}

TEST_CASE("a number that can be several things lists all of them")
{
    CHECK(means("109", "missing_extension"));
    CHECK(means("109", "CERT_E_UNTRUSTEDROOT"));
    CHECK(means("112", "unrecognized_name"));
    CHECK(means("112", "CERT_E_UNTRUSTEDCA"));
    CHECK(means("50", "decode_error"));
    CHECK(means("50", "ERROR_NOT_SUPPORTED"));
    CHECK(means_status("7", "403.7"));
    CHECK(means("48", "unknown_ca"));
}

TEST_CASE("what is no code has no reading")
{
    for (const char* word : {"", "foo", "0x", "0xZZ", "255", "0x800B01FF", "403.99", "99999999999", "-", "-0", "1.2.3",
                             "0x800B0109x", "--", ".", "403.", "403.16.1"}) {
        CAPTURE(word);
        CHECK(readings(word).empty());
    }
}
