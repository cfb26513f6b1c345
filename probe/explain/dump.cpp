#include "probe/explain/dump.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "probe/iis/text.hpp"

namespace mtls::explain {

namespace {

using Block = std::vector<std::uint8_t>;

constexpr std::string_view blanks = " \t\r\n";

std::optional<unsigned> digit(char character)
{
    if (character >= '0' && character <= '9') {
        return static_cast<unsigned>(character - '0');
    }
    const char lower = static_cast<char>(static_cast<unsigned char>(character) | 0x20U);
    return lower >= 'a' && lower <= 'f' ? std::optional{static_cast<unsigned>(lower - 'a') + 10U} : std::nullopt;
}

bool is_hex(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char one) { return digit(one).has_value(); });
}

/// Pairs of digits only; false if the text is anything else.
bool append_pairs(std::string_view text, Block& bytes)
{
    if (text.size() % 2 != 0 || !is_hex(text)) {
        return false;
    }
    for (std::size_t at = 0; at < text.size(); at += 2) {
        bytes.push_back(static_cast<std::uint8_t>(*digit(text[at]) * 16U + *digit(text[at + 1])));
    }
    return true;
}

std::string_view trimmed(std::string_view text)
{
    const auto start = text.find_first_not_of(blanks);
    return start == std::string_view::npos ? "" : text.substr(start, text.find_last_not_of(blanks) - start + 1);
}

std::string_view next_word(std::string_view& text)
{
    const auto start = std::min(text.find_first_not_of(blanks), text.size());
    const auto end = std::min(text.find_first_of(blanks, start), text.size());
    const auto word = text.substr(start, end - start);
    text.remove_prefix(end);
    return word;
}

/// `0010  16 03 03 ...  characters`: the offset must be that of the bytes so far, so that no line of plain hex passes.
/// At most sixteen bytes; a wide gap or a bar begins the characters.
bool append_offset_line(std::string_view line, Block& bytes)
{
    constexpr std::size_t a_line = 16;
    line = trimmed(line);
    std::string_view offset = next_word(line);
    if (offset.ends_with(':')) {
        offset.remove_suffix(1);
    }
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(offset.data(), offset.data() + offset.size(), value, 16);
    if (offset.size() < 4 || error != std::errc{} || end != offset.data() + offset.size() || value != bytes.size()) {
        return false;
    }
    const std::size_t before = bytes.size();
    while (bytes.size() - before < a_line) {
        const bool gap = bytes.size() > before && line.starts_with("   ");
        const std::string_view word = next_word(line);
        Block pair;
        if (gap || !append_pairs(word, pair) || pair.size() > a_line - (bytes.size() - before)) {
            break;
        }
        bytes.insert(bytes.end(), pair.begin(), pair.end());
    }
    return bytes.size() > before || trimmed(line).empty();
}

std::optional<Block> hex_dump(const std::vector<std::string_view>& lines)
{
    Block bytes;
    for (const std::string_view line : lines) {
        if (!trimmed(line).empty() && !append_offset_line(line, bytes)) {
            return std::nullopt;
        }
    }
    return bytes.empty() ? std::nullopt : std::optional{bytes};
}

