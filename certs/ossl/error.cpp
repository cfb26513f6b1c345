#include "certs/ossl/error.hpp"

#include <system_error>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace mtls::ossl {

namespace {

std::string reason(unsigned long error)
{
    if (ERR_SYSTEM_ERROR(error)) {
        return std::generic_category().message(ERR_GET_REASON(error));
    }
    if (const char* text = ERR_reason_error_string(error)) {
        return text;
    }
    return "OpenSSL error " + std::to_string(error);
}

std::string sentence(std::string_view doing, std::string_view why)
{
    return why.empty() ? std::string{doing} : std::string{doing} + ": " + std::string{why};
}

} // namespace

Error::Error(std::string_view doing) : Error{doing, drain_errors()} {}

Error::Error(std::string_view doing, std::string_view why) : std::runtime_error{sentence(doing, why)} {}

void start_without_configuration()
{
    must_succeed(OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr), "start OpenSSL");
    must_succeed(OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr), "start OpenSSL");
}

std::vector<unsigned long> take_errors()
{
    std::vector<unsigned long> errors;
    while (const unsigned long error = ERR_get_error()) {
        errors.push_back(error);
    }
    return errors;
}

std::string drain_errors()
{
    std::string text;
    std::string previous;
    for (const unsigned long error : take_errors()) {
        std::string next = reason(error);
        if (next != previous) {
            text += (text.empty() ? "" : "; ") + next;
            previous = std::move(next);
        }
    }
    return text;
}

ErrorMark::ErrorMark()
{
    ERR_set_mark();
}

ErrorMark::~ErrorMark()
{
    ERR_pop_to_mark();
}

} // namespace mtls::ossl
