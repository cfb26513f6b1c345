#include "harness/raw/request_body.hpp"

#include <doctest/doctest.h>

#include "certs/x509/name.hpp"

using namespace mtls;
using scenario::Malformation;
using scenario::TlsVersion;

namespace {

raw::RequestFields fields(Malformation malformation = Malformation::none)
{
    raw::RequestFields result;
    result.certificate_types = {1, 64};
    result.signature_algorithms = {0x04, 0x03};
    result.authorities = {{0x30, 0x00}, {0xaa}};
    result.malformation = malformation;
    return result;
}

} // namespace

TEST_CASE("a body has the fields of its version, and the defect that is wished for")
{
    struct Row {
        Malformation malformation;
        TlsVersion version;
        const char* body;
    };

    using enum Malformation;
    using enum TlsVersion;
    const Row rows[] = {
        {none, tls10, "0201400007000230000001aa"},
        {none, tls12, "020140000204030007000230000001aa"},
        {list_too_long, tls12, "020140000204030008000230000001aa"},
        {entry_too_long, tls12, "020140000204030007000230000002aa"},
        {trailing_bytes_in_list, tls12, "020140000204030008000230000001aa2a"},
        {trailing_bytes_after, tls12, "020140000204030007000230000001aa2a"},
        {missing_algorithms, tls12, "0201400007000230000001aa"},
        {none, tls13, "000015000d000400020403002f00090007000230000001aa"},
        {missing_algorithms, tls13, "00000d002f00090007000230000001aa"},
        {duplicate_extension, tls13, "000022000d000400020403002f00090007000230000001aa002f00090007000230000001aa"},
        {context_too_long, tls13, "ff0015000d000400020403002f00090007000230000001aa"},
        {trailing_bytes_after, tls13, "000015000d000400020403002f00090007000230000001aa2a"},
        {list_too_long, tls13, "000015000d000400020403002f00090008000230000001aa"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);

        CHECK(x509::hex(raw::request_body(fields(row.malformation), row.version)) == row.body);
    }
}

TEST_CASE("without authorities TLS 1.3 has no extension for them, and TLS 1.2 an empty list")
{
    raw::RequestFields none = fields();
    none.authorities.reset();

    CHECK(x509::hex(raw::request_body(none, TlsVersion::tls13)) == "000008000d000400020403");
    CHECK(x509::hex(raw::request_body(none, TlsVersion::tls12)) == "020140000204030000");
    none.authorities.emplace();
    CHECK(x509::hex(raw::request_body(none, TlsVersion::tls13)) == "00000e000d000400020403002f00020000");
}

TEST_CASE("a body given as bytes is said as it is")
{
    raw::RequestFields bytes = fields(Malformation::trailing_bytes_after);
    bytes.body = raw::Buffer{0xde, 0xad};

    CHECK(raw::request_body(bytes, TlsVersion::tls13) == raw::Buffer{0xde, 0xad});
}
