"""What is asked: CertificateRequests of many kinds, each as a scenario of mtls-harness would say it."""
import json
from dataclasses import dataclass

from support import der

VERSIONS = ("1.2", "1.3")

# Which authorities the request names. The candidates come from intermediate, which is under root.
LISTS = {
    "[]": [],
    "[root]": ["root"],
    "[intermediate]": ["intermediate"],
    "[other root]": ["other-root"],
    "[unrelated]": ["public-root-1"],
    "[root as PrintableString]": ["root-printable"],
    "[intermediate as PrintableString]": ["intermediate-printable"],
    "[root in other case]": ["root-case"],
    "[intermediate in other case]": ["intermediate-case"],
    "[other root, unrelated, root]": ["other-root", "public-root-1", "root"],
}
# The same, asked after the HTTP request: by renegotiation, in TLS 1.3 by post-handshake authentication.
LATE = {"late []": [], "late [intermediate]": ["intermediate"], "late [other root]": ["other-root"]}
TYPES = {"types rsa": ["rsa_sign"], "types ecdsa": ["ecdsa_sign"], "types dss": ["dss_sign"]}
ALGORITHMS = {
    "algorithms ecdsa": ["ecdsa_secp256r1_sha256", "ecdsa_secp384r1_sha384"],
    "algorithms ecdsa-p384": ["ecdsa_secp384r1_sha384"],
    "algorithms rsa-pss": ["rsa_pss_rsae_sha256"],
    "algorithms pkcs1-sha256": ["rsa_pkcs1_sha256"],
    "algorithms sha1": ["rsa_pkcs1_sha1", "ecdsa_sha1"],
    "algorithms sha512": ["rsa_pkcs1_sha512", "ecdsa_secp521r1_sha512"],
}
# What a server with libssl does not ask, or not in TLS 1.3: bytes for the personality `raw`.
PKCS1_SHA256, SHA1, P256, PKCS1_SHA512, PSS_SHA256 = "0401", "02010203", "0403", "0601", "0804"
ALICE = der.name((der.C, der.UTF8, b"DE"), (der.O, der.UTF8, b"Example"), (der.OU, der.UTF8, b"Users"),
                 (der.CN, der.UTF8, b"Alice"))
NAMES = {
    "[garbage]": ["der:deadbeef"],
    "[garbage, intermediate]": ["der:deadbeef", "intermediate"],
    "[a name of nothing]": ["der:3000"],
    "[Alice herself]": ["der:" + ALICE.hex()],
}
ONLY_TLS13 = {"algorithms pkcs1-sha256": PKCS1_SHA256, "algorithms sha1": SHA1}  # of signature_algorithms
CERTIFICATE_ALGORITHMS = {"certificates by ecdsa": P256, "certificates by pkcs1-sha512": PKCS1_SHA512,
                          "certificates by pkcs1-sha256": PKCS1_SHA256}

SERVER = """
# What the server itself sends must not give a client the issuers of its own certificate.
[[pki.authority]]
name = "server-root"
subject = "CN=Server Root CA,O=Servers,C=DE"

[[pki.server]]
name = "server"
subject = "CN=localhost"
issuer = "server-root"
key = "KEY"
names = ["localhost", "127.0.0.1", "*.cells.localhost"]
"""
PKI = SERVER.replace("KEY", "rsa-2048") + """
[[pki.authority]]
name = "root-printable"
subject = "CN=Example Root CA,O=Example,C=DE"
string_type = "printable"

[[pki.authority]]
name = "intermediate-printable"
subject = "CN=Example Issuing CA 1,O=Example,C=DE"
string_type = "printable"

[[pki.authority]]
name = "root-case"
subject = "CN=EXAMPLE  root CA,O=Example,C=DE"

[[pki.authority]]
name = "intermediate-case"
subject = "CN=Example  issuing ca 1,O=Example,C=DE"

[[pki.client]]
name = "any-usage"
issuer = "intermediate"
key = "rsa-2048"
usage = ["anyExtendedKeyUsage"]

[[pki.client]]
name = "no-signature"
issuer = "intermediate"
key = "rsa-2048"
key_usage = ["keyEncipherment"]

[[pki.client]]
name = "future"
issuer = "intermediate"
key = "rsa-2048"
not_before = "10d"
not_after = "30d"

[[pki.client]]
name = "sha1"
issuer = "intermediate"
key = "rsa-2048"
digest = "sha1"
"""


