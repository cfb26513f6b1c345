#include "probe/wire/certificate_request.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <span>
#include <sstream>

#include "tests/unit/wire/support/serialise.hpp"
#include "tests/unit/wire/support/vectors.hpp"

using namespace mtls::wire;
using namespace mtls::wire::test;

namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr std::array versions{ProtocolVersion::ssl3, ProtocolVersion::tls10, ProtocolVersion::tls11,
                              ProtocolVersion::tls12, ProtocolVersion::tls13};

const std::vector<Vector>& captured()
{
    static const std::vector<Vector> vectors = load_vectors("certificate_request.vectors");
    return vectors;
}

const std::vector<Vector>& edited()
{
    static const std::vector<Vector> vectors = load_vectors("certificate_request_edits.vectors", captured());
    return vectors;
}

/// From a copy in a block of exactly its size, so that AddressSanitizer sees a read past its end.
CertificateRequest parse(ProtocolVersion version, Bytes body)
{
    const Buffer exact(body.begin(), body.end());
    return parse_certificate_request(version, exact);
}

std::string hex(Bytes bytes)
{
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += "0123456789abcdef"[byte >> 4U];
        text += "0123456789abcdef"[byte & 0xfU];
    }
    return text;
}

template <class Code> std::string codes(const std::optional<std::vector<Code>>& items)
{
    if (!items) {
        return "null";
    }
    std::string text;
    for (const Code item : *items) {
        text += (text.empty() ? "" : " ");
        for (std::size_t shift = 8 * sizeof(Code); shift > 0; shift -= 8) {
            const auto byte = static_cast<std::uint8_t>(static_cast<unsigned>(item) >> (shift - 8));
            text += hex(Bytes{&byte, 1});
        }
    }
    return text;
}

std::string authorities(const CertificateRequest& request)
{
    if (!request.certificate_authorities) {
        return "null";
    }
    std::ostringstream text;
    for (const DistinguishedName& entry : *request.certificate_authorities) {
        text << (text.tellp() > 0 ? " " : "") << entry.offset << '+' << entry.der.size();
        if (entry.error) {
            text << '!' << to_string(entry.error->reason);
        }
    }
    return text.str();
}

std::string extensions(const CertificateRequest& request)
{
    std::ostringstream text;
    for (const Extension& extension : request.extensions) {
        text << (text.tellp() > 0 ? " " : "") << codes(std::optional{std::vector{extension.type}}) << '@'
             << extension.offset << '+' << extension.data.size();
    }
    return text.str();
}

std::string oid_filters(const CertificateRequest& request)
{
    if (!request.oid_filters) {
        return "null";
    }
    std::string text;
    for (const OidFilter& filter : *request.oid_filters) {
        text += (text.empty() ? "" : " ") + hex(filter.certificate_extension_oid) + '=' +
                hex(filter.certificate_extension_values);
    }
    return text;
}

std::string error(const CertificateRequest& request)
{
    return request.error ? std::string{to_string(request.error->reason)} + ' ' + request.error->field + ' ' +
                               std::to_string(request.error->offset)
                         : "none";
}

/// Each field that the vector speaks of, in the vector's words.
void check(const Vector& vector)
{
    CAPTURE(vector.name);

    const CertificateRequest request = parse(vector.version, vector.body);

    CHECK(request.version == vector.version);
    CHECK(vector.fields.at("error") == error(request));
    CHECK(vector.fields.at("framing") == (request.framing_broken ? "broken" : "whole"));
    CHECK(vector.fields.at("authorities") == authorities(request));
    const std::map<std::string, std::string> others{
        {"certificate_types", codes(request.certificate_types)},
        {"signature_algorithms", codes(request.signature_algorithms)},
        {"signature_algorithms_cert", codes(request.signature_algorithms_cert)},
        {"extensions", extensions(request)},
        {"oid_filters", oid_filters(request)},
    };
    for (const auto& other : others) {
        if (const auto expected = vector.fields.find(other.first); expected != vector.fields.end()) {
            CAPTURE(other.first);
            CHECK(expected->second == other.second);
        }
    }
}

/// What each entry and extension says it is, is what lies there.
void check_places(const CertificateRequest& request, Bytes body)
{
    for (const DistinguishedName& entry : request.certificate_authorities.value_or(std::vector<DistinguishedName>{})) {
        const Bytes there = body.subspan(entry.offset + 2, entry.der.size());
        CHECK(std::equal(there.begin(), there.end(), entry.der.begin(), entry.der.end()));
    }
    for (const Extension& extension : request.extensions) {
        const Bytes there = body.subspan(extension.offset + 4, extension.data.size());
        CHECK(std::equal(there.begin(), there.end(), extension.data.begin(), extension.data.end()));
    }
}

} // namespace

TEST_CASE("requests of real servers are read as OpenSSL reads them")
{
    REQUIRE(captured().size() >= 20);
    for (const Vector& vector : captured()) {
        check(vector);
    }
}

TEST_CASE("broken requests name what is wrong and where, and keep what can be read")
{
    REQUIRE(edited().size() >= captured().size());
    for (const Vector& vector : edited()) {
        check(vector);
    }
}

TEST_CASE("a request that parses can be written again byte for byte")
{
    for (const auto* vectors : {&captured(), &edited()}) {
        for (const Vector& vector : *vectors) {
            CAPTURE(vector.name);
            const CertificateRequest request = parse(vector.version, vector.body);
            check_places(request, vector.body);
            if (!request.error) {
                CHECK(serialise(request) == vector.body);
            }
        }
    }
}

