#pragma once

#include <memory>
#include <string>

#include "certs/ossl/handles.hpp"

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

  private:
    int file_ = -1;
};

/// What every connection of this process shares: one SSL_CTX that refuses nothing which the library can still speak
/// (TLS 1.0, small keys, SHA-1, servers without RFC 5746), verifies nobody, and remembers no session.
class ClientContext {
  public:
    ClientContext();

    /// Also logs the secrets of each connection. `log` must outlive the context.
    void log_keys(const KeyLog& log);

    [[nodiscard]] SSL_CTX* get() const { return context_.get(); }

  private:
    ossl::SslCtxPtr context_;
};

} // namespace mtls::handshake
