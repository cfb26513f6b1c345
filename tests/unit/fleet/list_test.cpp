#include <map>
#include <set>

#include <doctest/doctest.h>

#include "probe/fleet/line_splitter.hpp"
#include "probe/fleet/stable_hash.hpp"
#include "probe/fleet/target_line.hpp"

using namespace mtls::fleet;

namespace {

std::vector<std::string> lines_of(std::string_view text, std::size_t piece)
{
    LineSplitter splitter;
    std::vector<std::string> lines;
    const auto keep = [&](const std::vector<ListLine>& more) {
        for (const auto& line : more) {
            lines.push_back(std::to_string(line.number) + (line.too_long ? "!" : ":") + line.text);
        }
    };
    for (std::size_t at = 0; at < text.size(); at += piece) {
        keep(splitter.feed(text.substr(at, piece)));
    }
    keep(splitter.finish());
    return lines;
}

std::string complaint(std::string_view line)
{
    const auto target = parse_target_line(words_of(line));
    return target ? "" : target.error().why;
}

} // namespace

TEST_CASE("lines are the same however they arrive")
{
    const std::string_view text = "\xef\xbb\xbfone\n\nthree # x\r\nfour";
    const std::vector<std::string> expected{"1:one", "2:", "3:three # x\r", "4:four"};

    for (const std::size_t piece : {1, 2, 3, 7, 1000}) {
        CAPTURE(piece);
        CHECK(lines_of(text, piece) == expected);
    }
}

TEST_CASE("a line without end takes no memory and does not hide the next")
{
    const std::string text = "a\n" + std::string(100'000, 'x') + "\nb\n" + std::string(100'000, 'y');

    CHECK(lines_of(text, 1000) == std::vector<std::string>{"1:a", "2!", "3:b", "4!"});
    CHECK(lines_of(text, 1'000'000) == std::vector<std::string>{"1:a", "2!", "3:b", "4!"});
}

TEST_CASE("what is no text is found out, and what stood before it is kept")
{
    const auto fed = [](const std::string& text, std::size_t piece) {
        LineSplitter splitter;
        std::size_t lines = 0;
        for (std::size_t at = 0; at < text.size() && !splitter.problem(); at += piece) {
            lines += splitter.feed(std::string_view{text}.substr(at, piece)).size();
        }
        return std::to_string(lines) + ": " + splitter.problem().value_or("");
    };
    const std::string zero(1, '\0');

    for (const std::size_t piece : {1, 7, 100'000}) {
        CAPTURE(piece);
        CHECK(fed("a\nb\nc" + zero + "\nd\n", piece).starts_with("2: line 3 holds a NUL byte"));
        CHECK(fed("a\nb\n", piece) == "2: ");
    }
    CHECK(fed("a\n" + std::string(2'000'000, 'x'), 16384).starts_with("1: line 2 does not end within 1 MiB"));
}

TEST_CASE("comments and blanks are no words")
{
    CHECK(words_of("").empty());
    CHECK(words_of(" \t\r").empty());
    CHECK(words_of("# all of it").empty());
    CHECK(words_of(" host:1\tsni=a # why\r") == std::vector<std::string_view>{"host:1", "sni=a"});
    CHECK(words_of("https://host/a#b") == std::vector<std::string_view>{"https://host/a#b"});
}

TEST_CASE("a line says how its target is to be asked")
{
    const auto line =
        parse_target_line(words_of("192.0.2.1:8443 sni=pki.example.com. path=/in?a=b connect=[2001:db8::1]:9"));

    REQUIRE(line.has_value());
    CHECK(line->target.host == "192.0.2.1");
    CHECK(line->target.port == 8443);
    CHECK(line->sni == "pki.example.com");
    CHECK(line->path == "/in?a=b");
    CHECK(line->connect->address == "2001:db8::1");
    CHECK(line->connect->port == 9);
    CHECK(parse_target_line(words_of("host sni="))->sni == "");
    CHECK_FALSE(parse_target_line(words_of("host"))->sni.has_value());
}

TEST_CASE("what is wrong with a line is said")
{
    CHECK(complaint("host:99999").find("port") != std::string::npos);
    CHECK(complaint("host name=x").find("'name' is none of") != std::string::npos);
    CHECK(complaint("host other").find("'other' is none of") != std::string::npos);
    CHECK(complaint("host sni").find("none of") != std::string::npos);
    CHECK(complaint("host path=x").find("path=") != std::string::npos);
    CHECK(complaint("host connect=").find("connect=") != std::string::npos);
    CHECK(complaint("host sni=caf\xc3\xa9").find("sni=") != std::string::npos);
    CHECK(complaint("h\x1b[31m").find('\x1b') == std::string::npos);
    CHECK(complaint("host \x1b[31m=1").find('\x1b') == std::string::npos);
}

TEST_CASE("a line is known by its words alone")
{
    const auto key = [](std::string_view line) { return key_of(words_of(line)); };

    CHECK(key("host:1 sni=a") == key("  host:1\tsni=a  # later\r"));
    CHECK(key("host:1 sni=a") != key("host:1 sni=b"));
    CHECK(key("host:1 sni=a") != key("host:1sni=a"));
}

TEST_CASE("the hash that shards rest on never changes")
{
    // FNV-1a and fmix64, as a Python script of a few lines computes them.
    CHECK(stable_hash("") == 0xefd01f60ba992926);
    CHECK(stable_hash("pki.example.com:443") == 0x97f7940729fd4ba4);
}

TEST_CASE("each target is in one shard, and shards are about equal")
{
    constexpr std::uint64_t shards = 7;
    constexpr int targets = 7000;
    std::map<std::uint64_t, int> sizes;
    for (int i = 0; i < targets; ++i) {
        const auto key = stable_hash("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ":443");
        int holders = 0;
        for (std::uint64_t index = 1; index <= shards; ++index) {
            if (Shard{index, shards}.holds(key)) {
                ++holders;
                ++sizes[index];
            }
        }
        CHECK(holders == 1);
    }
    for (const auto& [index, size] : sizes) {
        CAPTURE(index);
        CHECK(size > 850);
        CHECK(size < 1150);
    }
}

TEST_CASE("a shard is written I/N")
{
    CHECK(parse_shard("2/3")->index == 2);
    CHECK(parse_shard("2/3")->count == 3);
    for (const char* text : {"", "/", "1", "0/3", "4/3", "1/0", "-1/3", "1/3 ", "a/b", "1/3/5", "1/1000001"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_shard(text).has_value());
    }
}
