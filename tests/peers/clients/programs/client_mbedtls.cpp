// Mbed TLS 2.28, which speaks TLS 1.2.
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#include <cerrno>

#include "jobs.hpp"

/// A structure of the library from its init to its free.
template <class T, void (*Init)(T*), void (*Free)(T*)> class Owned {
  public:
    Owned() { Init(&value_); }

    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;

    ~Owned() { Free(&value_); }

    T* get() { return &value_; }

  private:
    T value_;
};

static int send_to(void* connection, const unsigned char* data, std::size_t size)
{
    return static_cast<int>(send(static_cast<Connection*>(connection)->descriptor(), data, size, 0));
}

static int receive_from(void* connection, unsigned char* data, std::size_t size)
{
    return static_cast<int>(recv(static_cast<Connection*>(connection)->descriptor(), data, size, 0));
}

static void ask(const Job& job)
{
    Connection connection{job.port};
    Owned<mbedtls_entropy_context, mbedtls_entropy_init, mbedtls_entropy_free> entropy;
    Owned<mbedtls_ctr_drbg_context, mbedtls_ctr_drbg_init, mbedtls_ctr_drbg_free> random;
    Owned<mbedtls_x509_crt, mbedtls_x509_crt_init, mbedtls_x509_crt_free> certificates;
    Owned<mbedtls_pk_context, mbedtls_pk_init, mbedtls_pk_free> key;
    Owned<mbedtls_ssl_config, mbedtls_ssl_config_init, mbedtls_ssl_config_free> config;
    Owned<mbedtls_ssl_context, mbedtls_ssl_init, mbedtls_ssl_free> session;
    expect(mbedtls_ctr_drbg_seed(random.get(), mbedtls_entropy_func, entropy.get(), nullptr, 0), 0, "seed");
    expect(mbedtls_x509_crt_parse_file(certificates.get(), job.certificates.c_str()), 0, "read the certificates");
    expect(mbedtls_pk_parse_keyfile(key.get(), job.key.c_str(), nullptr), 0, "read the key");
    expect(mbedtls_ssl_config_defaults(config.get(), MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                       MBEDTLS_SSL_PRESET_DEFAULT),
           0, "configure");
    mbedtls_ssl_conf_rng(config.get(), mbedtls_ctr_drbg_random, random.get());
    mbedtls_ssl_conf_authmode(config.get(), MBEDTLS_SSL_VERIFY_NONE);
    expect(mbedtls_ssl_conf_own_cert(config.get(), certificates.get(), key.get()), 0, "mbedtls_ssl_conf_own_cert");
    expect(mbedtls_ssl_setup(session.get(), config.get()), 0, "mbedtls_ssl_setup");
    expect(mbedtls_ssl_set_hostname(session.get(), job.name.c_str()), 0, "mbedtls_ssl_set_hostname");
    mbedtls_ssl_set_bio(session.get(), &connection, send_to, receive_from, nullptr);

    expect(mbedtls_ssl_handshake(session.get()), 0, "mbedtls_ssl_handshake");
    mbedtls_ssl_write(session.get(), reinterpret_cast<const unsigned char*>(request), sizeof request - 1);
    unsigned char answer[4096];
    while (mbedtls_ssl_read(session.get(), answer, sizeof answer) > 0) {
    }
}

int main()
{
    return do_jobs(ask);
}
