#include "harness/cli/shell.hpp"

#include <string_view>

namespace mtls::harness {

std::string shell_word(const std::string& word)
{
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) {
        return word;
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
