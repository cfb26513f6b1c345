#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "probe/explain/decode.hpp"
#include "probe/explain/foreign.hpp"
#include "tests/unit/wire/support/vectors.hpp"

using namespace mtls;
using wire::ProtocolVersion;
using Bytes = std::vector<std::uint8_t>;
using Layout = explain::DecodedRequest::Layout;

namespace {

const std::vector<wire::test::Vector>& vectors()
{
    static const auto loaded = wire::test::load_vectors("certificate_request.vectors");
    return loaded;
}

Bytes text(const std::string& from)
{
    return {from.begin(), from.end()};
}

Bytes operator+(Bytes left, const Bytes& right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

Bytes message(std::uint8_t type, const Bytes& body)
{
    const auto size = body.size();
    return Bytes{type, static_cast<std::uint8_t>(size >> 16), static_cast<std::uint8_t>(size >> 8),
                 static_cast<std::uint8_t>(size)} +
           body;
}

/// TLS records of at most `most` bytes each.
Bytes records(const Bytes& content, std::size_t most = 16384)
{
    Bytes all;
    for (std::size_t at = 0; at < content.size(); at += most) {
        const auto size = std::min(most, content.size() - at);
        all = all + Bytes{22, 3, 3, static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)};
        all.insert(all.end(), content.begin() + static_cast<long>(at), content.begin() + static_cast<long>(at + size));
    }
    return all;
}

std::string hex(const Bytes& bytes, const char* between = "", const char* before = "")
{
    std::string all;
    for (const std::uint8_t byte : bytes) {
        all += fmt::format("{}{}{:02x}", all.empty() ? "" : between, before, byte);
    }
    return all;
}

/// As Wireshark and `hexdump -C` print bytes.
std::string hex_dump(const Bytes& bytes, const char* offset_format, const char* bar)
{
    std::string all;
    for (std::size_t at = 0; at < bytes.size(); at += 16) {
        const Bytes line(bytes.begin() + static_cast<long>(at),
                         bytes.begin() + static_cast<long>(std::min(at + 16, bytes.size())));
        std::string characters;
        for (const std::uint8_t byte : line) {
            characters += byte > 0x20 && byte < 0x7f ? static_cast<char>(byte) : '.';
        }
        all += fmt::format(fmt::runtime(offset_format), at) + fmt::format("  {:<47}   ", hex(line, " ")) + bar +
               characters + bar + "\n";
    }
    return all;
}

/// The one request in it, or a failure of the test.
explain::DecodedRequest only(const Bytes& file, std::optional<ProtocolVersion> version = std::nullopt)
{
    const auto decoding = explain::decode(file, version);
    CAPTURE(decoding.problem);
    REQUIRE(decoding.requests.size() == 1);
    return decoding.requests.front();
}

ProtocolVersion layout_of(ProtocolVersion version)
{
    return version == ProtocolVersion::tls11 ? ProtocolVersion::tls10 : version;
}

} // namespace

TEST_CASE("the layout of what real servers send is told from its bytes alone")
{
    for (const auto& vector : vectors()) {
        CAPTURE(vector.name);
        const auto decoded = only(vector.body);

        CHECK(decoded.layout == Layout::only_one);
        CHECK(decoded.seen.request.version == layout_of(vector.version));
        CHECK(decoded.seen.raw == vector.body);
        CHECK(decoded.found_in == "message body");
    }
}

TEST_CASE("a request is found as a body, as a message and in records, in every way to write bytes")
{
    for (const auto& vector : vectors()) {
        CAPTURE(vector.name);
        const Bytes whole = message(13, vector.body);
        for (const Bytes& bytes : {vector.body, whole, records(whole), records(whole, 20)}) {
            const Bytes ways[] = {bytes,
                                  text(hex(bytes)),
                                  text(hex(bytes, " ")),
                                  text(hex(bytes, ":") + "\n"),
                                  text(hex(bytes, ", ", "0x")),
                                  text(hex(bytes, "", "\\x")),
                                  text(hex_dump(bytes, "{:04x}", "")),
                                  text(hex_dump(bytes, "{:08x}", "|")),
                                  text(hex_dump(bytes, "{:08x}:", ""))};
            for (const Bytes& file : ways) {
                CHECK(only(file).seen.raw == vector.body);
            }
        }
    }
}

TEST_CASE("records are found behind the headers of a packet, and between other messages")
{
    const auto& vector = vectors().front();
    const Bytes packet =
        Bytes(66, 0xab) + records(message(11, Bytes(40, 7)) + message(13, vector.body) + message(14, {}));

    CHECK(only(packet).seen.raw == vector.body);
    CHECK(only(packet).found_in == "TLS records");
}

TEST_CASE("a ServerHello in the same flight decides the layout")
{
    const Bytes hello = Bytes{3, 3} + Bytes(32, 1) + Bytes{0, 0xc0, 0x2f, 0};
    const Bytes hello_13 = hello + Bytes{0, 6, 0, 43, 0, 2, 3, 4};
    const Bytes body{0, 0, 0};

    CHECK(only(records(message(2, hello) + message(13, body))).seen.request.version == ProtocolVersion::tls12);
    CHECK(only(records(message(2, hello_13) + message(13, body))).seen.request.version == ProtocolVersion::tls13);
    CHECK(only(records(message(2, hello) + message(13, body))).layout == Layout::from_server_hello);
}

