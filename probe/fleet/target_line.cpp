#include "probe/fleet/target_line.hpp"

#include <stdexcept>

#include "certs/x509/name.hpp"
#include "probe/fleet/stable_hash.hpp"

namespace mtls::fleet {

using x509::printable;

namespace {

constexpr std::string_view blanks = " \t\r\v\f";

/// Takes one `name=value`; what is wrong with it, or null.
std::optional<std::string> take_setting(std::string_view word, TargetLine& line)
{
    const auto equals = word.find('=');
    const std::string name{word.substr(0, equals)};
    const std::string value{equals == std::string_view::npos ? std::string_view{} : word.substr(equals + 1)};
    if (name == "sni" && equals != std::string_view::npos) {
        line.sni = value.empty() ? std::optional{value} : net::server_name_of(value);
        return line.sni ? std::nullopt : std::optional<std::string>{"sni=: a host name of 1 to 253 ASCII characters"};
    }
    if (name == "path") {
        line.path = value;
        return net::is_request_path(value) ? std::nullopt : std::optional<std::string>{"path=: begins with /"};
    }
    if (name == "connect") {
        const auto endpoint = net::parse_endpoint(value);
        if (!endpoint) {
            return "connect=: " + endpoint.error().why;
        }
        line.connect = *endpoint;
        return std::nullopt;
    }
    return "'" + printable(name) + "' is none of sni=, path=, connect=";
}

} // namespace

void throw_exception_from_error(const BadLine& error, const boost::source_location& /*where*/)
{
    throw std::logic_error{error.why};
}

std::vector<std::string_view> words_of(std::string_view line)
{
    std::vector<std::string_view> words;
    for (auto begin = line.find_first_not_of(blanks); begin != std::string_view::npos && line[begin] != '#';
         begin = line.find_first_not_of(blanks)) {
        line.remove_prefix(begin);
        words.push_back(line.substr(0, line.find_first_of(blanks)));
        line.remove_prefix(words.back().size());
    }
    return words;
}

std::uint64_t key_of(const std::vector<std::string_view>& words)
{
    std::string line;
    for (const auto& word : words) {
        line += line.empty() ? "" : " ";
        line += word;
    }
    return stable_hash(line);
}

boost::system::result<TargetLine, BadLine> parse_target_line(const std::vector<std::string_view>& words)
{
    const auto target = net::parse_target(words.empty() ? std::string_view{} : words.front());
    if (!target) {
        return BadLine{printable(target.error().why)};
    }
    TargetLine line{*target, {}, {}, {}, key_of(words)};
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (auto why = take_setting(words[i], line)) {
            return BadLine{std::move(*why)};
        }
    }
    return line;
}

} // namespace mtls::fleet
