#include "probe/wire/certificate.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "tests/unit/wire/support/vectors.hpp"

using namespace mtls::wire;
using namespace mtls::wire::test;

namespace {

using Buffer = std::vector<std::uint8_t>;

const std::vector<Vector>& captured()
{
    static const std::vector<Vector> vectors = load_vectors("certificate.vectors");
    return vectors;
}

/// From a copy in a block of exactly its size, so that AddressSanitizer sees a read past its end.
CertificateMessage parse(ProtocolVersion version, Bytes body)
{
    const Buffer exact(body.begin(), body.end());
    return parse_certificate(version, exact);
}

/// The items that the vector places in its body: "3+320 326+426", each behind a length of three bytes.
std::vector<Buffer> expected_certificates(const Vector& vector)
{
    std::vector<Buffer> items;
    std::istringstream places{vector.fields.at("certificates")};
    std::size_t offset = 0;
    std::size_t size = 0;
    for (char plus = 0; places >> offset >> plus >> size;) {
        const Bytes there = Bytes{vector.body}.subspan(offset + 3, size);
        items.emplace_back(there.begin(), there.end());
    }
    return items;
}

void check(const Vector& vector)
{
    CAPTURE(vector.name);

    const CertificateMessage message = parse(vector.version, vector.body);

    const std::string error = message.error ? std::string{to_string(message.error->reason)} + ' ' +
                                                  message.error->field + ' ' + std::to_string(message.error->offset)
                                            : "none";
    CHECK(vector.fields.at("error") == error);
    CHECK(message.certificates == expected_certificates(vector));
}

} // namespace

TEST_CASE("the certificates of real servers are read, leaf first")
{
    REQUIRE(captured().size() >= 4);
    for (const Vector& vector : captured()) {
        check(vector);
    }
}

TEST_CASE("broken Certificate messages name what is wrong and where, and keep the whole certificates")
{
    const auto edited = load_vectors("certificate_edits.vectors", captured());
    REQUIRE(edited.size() >= captured().size());
    for (const Vector& vector : edited) {
        check(vector);
    }
}

TEST_CASE("no proper prefix of a valid Certificate parses")
{
    for (const Vector& vector : captured()) {
        CAPTURE(vector.name);
        for (std::size_t length = 0; length < vector.body.size(); ++length) {
            CAPTURE(length);
            CHECK(parse(vector.version, Bytes{vector.body}.first(length)).error);
        }
    }
}

TEST_CASE("random bytes are read to the end as a Certificate")
{
    std::mt19937 random{20240301}; // NOLINT(cert-msc32-c,cert-msc51-cpp): the same bytes in every run
    for (int round = 0; round < 40000; ++round) {
        Buffer body(random() % 40);
        std::generate(body.begin(), body.end(), [&] {
            const auto byte = random() % 256;
            return static_cast<std::uint8_t>(byte < 180 ? byte % 6 : byte); // small numbers make plausible lengths
        });
        for (const ProtocolVersion version : {ProtocolVersion::tls12, ProtocolVersion::tls13}) {
            const CertificateMessage message = parse(version, body);
            std::size_t bytes = 0;
            for (const Buffer& certificate : message.certificates) {
                bytes += 3 + certificate.size();
            }
            if (bytes > body.size()) {
                FAIL_CHECK("more than there is");
            }
        }
    }
}
