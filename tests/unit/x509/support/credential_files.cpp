#include "support/credential_files.hpp"

#include "support/shell.hpp"

namespace mtls::test {

namespace {

constexpr const char* script = R"(
new() { # new NAME SUBJECT ISSUER EXTENSIONS
    openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
    printf '%s\n' "$4" > "$1.ext"
    if [ "$1" = "$3" ]; then set -- "$1" "$2" "$3" -signkey "$1.key"; else set -- "$1" "$2" "$3" -CA "$3.pem" -CAkey "$3.key"; fi
    openssl x509 -req -in "$1.csr" -days 365 -extfile "$1.ext" -out "$1.pem" -set_serial 0x1001 "$4" "$5" $6 $7
}
ca='basicConstraints=critical,CA:TRUE'
for name in root intermediate stranger; do openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $name.key; done
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out alice.key
new root '/O=Example/CN=Root' root "$ca"
new intermediate '/O=Example/CN=Intermediate' root "$ca"
new alice '/O=Example/CN=Alice' intermediate 'extendedKeyUsage=clientAuth'
new stranger '/O=Other/CN=Stranger' stranger "$ca"

# keys
openssl pkcs8 -topk8 -in alice.key -passout pass:secret -out alice-encrypted.key
openssl pkcs8 -topk8 -in alice.key -passout pass:secret -outform DER -out alice-encrypted-key.der
openssl pkcs8 -topk8 -in alice.key -nocrypt -outform DER -out alice-key.der
openssl pkcs8 -topk8 -in alice.key -passout pass:secret -v1 PBE-SHA1-RC2-40 -provider legacy -provider default -out alice-rc2.key
openssl rsa -in alice.key -traditional -out alice-traditional.key
openssl rsa -in alice.key -traditional -outform DER -out alice-traditional-key.der
openssl rsa -in alice.key -traditional -aes128 -passout pass:secret -out alice-traditional-encrypted.key
openssl rsa -in alice.key -traditional -des -passout pass:secret -provider legacy -provider default -out alice-traditional-des.key
openssl ecparam -name prime256v1 -genkey -out ec-with-parameters.key

# certificates
openssl x509 -in alice.pem -outform DER -out alice.der
cat alice.der > alice-line-end.der; printf '\r\n' >> alice-line-end.der
openssl x509 -in root.pem -trustout -addtrust serverAuth -out root-trusted.pem
openssl crl2pkcs7 -nocrl -certfile intermediate.pem -certfile root.pem -out chain.p7b
openssl crl2pkcs7 -nocrl -certfile intermediate.pem -certfile root.pem -outform DER -out chain-der.p7b
openssl req -new -key alice.key -subj /CN=x -out request.pem

# PKCS#12
cat intermediate.pem root.pem > chain.pem
p12() { openssl pkcs12 -export -inkey alice.key -in alice.pem -certfile chain.pem "$@"; }
p12 -passout pass:secret -out alice.p12
p12 -passout pass:secret -legacy -out alice-legacy.p12
p12 -passout pass: -out alice-no-passphrase.p12
p12 -passout pass: -keypbe NONE -certpbe NONE -nomac -out alice-open.p12
p12 -passout pass:pässwörd -out alice-umlaut.p12
openssl pkcs12 -export -nokeys -in chain.pem -passout pass: -out certificates.p12

# bundles
{ echo 'Bag Attributes: about root'; cat root.pem; echo 'subject=key'; cat alice.key intermediate.pem; echo; cat alice.pem; } > shuffled.pem
sed 's/$/\r/' shuffled.pem > crlf.pem
{ printf '\357\273\277'; cat shuffled.pem; } > bom.pem
{ printf '\377\376'; iconv -f ASCII -t UTF-16LE shuffled.pem; } > utf16.pem
cat alice.pem alice-encrypted.key > alice-encrypted.pem
cat alice.pem stranger.key > mismatch.pem
cat alice.pem stranger.pem alice.pem root.pem intermediate.pem alice.key > with-stranger.pem
openssl x509 -in alice.pem -text > with-text.pem

# nothing usable
: > empty
head -c 3000 /dev/zero | tr '\0' 'x' > garbage
printf 'not a certificate\n' > text
sed 's/^M/!/' alice.pem > damaged.pem
{ sed -n 1,5p alice.pem; echo '-----END CERTIFICATE-----'; } > truncated.pem
head -c 300 alice.der > truncated.der
)";

} // namespace

const std::filesystem::path& credential_files()
{
    static const TemporaryDirectory directory;
    static const bool made = !run_script(directory.path(), script).empty();
    static_cast<void>(made);
    return directory.path();
}

} // namespace mtls::test
