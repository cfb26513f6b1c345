// libgnutls. MODE is `default`, or `force` for GNUTLS_FORCE_CLIENT_CERT.
#include <memory>

#include <gnutls/gnutls.h>

#include "jobs.hpp"

static void ask(const Job& job)
{
    const Connection connection{job.port};

    gnutls_certificate_credentials_t credentials = nullptr;
    expect(gnutls_certificate_allocate_credentials(&credentials), 0, "gnutls_certificate_allocate_credentials");
    const std::unique_ptr<gnutls_certificate_credentials_st, void (*)(gnutls_certificate_credentials_t)>
        owned_credentials{credentials, gnutls_certificate_free_credentials};
    expect(gnutls_certificate_set_x509_key_file(credentials, job.certificates.c_str(), job.key.c_str(),
                                                GNUTLS_X509_FMT_PEM),
           0, "gnutls_certificate_set_x509_key_file");

    gnutls_session_t session = nullptr;
    const unsigned force = job.mode == "force" ? GNUTLS_FORCE_CLIENT_CERT : 0;
    expect(gnutls_init(&session, GNUTLS_CLIENT | force), 0, "gnutls_init");
    const std::unique_ptr<gnutls_session_int, void (*)(gnutls_session_t)> owned_session{session, gnutls_deinit};
    expect(gnutls_set_default_priority(session), 0, "gnutls_set_default_priority");
    expect(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials), 0, "gnutls_credentials_set");
    expect(gnutls_server_name_set(session, GNUTLS_NAME_DNS, job.name.data(), job.name.size()), 0,
           "gnutls_server_name_set");
    gnutls_transport_set_int(session, connection.descriptor());

    int result = 0;
    do {
        result = gnutls_handshake(session);
    } while (result < 0 && gnutls_error_is_fatal(result) == 0);
    expect(result, 0, "gnutls_handshake");
    gnutls_record_send(session, request, sizeof request - 1);
    char answer[4096];
    for (long size = 1; size > 0;) {
        size = gnutls_record_recv(session, answer, sizeof answer);
        size = size == GNUTLS_E_INTERRUPTED ? 1 : size;
    }
}

int main()
{
    return do_jobs(ask);
}
