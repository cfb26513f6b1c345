#pragma once

#include <memory>
#include <string>

#include "certs/ossl/handles.hpp"
#include "certs/ossl/once.hpp"

namespace mtls::handshake {

/// Writes TLS session secrets in the NSS key log format, for Wireshark. The file is made with mode 0600.
class KeyLog {
  public:
    /// Throws x509::ConfigError if the file cannot be written.
    explicit KeyLog(const std::string& path);
    KeyLog(const KeyLog&) = delete;
    KeyLog& operator=(const KeyLog&) = delete;
    ~KeyLog();

    void add(const char* line) const;

    /// The first error of a write (errno); 0 if every line is in the file.
    [[nodiscard]] int error() const { return error_; }

  private:
    int file_ = -1;
    mutable int error_ = 0;
};

/// What every connection of this process shares: one SSL_CTX that refuses nothing which the library can still speak
/// (TLS 1.0, small keys, SHA-1, servers without RFC 5746), verifies nobody, and remembers no session. Several threads
/// may share it.
class ClientContext {
  public:
    /// Also logs the secrets of each connection. `log` must outlive the context. Before the first get().
    void log_keys(const KeyLog& log) { log_ = &log; }

    /// Makes it when it is first needed, which takes a millisecond. Throws ossl::Error.
    [[nodiscard]] SSL_CTX* get() const;

  private:
    const KeyLog* log_ = nullptr;
    mutable ossl::Once made_;
    mutable ossl::SslCtxPtr context_;
};

} // namespace mtls::handshake
