"""Client certificates in the forms in which people have them: each is read, presented and accepted."""
import os
import time

import pytest

from support.pki import PASSPHRASE, openssl, write_private
from support.probe import Probe, fast
from support.raw import serving
from support.relay import relay
from support.servers import s_server


@pytest.fixture(scope="module")
def port(pki):
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        yield port


def exported(pki, label, *options, passphrase=PASSPHRASE):
    out = pki.folder / f"{label}.pfx"
    openssl("pkcs12", "-export", "-in", pki.alice.file, "-out", out, "-passout", "env:SECRET", *options,
            cwd=pki.folder, env={"SECRET": passphrase})
    return out


PKCS12 = {
    "today's": ([], PASSPHRASE),
    "old Windows": (["-legacy"], PASSPHRASE),  # RC2-40
    "3DES and SHA-1": (["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"], PASSPHRASE),
    "without a MAC": (["-nomac"], PASSPHRASE),
    "a passphrase that is not ASCII": ([], "Schlüssel 鍵 €"),
    "an empty passphrase": ([], ""),
    "no encryption": (["-keypbe", "NONE", "-certpbe", "NONE", "-nomac"], None),
}


@pytest.mark.parametrize("kind", PKCS12)
def test_pkcs12(probe, pki, port, kind):
    options, passphrase = PKCS12[kind]
    file = exported(pki, kind.replace(" ", "-"), *options, passphrase=passphrase or "")
    given = ["--pass", "env:SECRET"] if passphrase else []

    report = probe.ask(port, "--cert", file, *given, env={"SECRET": passphrase or ""})

    assert report.attempt(file) == ("accepted", "http")
    assert report.candidate(file)["key"] == "RSA 2048"
    assert len(report.candidate(file)["chain"]) == 1


def test_der_with_its_key_beside_it(probe, pki, port):
    certificate, key = pki.folder / "ed.cer", pki.folder / "ed.key.der"
    certificate.write_bytes(pki.alice_ed25519.der)
    openssl("pkey", "-in", pki.alice_ed25519.key, "-outform", "DER", "-out", key, cwd=pki.folder)

    report = probe.ask(port, "--cert", certificate, "--key", key)

    assert report.attempt(certificate) == ("accepted", "http")


def test_pem_in_any_order_with_windows_line_ends(probe, pki, port):
    file = pki.folder / "any-order.pem"
    parts = [pki.inter.certificate, pki.root.certificate, pki.alice.key, pki.alice.certificate]
    write_private(file, b"Bag Attributes\r\n" + b"".join(one.read_bytes() for one in parts).replace(b"\n", b"\r\n"))

    report = probe.ask(port, "--cert", file)

    assert report.attempt(file) == ("accepted", "http")
    assert report.candidate(file)["subject"] == "CN=alice,O=Probe Tests"


def test_key_and_chain_in_files_of_their_own(probe, pki, port):
    with_chain = probe.ask(port, "--cert", pki.alice.certificate, "--key", pki.alice.key, "--chain",
                           pki.inter.certificate)
    without = probe.ask(port, "--cert", pki.alice.certificate, "--key", pki.alice.key)

    assert with_chain.attempt(pki.alice.certificate) == ("accepted", "http")
    assert without.attempt(pki.alice.certificate) == ("rejected", "alert")


def test_each_candidate_has_its_own_passphrase(probe, pki, port):
    one, two = exported(pki, "one", passphrase="first"), exported(pki, "two", passphrase="second")

    report = probe.ask(port, "--cert", one, "--pass", "env:ONE", "--cert", two, "--pass", "env:TWO",
                       env={"ONE": "first", "TWO": "second"})

    assert [report.attempt(file) for file in (one, two)] == [("accepted", "http")] * 2


@pytest.mark.parametrize("option, asked", [("--cert", "accepted"), ("--expect-issuers", "match")])
def test_from_a_pipe(probe, pki, port, option, asked):
    """As in `--cert <(vault read ...)`."""
    source = pki.alice.file if option == "--cert" else pki.root.certificate
    reader, writer = os.pipe()
    os.write(writer, source.read_bytes())
    os.close(writer)
    try:
        report = probe.ask(port, option, f"/dev/fd/{reader}", pass_fds=[reader])
    finally:
        os.close(reader)

    found = report["candidates"][0]["attempt"]["result"] if option == "--cert" else report["expected"]["result"]
    assert found == asked


def test_a_key_that_cannot_sign_is_no_candidate(probe, pki, tmp_path):
    """X25519 agrees on keys and proves nothing; TLS has no way to present such a certificate."""
    folder = tmp_path / "clients"
    folder.mkdir()
    key = folder / "odd.key"
    write_private(key, openssl("genpkey", "-algorithm", "X25519", cwd=folder))
    openssl("pkey", "-in", key, "-pubout", "-out", tmp_path / "odd.pub", cwd=folder)
    openssl("x509", "-new", "-subj", "/CN=odd", "-CA", pki.root.certificate, "-CAkey", pki.root.key, "-force_pubkey",
            tmp_path / "odd.pub", "-out", folder / "odd.pem", cwd=folder)
    write_private(folder / "alice.pem", pki.alice_ec.file.read_bytes())
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        alone = probe.run("--cert", folder / "odd.pem", "--key", key, "--cert", pki.alice_ec.file, f"127.0.0.1:{port}")
        all_of_them = probe.run("--format", "json", "--cert", folder, f"127.0.0.1:{port}")

    assert "odd.pem" in alone.complaint and "X25519" in alone.complaint
    assert [one["label"] for one in all_of_them.report["candidates"]] == [str(folder / "alice.pem")]
    assert all_of_them.report["candidates"][0]["attempt"]["result"] == "accepted"
    assert b"skipped " in all_of_them.err and b"X25519" in all_of_them.err


def test_candidates_have_their_share_of_the_time(pki):
    """Two hundred connections that take a third of a second each are far more than the time has room for."""
    def late(_, client):
        time.sleep(0.3)
        relay(client, behind)

    probe = Probe()
    probe.program = fast("mtls-probe")
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as behind, \
            serving(late) as server:
        result = probe.run("--format", "json", "--timeout", 3, "--repeat", 100, "--cert", pki.alice_ec.file,
                           f"127.0.0.1:{server.port}")

    assert result.report.attempt(pki.alice_ec) == ("accepted", "http")
    assert b"connections were not made" in result.err and b"--timeout" in result.err
    outcomes = [one["outcome"] for one in result.report["observations"] if one["purpose"] == "variant"]
    assert len(outcomes) < 200


def test_two_people_in_one_file(probe, pki):
    both = pki.folder / "both.pem"
    write_private(both, pki.alice_ec.file.read_bytes() + pki.mallory.file.read_bytes())
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        report = probe.ask(port, "--cert", both)

    first, second = report["candidates"]
    assert (first["label"], second["label"]) == (str(both), f"{both}#2")
    assert first["subject"].startswith("CN=alice-ec") and second["subject"].startswith("CN=mallory")
    assert all("CA" in one["subject"] for one in second["chain"])  # never somebody else's certificate
    assert first["attempt"]["result"] == "accepted" and second["attempt"]["result"] == "rejected"