TEST_CASE("each CertificateRequest of a trace of openssl is read")
{
    const auto& vector = vectors().front();
    const std::string trace =
        "CONNECTED(00000003)\n<<< TLS 1.2, Handshake [length 0007], ServerHelloDone\n    0e 00 00 00\n"
        "<<< TLS 1.2, Handshake [length 000a], CertificateRequest\n    " +
        hex(message(13, vector.body), " ") + "\n>>> ??? [length 0005]\n    16 03 03 00 07\n";

    const auto decoding = explain::decode(text(trace), std::nullopt);

    CHECK(decoding.form == "openssl -msg");
    CHECK(only(text(trace)).seen.raw == vector.body);
    CHECK(explain::decode(text("<<< TLS 1.2, Handshake [length 4], ServerHelloDone\n    0e 00 00 00\n"), std::nullopt)
              .problem == "the trace holds no CertificateRequest");
}

TEST_CASE("text in UTF-16 with a byte order mark is read")
{
    Bytes wide{0xff, 0xfe};
    for (const char character : hex(vectors().front().body, " ")) {
        wide.push_back(static_cast<std::uint8_t>(character));
        wide.push_back(0);
    }

    CHECK(only(wide).seen.raw == vectors().front().body);
}

TEST_CASE("a layout that is asked for is used, whether it fits or not")
{
    const Bytes body{3, 1, 2, 0x40, 0, 0};

    CHECK(!only(body, ProtocolVersion::tls10).seen.request.error);
    CHECK(only(body, ProtocolVersion::tls12).seen.request.error);
    CHECK(only(body, ProtocolVersion::tls12).layout == Layout::forced);
}

TEST_CASE("bytes that fit no layout are shown in the one that gets furthest")
{
    const Bytes cut{3, 1, 2, 0x40, 0, 4, 4, 1, 5, 1, 0, 9, 0, 5, 0x30};

    const auto decoded = only(cut);

    CHECK(decoded.layout == Layout::none);
    CHECK(decoded.seen.request.version == ProtocolVersion::tls12);
    REQUIRE(decoded.seen.request.error);
    CHECK(decoded.seen.request.error->field == "certificate_authorities");
}

TEST_CASE("a message that is cut is given as far as it goes")
{
    const auto& vector = vectors()[2];
    const Bytes whole = message(13, vector.body);
    const Bytes cut(whole.begin(), whole.end() - 10);

    CHECK(only(cut).found_in == "handshake message");
    CHECK(only(cut).seen.raw.size() == vector.body.size() - 10);
}

TEST_CASE("bytes that are left over behind a request are counted")
{
    const Bytes request = message(13, vectors()[2].body);
    const Bytes next = message(14, {});
    const Bytes cut = {11, 0, 1, 0, 7};
    const auto left_over = [](const Bytes& file) {
        const auto decoding = explain::decode(file, std::nullopt);
        REQUIRE(decoding.requests.size() == 1);
        CHECK(!decoding.requests.front().seen.request.error);
        return decoding.requests.front().left_over;
    };

    CHECK(left_over(request) == 0);
    CHECK(left_over(request + next) == 0);
    CHECK(left_over(request + Bytes{1, 2, 3}) == 3);
    CHECK(left_over(request + cut) == 5);
    CHECK(left_over(request + next + cut) == 5);
    CHECK(left_over(records(request)) == 0);
    CHECK(left_over(records(request + cut)) == 5);
    CHECK(left_over(records(request) + Bytes{9, 9, 9}) == 3);
    CHECK(left_over(records(request) + Bytes{20, 3, 3, 0, 1, 1, 9, 9}) == 0); // encrypted from here
}

TEST_CASE("what holds no request is refused with a reason")
{
    CHECK(explain::decode(text("hello, world!"), std::nullopt).problem == "text that is neither hex nor base64");
    CHECK(explain::decode(message(14, {}), std::nullopt).requests.empty());
    CHECK(explain::decode(records(message(14, {})), std::nullopt).requests.empty());
}

TEST_CASE("no bytes bring the decoder down")
{
    for (std::size_t size = 1; size < 300; size += 7) {
        for (unsigned seed = 0; seed < 20; ++seed) {
            Bytes noise;
            unsigned state = seed * 2654435761U + static_cast<unsigned>(size);
            while (noise.size() < size) {
                state = state * 1664525U + 1013904223U;
                noise.push_back(static_cast<std::uint8_t>(state >> 24U));
            }
            noise[0] = seed % 3 == 0 ? 22 : seed % 3 == 1 ? 13 : noise[0];
            (void)explain::decode(noise, std::nullopt);
        }
    }
}

TEST_CASE("what was never a request is not shown as one, and what was is, however it is broken")
{
    const Bytes valid = vectors().front().body;
    CHECK_FALSE(explain::decode(valid, std::nullopt).unread);
    CHECK(explain::is_der_object(Bytes{0x30, 0x81, 0x01, 0x00}));
    CHECK_FALSE(explain::is_der_object(Bytes{0x30, 0x81, 0x02, 0x00}));
    CHECK_FALSE(explain::is_der_object(Bytes{0x31, 0x81, 0x01, 0x00}));

    for (const auto& noise : {Bytes(300, 0xfa), Bytes(61, 0), Bytes(9, 0xff), Bytes{7}}) {
        CAPTURE(noise.size());
        const auto decoding = explain::decode(noise, std::nullopt);
        CHECK(decoding.requests.empty());
        REQUIRE(decoding.unread);
        CHECK(decoding.unread->bytes == noise.size());
        CHECK(decoding.unread->tried.size() == 3);

        const auto framed = explain::decode(message(13, noise), std::nullopt);
        CHECK_FALSE(framed.unread);
        REQUIRE(framed.requests.size() == 1);
        CHECK(framed.requests.front().layout == Layout::none);
    }
}
