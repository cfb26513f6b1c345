#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mtls::x509 {

/// Characters that are wiped when they go.
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string text);
    Secret(const Secret& other);
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret other) noexcept;
    ~Secret();

    [[nodiscard]] std::string_view view() const { return text_; }

  private:
    std::string text_;
};

/// Where a passphrase comes from: `env:NAME`, `file:PATH` (first line), `fd:N` (first line) or `prompt`.
/// A literal passphrase is refused: argv is visible to every user of the machine.
class PassphraseSource {
  public:
    /// Nothing given: encrypted files cannot be opened.
    PassphraseSource() = default;

    /// Throws ConfigError for anything but the four forms. The message never repeats the text.
    [[nodiscard]] static PassphraseSource parse(std::string_view text);

    [[nodiscard]] bool given() const { return kind_ != Kind::none; }

    /// The PATH of `file:PATH`; null for the other forms.
    [[nodiscard]] std::optional<std::string> file() const
    {
        return kind_ == Kind::file ? std::optional{where_} : std::nullopt;
    }

    /// Reads it, at most once per source (an fd can be read only once; copies share what was read). `what` is named in
    /// the prompt and in errors. Throws ConfigError. The prompt goes to the terminal, never to stdout.
    [[nodiscard]] Secret read(std::string_view what) const;

    /// Wipes what was read, here and in copies: when every file that it opens has been opened.
    void forget() const;

  private:
    enum class Kind { none, env, file, fd, prompt };
    struct Cache;
    Kind kind_ = Kind::none;
    std::string where_;
    std::shared_ptr<Cache> cache_;
};

} // namespace mtls::x509
