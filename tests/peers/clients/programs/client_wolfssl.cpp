// wolfSSL.
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include <memory>

#include "jobs.hpp"

static void ask(const Job& job)
{
    const Connection connection{job.port};
    const std::unique_ptr<WOLFSSL_CTX, void (*)(WOLFSSL_CTX*)> context{wolfSSL_CTX_new(wolfSSLv23_client_method()),
                                                                       wolfSSL_CTX_free};
    wolfSSL_CTX_set_verify(context.get(), WOLFSSL_VERIFY_NONE, nullptr);
    expect(wolfSSL_CTX_use_certificate_chain_file(context.get(), job.certificates.c_str()), WOLFSSL_SUCCESS,
           "wolfSSL_CTX_use_certificate_chain_file");
    expect(wolfSSL_CTX_use_PrivateKey_file(context.get(), job.key.c_str(), WOLFSSL_FILETYPE_PEM), WOLFSSL_SUCCESS,
           "wolfSSL_CTX_use_PrivateKey_file");
    const std::unique_ptr<WOLFSSL, void (*)(WOLFSSL*)> session{wolfSSL_new(context.get()), wolfSSL_free};
    expect(wolfSSL_UseSNI(session.get(), WOLFSSL_SNI_HOST_NAME, job.name.data(),
                          static_cast<unsigned short>(job.name.size())),
           WOLFSSL_SUCCESS, "wolfSSL_UseSNI");
    expect(wolfSSL_set_fd(session.get(), connection.descriptor()), WOLFSSL_SUCCESS, "wolfSSL_set_fd");

    if (wolfSSL_connect(session.get()) != WOLFSSL_SUCCESS) {
        expect(wolfSSL_get_error(session.get(), 0), 0, "wolfSSL_connect");
    }
    wolfSSL_write(session.get(), request, sizeof request - 1);
    char answer[4096];
    while (wolfSSL_read(session.get(), answer, sizeof answer) > 0) {
    }
}

int main()
{
    wolfSSL_Init();
    return do_jobs(ask);
}