# Of a raw scenario only the names matter, and each makes keys of its own: all of the quick kind.
RAW_PKI = SERVER.replace("KEY", "ec-p256") + """
[[pki.client]]
name = "alice"
issuer = "intermediate"
"""


def table(head, **keys):
    return f"\n{head}\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())


@dataclass(frozen=True)
class Request:
    """One way of asking. `text` is TOML: the keys of a listener; or, if `raw`, those of [raw.request]."""
    label: str
    version: str
    text: str
    raw: bool = False

    def __str__(self):
        return f"TLS {self.version} {self.label}"


def of_libssl(label, version, advertise=(), **keys):
    return Request(label, version, table("", tls=[version], client_certificate="optional", advertise=list(advertise),
                                         **keys))


def raw(label, version, **keys):
    return Request(label, version, table("[raw.request]", **keys), raw=True)


def extension(number, value):
    """RFC 8446 §4.2; bytes in hex."""
    return f"{number:04x}{len(value) // 2:04x}{value}"


def body(*extensions):
    """RFC 8446 §4.3.2: an empty context, and extensions."""
    return f"00{sum(map(len, extensions)) // 2:04x}" + "".join(extensions)


def algorithms(number, codes):
    return extension(number, f"{len(codes) // 2:04x}{codes}")


SIGNATURE_ALGORITHMS, CERTIFICATE_AUTHORITIES, OID_FILTERS, SIGNATURE_ALGORITHMS_CERT = 13, 47, 48, 50
USUAL = algorithms(SIGNATURE_ALGORITHMS, P256 + PSS_SHA256 + PKCS1_SHA256)
SERVER_USAGE = "050603551d25" + "000c" + "300a06082b06010505070301"  # RFC 8446 §4.2.5: extendedKeyUsage, serverAuth


def all_requests():
    for version in VERSIONS:
        for label, authorities in LISTS.items():
            yield of_libssl(label, version, authorities)
        for label, authorities in LATE.items():
            yield of_libssl(label, version, authorities, ask="late")
        for label, names in ALGORITHMS.items():
            if version == "1.2" or label not in ONLY_TLS13:
                yield of_libssl(label, version, signature_algorithms=names)
        for label, names in NAMES.items():
            yield raw(label, version, authorities=names)
    for label, types in TYPES.items():  # TLS 1.3 has none
        yield of_libssl(label, "1.2", certificate_types=types)
    yield raw("no types", "1.2", certificate_types="", authorities=["intermediate"])
    for label, codes in ONLY_TLS13.items():
        yield raw(label, "1.3", signature_algorithms=codes)
    for label, codes in CERTIFICATE_ALGORITHMS.items():
        yield raw(label, "1.3", body=body(USUAL, algorithms(SIGNATURE_ALGORITHMS_CERT, codes)))
    yield raw("a list of no names", "1.3", body=body(USUAL, extension(CERTIFICATE_AUTHORITIES, "0000")))
    yield raw("only server usage", "1.3", body=body(USUAL, extension(OID_FILTERS, f"{len(SERVER_USAGE) // 2:04x}"
                                                                     + SERVER_USAGE)))


def scenarios(requests):
    """File name -> TOML: one with every listener that libssl serves, named e0, e1..., and one for each raw request."""
    files = {"clients.toml": 'summary = "A server that asks in all kinds of ways, and takes every certificate"\n'
                             'personality = "nginx"\n' + PKI}
    for number, request in enumerate(requests):
        if request.raw:
            listener = table("[[listener]]", name=f"e{number}", tls=[request.version])
            files[f"e{number}.toml"] = ('summary = "A server that asks as others do not"\npersonality = "raw"\n' +
                                        RAW_PKI + listener + request.text)
        else:
            files["clients.toml"] += table("[[listener]]", name=f"e{number}") + request.text.lstrip()
    return files
