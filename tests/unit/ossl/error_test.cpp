#include <cstdlib>

#include <doctest/doctest.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "certs/ossl/error.hpp"
#include "certs/ossl/handles.hpp"

using namespace mtls::ossl;

TEST_CASE("OpenSSL starts without the system's configuration")
{
    // First in this file: only the first use of OpenSSL in a process could read it.
    ::setenv("OPENSSL_CONF", TESTS_DATA "/ossl/level5.cnf", 1);
    start_without_configuration();
    start_without_configuration();

    const SslCtxPtr context{must(SSL_CTX_new(TLS_method()), "SSL_CTX_new")};

    CHECK(SSL_CTX_get_security_level(context.get()) < 5);
    CHECK(SSL_CTX_get_min_proto_version(context.get()) == 0);
}

TEST_CASE("an error tells what was done and why it failed, and leaves the queue empty")
{
    ERR_raise(ERR_LIB_EVP, EVP_R_BAD_DECRYPT);
    ERR_raise(ERR_LIB_EVP, EVP_R_BAD_DECRYPT);
    ERR_raise(ERR_LIB_SYS, ENOENT);

    const Error error{"read alice.key"};

    CHECK(std::string{error.what()} == "read alice.key: bad decrypt; No such file or directory");
    CHECK(ERR_peek_error() == 0);
    CHECK(std::string{Error{"read alice.key"}.what()} == "read alice.key");
    CHECK(std::string{Error("read alice.key", "no key").what()} == "read alice.key: no key");
}

TEST_CASE("errors can be taken as codes")
{
    ERR_raise(ERR_LIB_EVP, EVP_R_BAD_DECRYPT);

    const auto errors = take_errors();

    REQUIRE(errors.size() == 1);
    CHECK(ERR_GET_REASON(errors.front()) == EVP_R_BAD_DECRYPT);
    CHECK(drain_errors().empty());
}

TEST_CASE("a mark forgets what was raised during its life and nothing else")
{
    ERR_raise(ERR_LIB_EVP, EVP_R_BAD_DECRYPT);
    {
        const ErrorMark quiet;
        ERR_raise(ERR_LIB_EVP, EVP_R_UNKNOWN_CIPHER);
    }

    CHECK(drain_errors() == "bad decrypt");
}

TEST_CASE("must turns null and failure into an error")
{
    const EvpPkeyPtr key{EVP_PKEY_new()};

    CHECK(must(key.get(), "x") == key.get());
    CHECK_THROWS_AS((void)must(static_cast<EVP_PKEY*>(nullptr), "x"), Error);
    CHECK_NOTHROW(must_succeed(1, "x"));
    CHECK_THROWS_AS(must_succeed(0, "x"), Error);
    CHECK_THROWS_AS(must_succeed(-1, "x"), Error);
}
