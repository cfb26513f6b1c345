#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// What goes wrong on our side: OpenSSL's error queue turned into an exception.
namespace mtls::ossl {

/// An OpenSSL call failed for a reason of our own (memory, a bad file, an impossible setting), never because of a peer.
/// `what()` reads "doing: reason; reason".
class Error : public std::runtime_error {
  public:
    /// Drains this thread's error queue into the message.
    explicit Error(std::string_view doing);
    Error(std::string_view doing, std::string_view why);
};

/// Loads OpenSSL's algorithms without reading any configuration file, so that the system's security level, minimum
/// protocol and legacy switches do not limit what can be seen. Call it first in main(); later calls do nothing.
void start_without_configuration();

/// This thread's error queue as "reason; reason", emptied. "" if there was nothing.
[[nodiscard]] std::string drain_errors();

/// This thread's error codes, oldest first, and an empty queue: for decisions by ERR_GET_LIB and ERR_GET_REASON.
[[nodiscard]] std::vector<unsigned long> take_errors();

/// Forgets the errors raised during its life, and only those: around calls whose failure is an answer.
/// Do not drain the queue while one is alive.
class ErrorMark {
  public:
    ErrorMark();
    ErrorMark(const ErrorMark&) = delete;
    ErrorMark& operator=(const ErrorMark&) = delete;
    ~ErrorMark();
};

/// `handle` if it is not null; otherwise throws Error(doing).
template <class T> [[nodiscard]] T* must(T* handle, std::string_view doing)
{
    if (handle == nullptr) {
        throw Error{doing};
    }
    return handle;
}

/// Throws Error(doing) unless `result` is positive, the sign of success in OpenSSL.
inline void must_succeed(int result, std::string_view doing)
{
    if (result <= 0) {
        throw Error{doing};
    }
}

} // namespace mtls::ossl
