"""`--verify-server`: what the trust store of this system says of the server's certificates. The system's store is what
SSL_CERT_FILE and SSL_CERT_DIR name; openssl verify is the witness."""
import subprocess

import pytest

from support.pki import SERVER, openssl
from support.servers import s_server

NOWHERE = "/nonexistent"
SELF_SIGNED, NOT_FOUND, EXPIRED = 18, 20, 10


class With:
    """A pki whose server is another."""

    def __init__(self, server):
        self.server = server


def trust(probe, port, store, *words, host="localhost"):
    """The judgement on the first observation; the verdict must not depend on it."""
    env = {"SSL_CERT_FILE": str(store), "SSL_CERT_DIR": NOWHERE}
    report = probe.json("--verify-server", "--variants", "one", "--connect", f"127.0.0.1:{port}", *words,
                        f"{host}:{port}", env=env)
    assert report["observations"][0]["outcome"] in ("completed", "closed", "timeout")
    assert [one["observation"] for one in report["server_trust"]] == [0]
    one = report["server_trust"][0]
    assert one["host"] == host and (one["code"] is None) == (one["problem"] is None) == one["trusted"]
    return one


def as_openssl_says(store, certificate):
    done = subprocess.run(["openssl", "verify", "-no-CAfile", "-no-CApath", "-no-CAstore", "-CAfile", str(store),
                           "-purpose", "sslserver", str(certificate)], capture_output=True, text=True)
    return done.returncode == 0, done.stderr


def test_a_trusted_server(probe, pki):
    with s_server(pki, "-www") as port:
        one = trust(probe, port, pki.root.certificate)
        assert one["trusted"] and one["name_matches"]
        assert as_openssl_says(pki.root.certificate, pki.server.certificate)[0]

        text = probe.run("--verify-server", "--variants", "one", "--connect", f"127.0.0.1:{port}", f"localhost:{port}",
                         env={"SSL_CERT_FILE": str(pki.root.certificate), "SSL_CERT_DIR": NOWHERE}).text
        assert "trusted     yes, by this system; the certificate is for localhost" in text


def test_a_hashed_directory_is_a_trust_store(probe, pki):
    folder = pki.folder / "hashed"
    folder.mkdir()
    (folder / "root.pem").write_text(pki.root.certificate.read_text())
    openssl("rehash", folder, cwd=pki.folder)
    with s_server(pki, "-www") as port:
        report = probe.json("--verify-server", f"127.0.0.1:{port}",
                            env={"SSL_CERT_FILE": NOWHERE, "SSL_CERT_DIR": str(folder)})
    assert report["server_trust"] and all(one["trusted"] for one in report["server_trust"])


def test_a_server_of_an_unknown_ca_is_asked_all_the_same(probe, pki):
    with s_server(pki, "-www") as port:
        one = trust(probe, port, pki.other.certificate)
    assert not one["trusted"] and one["code"] in (NOT_FOUND, 21) and one["name_matches"]
    assert not as_openssl_says(pki.other.certificate, pki.server.certificate)[0]


def test_a_wrong_name(probe, pki):
    with s_server(pki, "-www") as port:
        one = trust(probe, port, pki.root.certificate, host="other.example")
        text = probe.run("--verify-server", "--variants", "one", "--connect", f"127.0.0.1:{port}", "other.example",
                         env={"SSL_CERT_FILE": str(pki.root.certificate), "SSL_CERT_DIR": NOWHERE}).text
    assert one["trusted"] and not one["name_matches"]
    assert "NOT for other.example" in " ".join(text.split())


@pytest.fixture(scope="module")
def self_signed(pki):
    return pki.issue("self-signed-server", "/CN=localhost", SERVER)


def test_a_self_signed_server(probe, pki, self_signed):
    with s_server(With(self_signed), "-www") as port:
        one = trust(probe, port, pki.root.certificate)
        assert not one["trusted"] and one["code"] == SELF_SIGNED
        assert "error 18" in as_openssl_says(pki.root.certificate, self_signed.certificate)[1]
        assert trust(probe, port, self_signed.certificate)["trusted"]


def test_an_expired_server(probe, pki):
    # `expired` is a client certificate, but a purpose is looked at after the chain: what comes first is its date or use.
    with s_server(With(pki.expired), "-www") as port:
        one = trust(probe, port, pki.root.certificate)
    assert not one["trusted"] and one["code"] in (EXPIRED, 26) and not one["name_matches"]


def test_nobody_asked(probe, pki):
    with s_server(pki, "-www") as port:
        report = probe.ask(port)
        assert report["server_trust"] is None
        assert "by this system" not in probe.run(f"127.0.0.1:{port}").text
