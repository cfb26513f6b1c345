#include "probe/handshake/client_context.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "certs/ossl/error.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/name.hpp"

namespace mtls::handshake {

namespace {

// Long enough for every certificate_authorities (RFC 8446 §4.2.4: 2^16-1 bytes, and twice 64 KiB with the algorithms of
// TLS 1.2), short enough that a server cannot make us hold more.
constexpr long longest_message = 256L * 1024;

void write_key(const SSL* ssl, const char* line)
{
    const auto* log = static_cast<const KeyLog*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    if (log != nullptr) {
        log->add(line);
    }
}

ossl::SslCtxPtr make_context()
{
    ossl::SslCtxPtr made{ossl::must(SSL_CTX_new(TLS_client_method()), "SSL_CTX_new")};
    SSL_CTX* context = made.get();
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    ossl::must_succeed(SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0"), "set the cipher list");
    SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION);
    SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_max_cert_list(context, longest_message);
    // RFC 8446 §4.6.2: without the offer a server cannot ask after the handshake.
    SSL_CTX_set_post_handshake_auth(context, 1);
    return made;
}

} // namespace

KeyLog::KeyLog(const std::string& path) : file_{::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)}
{
    if (file_ < 0) {
        throw x509::ConfigError{"write the key log " + x509::printable(path) + ": " + std::strerror(errno)};
    }

    struct stat status {};

    // A file that was there before may have been readable to others; a pipe or a device is everybody's, and stays as it
    // is: root may do more to /dev/null than anybody wants.
    if (::fstat(file_, &status) == 0 && S_ISREG(status.st_mode)) {
        (void)::fchmod(file_, S_IRUSR | S_IWUSR);
    }
}

KeyLog::~KeyLog()
{
    ::close(file_);
}

void KeyLog::add(const char* line) const
{
    // One call a line, so that lines of parallel connections (and programs) do not mix.
    const std::array parts{iovec{const_cast<char*>(line), std::strlen(line)}, iovec{const_cast<char*>("\n"), 1}};
    const auto written = ::writev(file_, parts.data(), parts.size());
    if (error_ == 0 && written != static_cast<ssize_t>(parts[0].iov_len + parts[1].iov_len)) {
        error_ = written < 0 ? errno : ENOSPC;
    }
}

SSL_CTX* ClientContext::get() const
{
    made_([this] {
        ossl::SslCtxPtr context = make_context();
        if (log_ != nullptr) {
            SSL_CTX_set_app_data(context.get(), const_cast<KeyLog*>(log_));
            SSL_CTX_set_keylog_callback(context.get(), write_key);
        }
        context_ = std::move(context);
    });
    return context_.get();
}

} // namespace mtls::handshake
