"""A small PKI, made with the openssl command line when the tests start."""
import base64
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from support import der

CONFIG = """
[req]
distinguished_name = dn
string_mask = utf8only
[dn]
[ca]
default_ca = dates
[dates]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
organizationName = optional
"""
CA = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"]
CLIENT = ["basicConstraints=CA:FALSE", "extendedKeyUsage=clientAuth"]
SERVER = ["basicConstraints=CA:FALSE", "extendedKeyUsage=serverAuth", "subjectAltName=DNS:localhost,DNS:one.test,"
          "DNS:two.test,IP:127.0.0.1"]
EC = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
PASSPHRASE = "correct horse battery"


def openssl(*args, cwd, env=None):
    done = subprocess.run(["openssl", *map(str, args)], cwd=cwd, capture_output=True, timeout=60,
                          env={**os.environ, **(env or {})})
    assert done.returncode == 0, f"openssl {args[0]}: {done.stderr.decode(errors='replace')}"
    return done.stdout


def write_private(file, content):
    """As a key is kept: for its owner alone."""
    file.touch(mode=0o600)
    file.write_bytes(content)


def pem(certificate):
    text = base64.encodebytes(certificate).decode().replace("\n", "")
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return "-----BEGIN CERTIFICATE-----\n" + "\n".join(lines) + "\n-----END CERTIFICATE-----\n"


def from_pem(text):
    body = text.split("-----BEGIN CERTIFICATE-----")[1].split("-----END")[0]
    return base64.b64decode(body)


@dataclass
class Issued:
    """A certificate with its key. `file` holds certificate, chain and key: what a candidate is given as."""
    certificate: Path
    key: Path
    file: Path
    der: bytes

    @property
    def subject(self):
        return der.subject(self.der)


class Pki:
    def __init__(self, folder):
        self.folder = Path(folder)
        (self.folder / "openssl.cnf").write_text(CONFIG)
        self.root = self.issue("root", "/C=DE/O=Probe Tests/CN=Test Root CA", CA)
        self.inter = self.issue("inter", "/C=DE/O=Probe Tests/CN=Test Issuing CA", CA, by=self.root)
        self.other = self.issue("other", "/C=DE/O=Somebody Else/CN=Other Root CA", CA)
        self.server = self.issue("server", "/CN=localhost", SERVER, by=self.root)
        self.alice = self.client("alice", self.inter, chain=[self.inter], key=["rsa:2048"])
        self.alice_ec = self.client("alice-ec", self.inter, chain=[self.inter])
        self.alice_ed25519 = self.client("alice-ed25519", self.root, key=["ed25519"])
        self.leaf_only = self.client("leaf-only", self.inter)
        self.mallory = self.client("mallory", self.other)
        self.no_client_auth = self.issue("no-client-auth", "/CN=no-client-auth", SERVER, by=self.root)
        self.expired = self.dated("expired", "20200101000000Z", "20210101000000Z")
        self.not_yet_valid = self.dated("not-yet-valid", "20490101000000Z", "20500101000000Z")

    def client(self, label, by, chain=(), key=EC):
        return self.issue(label, f"/O=Probe Tests/CN={label}", CLIENT, by=by, chain=chain, key=key)

    def issue(self, label, subject, extensions, by=None, chain=(), key=EC):
        """One certificate, self-signed without `by`."""
        signer = ["-CA", by.certificate, "-CAkey", by.key] if by else []
        added = [word for one in extensions for word in ("-addext", one)]
        openssl("req", "-x509", "-new", "-nodes", "-config", "openssl.cnf", "-utf8", "-days", "365", "-newkey", *key,
                "-keyout", f"{label}.key", "-out", f"{label}.crt", "-subj", subject, *signer, *added, cwd=self.folder)
        return self._bundle(label, chain)

    def dated(self, label, start, end):
        """A client certificate of the root with a validity of its own."""
        (self.folder / "index.txt").touch()
        (self.folder / "extensions.cnf").write_text("\n".join(CLIENT) + "\n")
        openssl("req", "-new", "-nodes", "-config", "openssl.cnf", "-newkey", *EC, "-keyout", f"{label}.key", "-out",
                f"{label}.csr", "-subj", f"/O=Probe Tests/CN={label}", cwd=self.folder)
        openssl("ca", "-batch", "-notext", "-config", "openssl.cnf", "-create_serial", "-rand_serial", "-in",
                f"{label}.csr", "-out", f"{label}.crt", "-startdate", start, "-enddate", end, "-cert",
                self.root.certificate, "-keyfile", self.root.key, "-extfile", "extensions.cnf", cwd=self.folder)
        return self._bundle(label, ())

    def _bundle(self, label, chain):
        certificate, key = self.folder / f"{label}.crt", self.folder / f"{label}.key"
        file = self.folder / f"{label}.pem"
        parts = [certificate, *(one.certificate for one in chain), key]
        write_private(file, "".join(part.read_text() for part in parts).encode())
        return Issued(certificate, key, file, from_pem(certificate.read_text()))

    def encrypted_key(self, issued, passphrase=PASSPHRASE):
        """PEM: the certificate and its key under a passphrase."""
        out = issued.file.with_suffix(".encrypted.pem")
        key = openssl("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-iter", "1000", "-in", issued.key, "-passout",
                      "env:SECRET", cwd=self.folder, env={"SECRET": passphrase})
        write_private(out, issued.certificate.read_bytes() + key)
        return out

    def pkcs12(self, issued, passphrase=PASSPHRASE):
        out = issued.file.with_suffix(".p12")
        openssl("pkcs12", "-export", "-in", issued.file, "-out", out, "-iter", "1000", "-passout", "env:SECRET",
                cwd=self.folder, env={"SECRET": passphrase})
        return out

    def named(self, *names):
        """CA certificates (DER) with these names: nobody can use them, but a server can list them."""
        return [der.certificate_named(one, self.root.der) for one in names]

    def bundle(self, label, certificates):
        """A PEM file of CA certificates: `Issued` or DER."""
        file = self.folder / f"{label}.bundle.pem"
        file.write_text("".join(pem(getattr(one, "der", one)) for one in certificates))
        return file


def subjects(certificates):
    """What a server with this CA file should list: the names, byte for byte and in order."""
    return [der.subject(getattr(one, "der", one)) for one in certificates]


def many_names(count):
    """Names of about 90 bytes, each different."""
    return [der.name((der.C, der.PRINTABLE, b"DE"),
                     (der.O, der.UTF8, b"A company with a rather long name, section %03d" % i),
                     (der.CN, der.UTF8, b"Issuing CA %03d" % i)) for i in range(count)]


def names_of_size(total):
    """Names whose list (two bytes of length before each) is exactly `total` bytes long."""
    long = [der.name((der.NAME, der.UTF8, bytes([65 + i]) * 3000)) for i in range(26)]
    size = len(long[0]) + 2
    names = long[:total // size - 1]
    rest = total - size * len(names) - 2
    padding = rest - len(der.name((der.NAME, der.UTF8, b"z" * 3000))) + 3000
    names.append(der.name((der.NAME, der.UTF8, b"z" * padding)))
    assert sum(len(one) + 2 for one in names) == total
    return names