/// Hex digits, whatever stands between the pairs.
std::optional<Block> plain_hex(std::string_view text)
{
    std::string digits;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::string_view rest = text.substr(at);
        if (rest.starts_with("0x") || rest.starts_with("0X") || rest.starts_with("\\x")) {
            ++at;
        } else if (digit(text[at])) {
            digits += text[at];
        } else if (std::string_view{" \t\r\n:,;-.{}\"'"}.find(text[at]) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    Block bytes;
    return append_pairs(digits, bytes) ? std::optional{bytes} : std::nullopt;
}

/// Lines of `<<< TLS 1.2, Handshake [length 00c2], CertificateRequest`, each with the message's bytes below.
std::vector<Block> traced(const std::vector<std::string_view>& lines)
{
    std::vector<Block> blocks;
    bool wanted = false;
    for (const std::string_view line : lines) {
        if (line.starts_with("<<<") || line.starts_with(">>>")) {
            wanted = line.find(", CertificateRequest") != std::string_view::npos;
            if (wanted) {
                blocks.emplace_back();
            }
            continue;
        }
        const auto bytes = line.starts_with(' ') ? plain_hex(line) : std::nullopt;
        wanted = wanted && bytes;
        if (wanted) {
            blocks.back().insert(blocks.back().end(), bytes->begin(), bytes->end());
        }
    }
    std::erase_if(blocks, [](const Block& block) { return block.empty(); });
    return blocks;
}

std::optional<Block> base64(const std::vector<std::string_view>& lines)
{
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    Block bytes;
    unsigned bits = 0;
    unsigned held = 0;
    std::size_t padding = 0;
    for (std::string_view line : lines) {
        line = trimmed(line);
        if (line.starts_with("-----")) {
            continue;
        }
        for (const char character : line) {
            const char usual = character == '-' ? '+' : character == '_' ? '/' : character;
            const auto value = alphabet.find(usual);
            if (usual == '=') {
                ++padding;
            } else if (value == std::string_view::npos || padding > 0) {
                return std::nullopt;
            } else {
                held = (held << 6U | static_cast<unsigned>(value)) & 0xffffU;
                bits += 6;
                if (bits >= 8) {
                    bits -= 8;
                    bytes.push_back(static_cast<std::uint8_t>(held >> bits & 0xffU));
                }
            }
        }
    }
    const bool whole = bits < 6 && padding <= 2 && (held & ((1U << bits) - 1U)) == 0;
    return whole && !bytes.empty() ? std::optional{bytes} : std::nullopt;
}

bool is_text(std::span<const std::uint8_t> file)
{
    return std::all_of(file.begin(), file.end(), [](std::uint8_t byte) {
        return (byte >= 0x20 && byte < 0x7f) || byte == '\n' || byte == '\r' || byte == '\t';
    });
}

/// UTF-16 with a byte order mark, as PowerShell's `>` writes it; only ASCII makes sense here.
std::string ascii_of_utf16(std::span<const std::uint8_t> file)
{
    const std::size_t low = file[0] == 0xff ? 0 : 1;
    std::string text;
    for (std::size_t at = 2; at + 1 < file.size(); at += 2) {
        text += file[at + 1 - low] == 0 ? static_cast<char>(file[at + low]) : '\x7f';
    }
    return text;
}

Dump of_text(std::string_view text)
{
    const auto lines = iis::lines_of(text);
    Dump dump;
    const bool trace = std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
        return line.starts_with("<<< ") || line.starts_with(">>> ");
    });
    std::optional<Block> block;
    if (trace) {
        dump.form = "openssl -msg";
        dump.blocks = traced(lines);
        dump.problem = dump.blocks.empty() ? "the trace holds no CertificateRequest" : "";
        return dump;
    }
    if ((block = plain_hex(text)) || (block = hex_dump(lines))) {
        dump.form = "hex";
    } else if ((block = base64(lines))) {
        dump.form = "base64";
    } else {
        dump.problem = "text that is neither hex nor base64";
        return dump;
    }
    dump.blocks.push_back(std::move(*block));
    return dump;
}

} // namespace

std::optional<Block> hex_bytes(std::string_view text)
{
    Block bytes;
    return append_pairs(text, bytes) ? std::optional{std::move(bytes)} : std::nullopt;
}

Dump read_dump(std::span<const std::uint8_t> file)
{
    const bool utf16 =
        file.size() > 2 && ((file[0] == 0xff && file[1] == 0xfe) || (file[0] == 0xfe && file[1] == 0xff));
    if (utf16) {
        return of_text(ascii_of_utf16(file));
    }
    if (file.size() > 3 && file[0] == 0xef && file[1] == 0xbb && file[2] == 0xbf) {
        file = file.subspan(3);
    }
    if (is_text(file)) {
        return of_text({reinterpret_cast<const char*>(file.data()), file.size()});
    }
    Dump dump;
    dump.form = "binary";
    dump.blocks.emplace_back(file.begin(), file.end());
    return dump;
}

} // namespace mtls::explain
