#!/bin/sh
# Makes flaws.pem beside it: client certificates, by OpenSSL's command line, that OpenSSL refuses whoever is trusted.
#   sh tests/data/x509/make_flaws.sh > tests/data/x509/flaws.pem
# In this order: root, issuing CA, a CA for servers alone (serverAuth), a CA for one domain (nameConstraints), an issuer
# that is no CA; then of the issuing CA: good, anyExtendedKeyUsage alone, RSA 1024, signed with SHA-1, an unknown
# critical extension, serverAuth; of the CA for servers: one; of the CA for one domain: one within, one without; of the
# issuer that is no CA: one; of the issuing CA by way of a second one, which its path length forbids: that CA, and one.
# Their private keys are thrown away.
set -eu
dir=$(mktemp -d)
trap 'rm -r "$dir"' EXIT
cd "$dir"
printf '[req]\ndistinguished_name=dn\n[dn]\n' > empty.cnf
ca='basicConstraints=critical,CA:TRUE'
sign='keyUsage=critical,keyCertSign'
leaf='basicConstraints=CA:FALSE'
client='extendedKeyUsage=clientAuth'
make() { # NAME ISSUER DIGEST KEY EXTENSION...
    name=$1 issuer=$2 digest=$3 key=$4
    shift 4
    for extension; do set -- "$@" -addext "$extension"; shift; done
    [ "$issuer" = - ] || set -- "$@" -CA "$issuer.pem" -CAkey "$issuer.key"
    openssl req -x509 -new -nodes -config empty.cnf -"$digest" -newkey "$key" -pkeyopt "${curve:-ec_paramgen_curve:P-256}" \
        -keyout "$name.key" -out "$name.pem" -subj "/CN=$name" -days 36500 "$@" 2> errors || { cat errors >&2; exit 1; }
    cat "$name.pem"
}
make root - sha256 ec "$ca" "$sign"
make issuing root sha256 ec "$ca,pathlen:0" "$sign"
make for-servers root sha256 ec "$ca" "$sign" extendedKeyUsage=serverAuth
make one-domain root sha256 ec "$ca" "$sign" 'nameConstraints=critical,permitted;DNS:corp.example'
make no-ca root sha256 ec "$leaf"
make good issuing sha256 ec "$leaf" "$client"
make any issuing sha256 ec "$leaf" extendedKeyUsage=anyExtendedKeyUsage
curve=rsa_keygen_bits:1024 make weak-key issuing sha256 rsa "$leaf" "$client"
make weak-signature issuing sha1 ec "$leaf" "$client"
make critical issuing sha256 ec "$leaf" "$client" 1.2.3.4.5=critical,DER:0500
make server issuing sha256 ec "$leaf" extendedKeyUsage=serverAuth
make of-for-servers for-servers sha256 ec "$leaf" "$client"
make within one-domain sha256 ec "$leaf" "$client" subjectAltName=DNS:alice.corp.example
make without one-domain sha256 ec "$leaf" "$client" subjectAltName=DNS:alice.example.org
make of-no-ca no-ca sha256 ec "$leaf" "$client"
make second issuing sha256 ec "$ca" "$sign"
make of-second second sha256 ec "$leaf" "$client"