TEST_CASE("no proper prefix of a valid request parses")
{
    for (const Vector& vector : captured()) {
        CAPTURE(vector.name);
        const std::size_t step = vector.body.size() > 1000 ? 97 : 1; // the lists of 200 names: a sample
        for (std::size_t length = 0; length < vector.body.size(); length += step) {
            CAPTURE(length);
            const CertificateRequest request = parse(vector.version, Bytes{vector.body}.first(length));
            CHECK(request.error);
            CHECK(request.framing_broken);
        }
    }
}

TEST_CASE("a prefix of a valid request lists the names that are whole in it")
{
    for (const Vector& vector : captured()) {
        if (vector.body.size() > 1000 || vector.fields.at("authorities") == "null") {
            continue;
        }
        CAPTURE(vector.name);
        const auto all = parse(vector.version, vector.body).certificate_authorities.value();
        for (std::size_t length = 0; length < vector.body.size(); ++length) {
            CAPTURE(length);
            const auto some = parse(vector.version, Bytes{vector.body}.first(length))
                                  .certificate_authorities.value_or(std::vector<DistinguishedName>{});
            const auto whole = std::count_if(all.begin(), all.end(), [length](const DistinguishedName& entry) {
                return entry.offset + 2 + entry.der.size() <= length;
            });
            REQUIRE(some.size() >= static_cast<std::size_t>(whole));
            CHECK(std::equal(all.begin(), all.begin() + whole, some.begin()));
        }
    }
}

TEST_CASE("a byte after a valid request is a trailing byte and hides nothing")
{
    for (const Vector& vector : captured()) {
        CAPTURE(vector.name);
        CertificateRequest expected = parse(vector.version, vector.body);
        expected.error = ParseError{Reason::trailing_bytes, "CertificateRequest", vector.body.size()};
        expected.framing_broken = true;
        Buffer longer = vector.body;
        longer.push_back(0);

        CHECK(parse(vector.version, longer) == expected);
    }
}

TEST_CASE("the bytes of the list are counted without its length")
{
    for (const Vector& vector : captured()) {
        CAPTURE(vector.name);
        const CertificateRequest request = parse(vector.version, vector.body);
        std::size_t bytes = 0;
        for (const auto& entry : request.certificate_authorities.value_or(std::vector<DistinguishedName>{})) {
            bytes += 2 + entry.der.size();
        }
        CHECK(request.certificate_authorities_bytes == bytes);
    }
}

TEST_CASE("the largest list that TLS 1.2 can carry is read whole")
{
    Buffer body{1, 1, 0, 2, 4, 1, 0xff, 0xff};
    for (int entry = 0; entry < 13107; ++entry) {
        body.insert(body.end(), {0, 3, 0x30, 1, 0});
    }

    const CertificateRequest request = parse(ProtocolVersion::tls12, body);

    CHECK_FALSE(request.error);
    CHECK(request.certificate_authorities_bytes == 0xffff);
    CHECK(request.certificate_authorities->size() == 13107);
}

TEST_CASE("the context that a late request carries is kept")
{
    const auto late = std::find_if(captured().begin(), captured().end(),
                                   [](const Vector& vector) { return vector.name == "apache 1.3 late"; });
    REQUIRE(late != captured().end());

    const CertificateRequest request = parse(late->version, late->body);

    CHECK(hex(request.certificate_request_context) == hex(Bytes{late->body}.subspan(1, late->body[0])));
    CHECK(request.certificate_request_context.size() == 32);
}

TEST_CASE("random bytes are read to the end in every version")
{
    std::mt19937 random{20240229}; // NOLINT(cert-msc32-c,cert-msc51-cpp): the same bytes in every run
    std::uniform_int_distribution<int> any{0, 255};
    std::uniform_int_distribution<std::size_t> size{0, 40};
    for (int round = 0; round < 40000; ++round) {
        Buffer body(size(random));
        std::generate(body.begin(), body.end(), [&] {
            const int byte = any(random);
            return static_cast<std::uint8_t>(byte < 160 ? byte % 8 : byte); // small numbers make plausible lengths
        });
        for (const ProtocolVersion version : versions) {
            const CertificateRequest request = parse(version, body);
            if (!request.error && serialise(request) != body) {
                FAIL_CHECK("lost in " << name(version) << ": " << hex(body));
            }
            if (request.framing_broken && !request.error) {
                FAIL_CHECK("broken without an error in " << name(version) << ": " << hex(body));
            }
        }
    }
}

TEST_CASE("captured requests with random bytes changed are read to the end")
{
    std::mt19937 random{19700101}; // NOLINT(cert-msc32-c,cert-msc51-cpp): the same bytes in every run
    for (const Vector& vector : captured()) {
        if (vector.body.size() > 1000) {
            continue;
        }
        CAPTURE(vector.name);
        for (int round = 0; round < 1000; ++round) {
            Buffer body = vector.body;
            for (int changes = 0; changes < 3; ++changes) {
                body[random() % body.size()] = static_cast<std::uint8_t>(random());
            }
            const CertificateRequest request = parse(vector.version, body);
            check_places(request, body);
            if (!request.error) {
                CHECK(serialise(request) == body);
            }
        }
    }
}

TEST_CASE("requests that differ in an OID filter are not the same")
{
    const auto with_filter = [](std::uint8_t oid, std::uint8_t value) {
        return parse(ProtocolVersion::tls13,
                     Buffer{0, 0, 19, 0, 13, 0, 4, 0, 2, 4, 3, 0, 48, 0, 7, 0, 5, 1, oid, 0, 1, value});
    };

    REQUIRE(with_filter(1, 2).oid_filters.value_or(std::vector<OidFilter>{}).size() == 1);
    CHECK(with_filter(1, 2).oid_filters == with_filter(1, 2).oid_filters);
    CHECK(with_filter(1, 2).oid_filters != with_filter(3, 2).oid_filters);
    CHECK(with_filter(1, 2).oid_filters != with_filter(1, 3).oid_filters);
}
