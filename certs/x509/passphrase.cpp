#include "certs/x509/passphrase.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ui.h>
#include <unistd.h>

#include "certs/ossl/error.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/name.hpp"

namespace mtls::x509 {

namespace {

constexpr std::size_t longest = 1023;
/// A short text would be stored inside of its string, and stay behind in one that it was moved from.
constexpr std::size_t never_inside = 64;

/// A descriptor that is closed when it was opened here.
class Input {
  public:
    static Input borrow(int descriptor) { return Input{descriptor, false}; }

    static Input open(const std::string& path)
    {
        return Input{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY), true};
    }

    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    ~Input()
    {
        if (owned_ && descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }

    [[nodiscard]] bool good() const { return descriptor_ >= 0; }

    /// Byte by byte: what follows the line stays for the descriptor's other readers. Null with errno on failure.
    [[nodiscard]] std::optional<Secret> line() const
    {
        std::array<char, longest + 1> text{};
        std::size_t size = 0;
        bool failed = false;
        while (size < text.size()) {
            const ssize_t count = ::read(descriptor_, &text.at(size), 1);
            if (count < 0 && errno == EINTR) {
                continue;
            }
            failed = count < 0;
            if (count <= 0 || text.at(size) == '\n') {
                break;
            }
            ++size;
        }
        const int why = errno;
        const std::string_view line{text.data(), size};
        std::optional<Secret> secret;
        if (!failed) {
            secret = Secret{std::string{line.substr(0, size - (line.ends_with('\r') ? 1 : 0))}};
        }
        OPENSSL_cleanse(text.data(), text.size());
        errno = why;
        return secret;
    }

  private:
    Input(int descriptor, bool owned) : descriptor_{descriptor}, owned_{owned} {}

    int descriptor_;
    bool owned_;
};

[[noreturn]] void fail(const std::string& source, std::string_view why)
{
    throw ConfigError{"passphrase from " + printable(source) + ": " + std::string{why}};
}

[[noreturn]] void fail_with_errno(const std::string& source)
{
    fail(source, std::generic_category().message(errno));
}

Secret read_line(const Input& input, const std::string& source)
{
    auto line = input.good() ? input.line() : std::nullopt;
    if (!line) {
        fail_with_errno(source);
    }
    if (line->view().size() > longest) {
        fail(source, "longer than 1023 bytes");
    }
    return std::move(*line);
}

int descriptor_number(std::string_view text)
{
    int number = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : -1;
}

/// What is not set, or not there, may be the passphrase itself, in front of which somebody has written `env:`.
constexpr std::string_view not_repeated = " (not repeated here, in case it is the passphrase itself)";

Secret of_variable(const std::string& name)
{
    const char* const value = std::getenv(name.c_str());
    if (value == nullptr) {
        constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
        const bool is_name = name.find_first_not_of(letters) == std::string::npos && name.front() > '9';
        fail(is_name ? "env:" + name : "env", "the variable is not set" + std::string{is_name ? "" : not_repeated});
    }
    return Secret{value};
}

Secret of_file(const std::string& path)
{
    const Input input = Input::open(path);
    const int why = errno;
    const std::filesystem::path written{path};
    std::error_code unknown;
    if (!input.good() && !std::filesystem::exists(written, unknown) &&
        (!written.has_parent_path() || !std::filesystem::exists(written.parent_path(), unknown))) {
        fail("file", std::generic_category().message(why) + std::string{not_repeated});
    }
    errno = why;
    return read_line(input, "file:" + path);
}

std::string why_there_is_none(int failed)
{
    constexpr int cancelled = -2; // UI_process(3)
    for (const unsigned long error : ossl::take_errors()) {
        if (ERR_GET_LIB(error) == ERR_LIB_UI && ERR_GET_REASON(error) == UI_R_RESULT_TOO_LARGE) {
            return "longer than " + std::to_string(longest) + " bytes";
        }
    }
    return failed == cancelled ? "interrupted" : "none was given, or a signal ended the question";
}

/// OpenSSL's own prompt puts the terminal back in order also after a signal.
Secret asked_for(std::string_view what)
{
    if (!Input::open("/dev/tty").good()) {
        fail("prompt", "there is no terminal to ask on");
    }
    ERR_clear_error();
    std::array<char, longest + 1> answer{};
    const std::string question = "Passphrase for " + printable(what) + ": ";
    const int failed = UI_UTIL_read_pw_string(answer.data(), static_cast<int>(answer.size()), question.c_str(), 0);
    Secret secret{answer.data()};
    OPENSSL_cleanse(answer.data(), answer.size());
    if (failed != 0) {
        fail("prompt", why_there_is_none(failed));
    }
    return secret;
}

} // namespace

Secret::Secret(std::string text)
{
    text_.reserve(never_inside);
    text_.append(text);
    OPENSSL_cleanse(text.data(), text.size());
}

Secret::Secret(const Secret& other)
{
    text_.reserve(never_inside);
    text_.append(other.text_);
}

Secret::Secret(Secret&& other) noexcept
{
    text_.swap(other.text_);
}

Secret& Secret::operator=(Secret other) noexcept
{
    text_.swap(other.text_);
    return *this;
}

Secret::~Secret()
{
    OPENSSL_cleanse(text_.data(), text_.capacity());
}

struct PassphraseSource::Cache {
    std::mutex reading;
    std::optional<Secret> secret;
};

PassphraseSource PassphraseSource::parse(std::string_view text)
{
    const auto colon = text.find(':');
    const std::string_view form = text.substr(0, colon);
    PassphraseSource source;
    source.where_ = colon == std::string_view::npos ? "" : std::string{text.substr(colon + 1)};
    source.cache_ = std::make_shared<Cache>();
    if (text == "prompt") {
        source.kind_ = Kind::prompt;
    } else if (form == "env" && !source.where_.empty()) {
        source.kind_ = Kind::env;
    } else if (form == "file" && !source.where_.empty()) {
        source.kind_ = Kind::file;
    } else if (form == "fd" && descriptor_number(source.where_) >= 0) {
        source.kind_ = Kind::fd;
    } else {
        throw ConfigError{
            "a passphrase is given as env:NAME, file:PATH, fd:N or prompt; a literal one would be visible to every "
            "user of this machine"};
    }
    return source;
}

Secret PassphraseSource::read(std::string_view what) const
{
    if (kind_ == Kind::none) {
        throw ConfigError{"no passphrase given for " + printable(what)};
    }
    const std::lock_guard lock{cache_->reading};
    if (cache_->secret) {
        return *cache_->secret;
    }
    switch (kind_) {
    case Kind::env:
        cache_->secret = of_variable(where_);
        break;
    case Kind::file:
        cache_->secret = of_file(where_);
        break;
    case Kind::fd:
        cache_->secret = read_line(Input::borrow(descriptor_number(where_)), "fd:" + where_);
        break;
    case Kind::prompt:
    case Kind::none:
        cache_->secret = asked_for(what);
        break;
    }
    return *cache_->secret;
}

void PassphraseSource::forget() const
{
    if (cache_) {
        const std::lock_guard lock{cache_->reading};
        cache_->secret.reset();
    }
}

} // namespace mtls::x509
