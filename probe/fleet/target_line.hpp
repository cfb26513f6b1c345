#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "probe/net/target.hpp"

namespace mtls::fleet {

/// The words of a line of a target list; none for a blank line. `#` at the beginning of a word starts a comment.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view line);

/// What a line is known by: a stable hash of its words, so that blanks and comments do not matter.
[[nodiscard]] std::uint64_t key_of(const std::vector<std::string_view>& words);

/// One target of a list, with what the line says about how to ask it.
struct TargetLine {
    net::Target target;
    std::optional<std::string> sni; ///< `sni=NAME`; "" (`sni=`): send none
    std::optional<std::string> path;
    std::optional<net::Endpoint> connect;
    std::uint64_t key = 0;
};

/// Why a line is no target, for a person.
struct BadLine {
    std::string why; ///< printable
};

/// Reads `TARGET [sni=NAME] [path=/P] [connect=ADDR[:PORT]]`.
[[nodiscard]] boost::system::result<TargetLine, BadLine> parse_target_line(const std::vector<std::string_view>& words);

/// A result needs to know how to throw its error; nobody asks for it.
[[noreturn]] void throw_exception_from_error(const BadLine& error, const boost::source_location& where);

} // namespace mtls::fleet
