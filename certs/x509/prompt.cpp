#include "certs/x509/prompt.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

namespace mtls::x509 {

namespace {

constexpr std::array heard{SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGALRM, SIGUSR1, SIGUSR2, SIGTSTP, SIGCONT};

volatile std::sig_atomic_t arrived = 0; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): of the handler

extern "C" void note_arrival(int number)
{
    arrived = number;
}

/// Signals that come only while somebody waits for them, and are noted. Those that are ignored stay so.
class Signals {
  public:
    Signals()
    {
        arrived = 0;
        sigset_t mine;
        sigemptyset(&mine);
        for (const int number : heard) {
            sigaddset(&mine, number);
        }
        ::pthread_sigmask(SIG_BLOCK, &mine, &mask_);

        struct sigaction note {};

        note.sa_handler = note_arrival;
        sigemptyset(&note.sa_mask);
        for (std::size_t i = 0; i < heard.size(); ++i) {
            ::sigaction(heard.at(i), nullptr, &before_.at(i));
            if (before_.at(i).sa_handler != SIG_IGN) {
                ::sigaction(heard.at(i), &note, nullptr);
            }
        }
    }

    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    ~Signals()
    {
        for (std::size_t i = 0; i < heard.size(); ++i) {
            ::sigaction(heard.at(i), &before_.at(i), nullptr);
        }
        ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
    }

    /// Until there is something to read, or nothing more to come. The number of a signal if one came before; 0: none.
    [[nodiscard]] int wait_for(int descriptor) const
    {
        fd_set readable;
        FD_ZERO(&readable);
        FD_SET(descriptor, &readable);
        while (arrived == 0 && ::pselect(descriptor + 1, &readable, nullptr, nullptr, nullptr, &mask_) < 0 &&
               errno == EINTR) {
        }
        return arrived;
    }

  private:
    sigset_t mask_{};
    std::array<struct sigaction, heard.size()> before_{};
};

/// The controlling terminal, which shows nothing of what is typed.
class Terminal {
  public:
    Terminal() : descriptor_{::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)}
    {
        if (descriptor_ >= 0 && ::tcgetattr(descriptor_, &before_) == 0) {
            termios quiet = before_;
            quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
            changed_ = ::tcsetattr(descriptor_, TCSANOW, &quiet) == 0;
        }
    }

    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    ~Terminal()
    {
        if (changed_) {
            say("\n"); // the one that was typed was not shown
            (void)::tcsetattr(descriptor_, TCSANOW, &before_);
        }
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }

    [[nodiscard]] bool is_quiet() const { return changed_ && descriptor_ < FD_SETSIZE; }

    [[nodiscard]] int descriptor() const { return descriptor_; }

    void say(std::string_view text) const { (void)!::write(descriptor_, text.data(), text.size()); }

  private:
    int descriptor_;
    termios before_{};
    bool changed_ = false;
};

/// One line as the terminal hands it over: in pieces if it was told to (Ctrl-D).
class Line {
  public:
    Line() = default;
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    ~Line() { OPENSSL_cleanse(text_.data(), text_.size()); }

    /// Null if more of it is to come.
    [[nodiscard]] std::optional<PromptEnd> read_more(int descriptor, std::size_t most)
    {
        std::array<char, 512> piece{};
        const ssize_t count = ::read(descriptor, piece.data(), piece.size());
        if (count <= 0) {
            return count < 0 && errno == EINTR ? std::nullopt : std::optional{PromptEnd::nothing};
        }
        const auto* const end = std::find(piece.begin(), piece.begin() + count, '\n');
        const auto size = static_cast<std::size_t>(end - piece.begin());
        too_long_ = too_long_ || size > most - size_ || size > text_.size() - size_;
        if (!too_long_) {
            std::copy(piece.begin(), piece.begin() + size, text_.begin() + size_);
            size_ += size;
        }
        OPENSSL_cleanse(piece.data(), piece.size());
        if (end == piece.begin() + count) {
            return std::nullopt;
        }
        return too_long_ ? PromptEnd::too_long : PromptEnd::line;
    }

    [[nodiscard]] Secret secret() const { return Secret{std::string{text_.data(), size_}}; }

  private:
    std::array<char, 1024> text_{};
    std::size_t size_ = 0;
    bool too_long_ = false;
};

/// Null if the program is to be stopped, or went on after it was: nothing of what was typed counts.
std::optional<PromptAnswer> ask_once(const std::string& question, std::size_t most)
{
    const Signals signals;
    const Terminal terminal;
    if (!terminal.is_quiet()) {
        return PromptAnswer{PromptEnd::no_terminal};
    }
    terminal.say(question);
    Line line;
    for (;;) {
        if (const int signal = signals.wait_for(terminal.descriptor())) {
            return signal == SIGTSTP || signal == SIGCONT ? std::nullopt
                                                          : std::optional{PromptAnswer{PromptEnd::interrupted}};
        }
        if (const auto end = line.read_more(terminal.descriptor(), most)) {
            return PromptAnswer{*end, *end == PromptEnd::line ? line.secret() : Secret{}};
        }
    }
}

} // namespace

PromptAnswer prompt(const std::string& question, std::size_t most)
{
    for (;;) {
        if (auto answer = ask_once(question, most)) {
            return std::move(*answer);
        }
        if (arrived == SIGTSTP) {
            (void)::raise(SIGTSTP); // as it was set before: the program stops here
        }
    }
}

} // namespace mtls::x509
