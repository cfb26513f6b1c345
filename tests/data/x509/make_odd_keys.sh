#!/bin/sh
# Makes odd_keys.pem beside it: certificates, by OpenSSL's command line, for keys that TLS 1.3 has little use for.
#   sh tests/data/x509/make_odd_keys.sh > tests/data/x509/odd_keys.pem
# In this order: DSA 2048, EC on secp256k1, EC on brainpoolP256r1, RSA-PSS 2048, Ed448, X25519 (which cannot sign: the
# one before has), EC on a curve without a name (P-256 written out, with another generator). Their private keys are
# thrown away.
set -eu
dir=$(mktemp -d)
trap 'rm -r "$dir"' EXIT
openssl dsaparam -out "$dir/dsa" 2048 2> "$dir/errors"
for curve in secp256k1 brainpoolP256r1; do
    openssl ecparam -name "$curve" -out "$dir/$curve"
done
for kind in dsa secp256k1 brainpoolP256r1; do
    openssl req -x509 -newkey "param:$dir/$kind" -nodes -keyout "$dir/key" -subj "/CN=$kind" -days 3650 2> "$dir/errors"
done
for kind in rsa-pss ed448; do
    openssl req -x509 -newkey "$kind" -nodes -keyout "$dir/key" -subj "/CN=$kind" -days 3650 2> "$dir/errors"
done
openssl genpkey -algorithm x25519 | openssl pkey -pubout -out "$dir/x25519"
openssl x509 -new -subj /CN=x25519 -key "$dir/key" -force_pubkey "$dir/x25519" -days 3650
hex() { openssl "$@" -outform DER 2> "$dir/errors" | od -An -v -tx1 | tr -d ' \n'; }
openssl ecparam -name prime256v1 -genkey -noout -out "$dir/other"
generator=$(hex ec -in "$dir/other" -pubout | tail -c 130)
hex ecparam -name prime256v1 -param_enc explicit | sed "s/046b17d1f2.\{120\}/$generator/" |
    perl -e 'print pack "H*", <>' > "$dir/unnamed"
openssl ecparam -inform DER -in "$dir/unnamed" -param_enc explicit -out "$dir/unnamed.pem"
openssl req -x509 -newkey "param:$dir/unnamed.pem" -nodes -keyout "$dir/key" -subj "/CN=unnamed curve" -days 3650 \
    2> "$dir/errors"
