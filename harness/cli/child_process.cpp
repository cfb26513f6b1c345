#include "harness/cli/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "certs/x509/config_error.hpp"

namespace mtls::harness {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t most_output = std::size_t{64} * 1024 * 1024;
constexpr int poll_interval_ms = 50;

class Pipe {
  public:
    Pipe()
    {
        std::array<int, 2> ends{-1, -1};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            throw x509::ConfigError{"make a pipe: " + std::generic_category().message(errno)};
        }
        read_ = ends[0];
        write_ = ends[1];
    }

    ~Pipe()
    {
        close(read_);
        close(write_);
    }

    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    [[nodiscard]] int read_end() const { return read_; }

    [[nodiscard]] int write_end() const { return write_; }

    void close_write() { close(write_); }

    [[nodiscard]] bool open() const { return read_ >= 0; }

    /// Takes what is there; closes at the end.
    void drain(std::string& text)
    {
        std::array<char, 65536> buffer{};
        const ssize_t size = ::read(read_, buffer.data(), buffer.size());
        if (size > 0) {
            text.append(buffer.data(), std::min(static_cast<std::size_t>(size), most_output - text.size()));
        } else if (size == 0 || errno != EINTR) {
            close(read_);
        }
    }

  private:
    static void close(int& descriptor)
    {
        if (descriptor >= 0) {
            ::close(descriptor);
            descriptor = -1;
        }
    }

    int read_ = -1;
    int write_ = -1;
};

/// posix_spawn's settings: pipes for output, no signals blocked.
class SpawnSettings {
  public:
    SpawnSettings(const Pipe& output, const Pipe& errors)
    {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, output.write_end(), STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, errors.write_end(), STDERR_FILENO);
        sigset_t none;
        sigemptyset(&none);
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
    }

    ~SpawnSettings()
    {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }

    [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

pid_t spawn(const std::filesystem::path& program, const std::vector<std::string>& arguments, const Pipe& output,
            const Pipe& errors)
{
    std::vector<std::string> texts{program.string()};
    texts.insert(texts.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string& text : texts) {
        pointers.push_back(text.data());
    }
    pointers.push_back(nullptr);

    const SpawnSettings settings{output, errors};
    pid_t child = -1;
    const int error =
        ::posix_spawn(&child, program.c_str(), settings.actions(), settings.attributes(), pointers.data(), environ);
    if (error != 0) {
        throw x509::ConfigError{"start " + program.string() + ": " + std::generic_category().message(error)};
    }
    return child;
}

} // namespace

ChildResult run_child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                      std::chrono::seconds patience, const std::stop_token& stop)
{
    Pipe output;
    Pipe errors;
    const pid_t child = spawn(program, arguments, output, errors);
    output.close_write();
    errors.close_write();

    ChildResult result;
    const auto deadline = Clock::now() + patience;
    bool killed = false;
    while (output.open() || errors.open()) {
        result.timed_out = Clock::now() >= deadline;
        if (result.timed_out || stop.stop_requested()) {
            ::kill(child, SIGKILL);
            killed = true;
            break;
        }
        std::array<pollfd, 2> waiting{{{output.read_end(), POLLIN, 0}, {errors.read_end(), POLLIN, 0}}};
        ::poll(waiting.data(), waiting.size(), poll_interval_ms); // a closed end is -1, which poll skips
        if (waiting[0].revents != 0) {
            output.drain(result.output);
        }
        if (waiting[1].revents != 0) {
            errors.drain(result.errors);
        }
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!killed && WIFEXITED(status)) {
        result.exit_code = WEXITSTATUS(status);
    }
    return result;
}

std::filesystem::path beside_this_program(const std::string& name)
{
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).replace_filename(name);
}

} // namespace mtls::harness
