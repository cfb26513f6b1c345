#pragma once

#include "certs/ossl/handles.hpp"

/// Owners of what PKCS#12 and the key derivation functions of PKCS#5 are made of.
namespace mtls::ossl {

inline void free_bags(STACK_OF(PKCS12_SAFEBAG) * bags) noexcept
{
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}

inline void free_safes(STACK_OF(PKCS7) * safes) noexcept
{
    sk_PKCS7_pop_free(safes, PKCS7_free);
}

using Pbe2ParamPtr = Handle<PBE2PARAM, PBE2PARAM_free>;
using PbeParamPtr = Handle<PBEPARAM, PBEPARAM_free>;
using Pbkdf2ParamPtr = Handle<PBKDF2PARAM, PBKDF2PARAM_free>;
using Pkcs12BagsPtr = Handle<STACK_OF(PKCS12_SAFEBAG), free_bags>;
using Pkcs12SafesPtr = Handle<STACK_OF(PKCS7), free_safes>;
using ScryptParamsPtr = Handle<SCRYPT_PARAMS, SCRYPT_PARAMS_free>;

} // namespace mtls::ossl
