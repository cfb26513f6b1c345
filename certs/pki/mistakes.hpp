#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "certs/program/did_you_mean.hpp"
#include "certs/x509/config_error.hpp"

/// What is wrong with a file that a person wrote, all of it at once.
namespace mtls::pki {

/// One mistake and where it stands; lines and columns count from 1.
struct Mistake {
    std::size_t line = 1;
    std::size_t column = 1;
    std::string why;
};

/// Whether a byte of UTF-8 begins a character: columns count characters.
[[nodiscard]] inline bool begins_character(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
}

/// The mistakes of one file. `what()` has a line each, `file:line:column: why`, in the order of the file; beyond the
/// first twenty it tells only their number.
class FileError : public x509::ConfigError {
  public:
    /// `mistakes` may be in any order; there is at least one.
    FileError(std::string_view file, std::vector<Mistake> mistakes);

    [[nodiscard]] const std::vector<Mistake>& mistakes() const { return mistakes_; }

  private:
    std::vector<Mistake> mistakes_;
};

using program::did_you_mean;

} // namespace mtls::pki
