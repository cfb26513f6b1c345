#include "harness/cli/shell.hpp"

#include <string_view>

#include "certs/x509/name.hpp"
#include "certs/x509/unicode.hpp"

namespace mtls::harness {

namespace {

/// What a terminal would obey, or not show, in bash's own notation.
std::string ansi_quoted(const std::string& word)
{
    std::string result = "$'";
    for (const char c : word) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\'' || c == '\\') {
            result += std::string{"\\"} + c;
        } else if (byte < 0x20 || byte > 0x7e) {
            result += "\\x" + x509::hex(std::vector<std::uint8_t>{byte});
        } else {
            result += c;
        }
    }
    return result + "'";
}

} // namespace

std::string shell_word(const std::string& word)
{
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) {
        return word;
    }
    if (x509::printable_again(word) != word) {
        return ansi_quoted(word);
    }
    std::string result = "'";
    for (const char c : word) {
        result += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
    }
    return result + "'";
}

std::string shell_line(const std::string& program, const std::vector<std::string>& arguments)
{
    std::string line = shell_word(program);
    for (const std::string& argument : arguments) {
        line += " " + shell_word(argument);
    }
    return line;
}

std::string host_port(const std::string& address, std::uint16_t port)
{
    const bool v6 = address.find(':') != std::string::npos;
    return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

} // namespace mtls::harness
