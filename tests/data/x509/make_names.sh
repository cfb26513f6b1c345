#!/bin/sh
# Makes names.tsv beside it: OpenSSL's command line encodes each name and prints it, so our code is not its own witness.
#   sh tests/data/x509/make_names.sh > tests/data/x509/names.tsv
# Columns: label, DER of the subject in hex, `openssl x509 -nameopt RFC2253,-esc_msb`.
set -eu
dir=$(mktemp -d)
trap 'rm -r "$dir"' EXIT
openssl genpkey -algorithm ed25519 -out "$dir/key"

# name LABEL STRING_MASK LINE...: the lines of the [dn] section, in the order of the DER
name() {
    label=$1
    mask=$2
    shift 2
    {
        printf 'oid_section = oids\n[oids]\nprivateName = 1.3.6.1.4.1.99999.1\n'
        printf '[req]\nprompt = no\nutf8 = yes\nstring_mask = %s\ndistinguished_name = dn\n[dn]\n' "$mask"
        printf '%s\n' "$@"
    } > "$dir/config"
    openssl req -new -x509 -utf8 -days 1 -key "$dir/key" -config "$dir/config" -out "$dir/certificate" 2> "$dir/errors" || {
        cat "$dir/config" "$dir/errors" >&2
        exit 1
    }
    # issuer (= subject) is the first SEQUENCE at depth 2 after the signature algorithm
    offset=$(openssl asn1parse -in "$dir/certificate" | sed -n 's/^ *\([0-9]*\):d=2 .*cons: SEQUENCE.*/\1/p' | sed -n 2p)
    der=$(openssl asn1parse -in "$dir/certificate" -strparse "$offset" -noout -out - | od -An -v -tx1 | tr -d ' \n')
    text=$(openssl x509 -in "$dir/certificate" -noout -subject -nameopt RFC2253,-esc_msb | sed 's/^subject=//')
    printf '%s\t%s\t%s\n' "$label" "$der" "$text"
}

printf '# Made by tests/data/x509/make_names.sh with %s\n' "$(openssl version | cut -d' ' -f1,2)"
name utf8 utf8only 'C=DE' 'O=Example' 'CN=Example CA'
name umlaut-utf8 utf8only 'C=DE' 'O=Bäcker & Söhne' 'CN=Straße 7 €'
name umlaut-bmp MASK:0x800 'C=DE' 'O=Bäcker & Söhne' 'CN=Straße 7 €'
name umlaut-t61 MASK:0x4 'O=Bäcker & Söhne' 'CN=Straße 7'
name printable MASK:0x2 'C=DE' 'O=Example' 'CN=Example CA'
name printable-umlaut-mixed default 'C=DE' 'O=Example' 'CN=Bäcker'
name multi-valued utf8only 'C=DE' 'CN=Alice' '+serialNumber=42' '+OU=Sales'
name everything utf8only 'DC=com' '1.DC=example' 'C=DE' 'ST=Bavaria' 'L=Munich' 'O=Example' 'OU=IT' \
    'UID=alice' 'emailAddress=alice@example.com' 'serialNumber=HRB 1' 'SN=Liddell' 'GN=Alice' 'title=Dr' 'CN=Alice'
name specials utf8only 'CN="#a,b+c\"d\\e<f>g;h=i "' 'O=" both ends "'
name controls utf8only 'CN=line\nreturn\rtab\tbackspace\b.'
name unknown-type utf8only 'privateName=hidden' 'CN=known'
name long utf8only "1.OU=$(printf '%064d' 1)" "2.OU=$(printf '%064d' 2)" 'CN=long'
