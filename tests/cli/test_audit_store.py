"""`mtls-probe audit-store`: what in an exported Trusted Root store harms client certificates."""
import json
from pathlib import Path

import pytest

from support.pki import names_of_size, openssl
from support.probe import document_of


@pytest.fixture(scope="module")
def store(pki):
    """An intermediate, a version 1 root and an expired root beside clean ones."""
    folder = pki.folder / "store"
    folder.mkdir()
    openssl("req", "-new", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-config", "../openssl.cnf",
            "-keyout", "v1.key", "-out", "v1.csr", "-subj", "/O=Probe Tests/CN=Old Root", cwd=folder)
    openssl("x509", "-req", "-in", "v1.csr", "-signkey", "v1.key", "-out", "v1.crt", "-days", "300", cwd=folder)
    return folder


def audited(probe, *files, code=0):
    result = probe.run("audit-store", "--format", "json", *files)
    assert result.code == code, (result.code, result.err)
    document = document_of(result, "audit-store")
    assert ["ok", "warning", "critical"][code] == document["verdict"]
    return document


def test_a_clean_store(probe, pki):
    document = audited(probe, pki.root.certificate, pki.other.certificate)

    assert document["certificates"] == 2 and document["not_self_signed"] == []
    assert probe.run("audit-store", pki.root.certificate).text.startswith("OK ")


def test_an_intermediate_among_the_roots(probe, pki):
    bundle = pki.bundle("polluted", [pki.root, pki.inter, pki.other])

    found = audited(probe, bundle, code=2)["not_self_signed"]
    assert [one["subject"] for one in found] == ["CN=Test Issuing CA,O=Probe Tests,C=DE"]
    assert found[0]["not_after"].endswith("Z") and len(found[0]["sha1"]) == 40
    assert found[0]["issuer"] == "CN=Test Root CA,O=Probe Tests,C=DE"

    result = probe.run("audit-store", bundle)
    assert result.code == 2 and "KB 2802568" in result.text and "CN=Test Issuing CA" in result.text
    assert f"Move-Item Cert:\\LocalMachine\\Root\\{found[0]['sha1']} -Destination Cert:\\LocalMachine\\CA" in result.text


@pytest.mark.parametrize("form", ["pem", "der", "p7b", "directory"])
def test_every_form(probe, pki, store, form):
    place = store / form
    if form == "directory":
        place.mkdir()
        (place / "root.crt").write_bytes(pki.root.certificate.read_bytes())
        (place / "inter.cer").write_bytes(pki.inter.der)
    elif form == "p7b":
        openssl("crl2pkcs7", "-nocrl", "-outform", "DER", "-certfile", pki.bundle("both", [pki.root, pki.inter]), "-out",
                place, cwd=store)
    else:
        place.write_bytes(pki.inter.der if form == "der" else pki.inter.certificate.read_bytes())

    assert len(audited(probe, place, code=2)["not_self_signed"]) == 1


def test_duplicates_old_and_odd_ones(probe, pki, store):
    again = audited(probe, pki.root.certificate, pki.root.certificate, code=1)
    assert [one["count"] for one in again["duplicates"]] == [2] and again["entries"] == 2 and again["certificates"] == 1

    assert len(audited(probe, store / "v1.crt", code=1)["version_1"]) == 1

    expired = audited(probe, pki.expired.certificate, code=2)
    assert len(expired["expired"]) == len(expired["not_ca"]) == 1


def test_a_list_that_schannel_would_cut(probe, pki):
    certificates = pki.named(*names_of_size(17000))
    document = audited(probe, pki.bundle("many", certificates), code=2)

    assert document["list_bytes"] == 17000 > document["list_bytes_limit"] == 16384


def test_wrong_files(probe, pki, tmp_path):
    (tmp_path / "page.html").write_text("<html>")
    assert "page.html" in probe.run("audit-store", tmp_path / "page.html").complaint
    assert "missing.p7b" in probe.run("audit-store", pki.root.certificate, "missing.p7b").complaint
    assert "FILE" in probe.run("audit-store").complaint
    sealed = probe.run("audit-store", pki.pkcs12(pki.alice)).complaint
    assert "save them as PEM" in sealed and "--pass" not in sealed
    assert probe.run("audit-store", "--help").code == 0

def test_what_could_not_be_read_of_a_folder_is_named(probe, pki, tmp_path):
    root = Path(pki.root.certificate).read_text()
    (tmp_path / "root.cer").write_text(root)
    (tmp_path / "cut.cer").write_text(root[:200])
    (tmp_path / "notes.txt").write_text("hello")
    result = probe.run("audit-store", tmp_path)

    assert result.code == 0
    told = [line for line in result.err.decode().splitlines() if line.startswith("mtls-probe: passed over: read ")]
    assert len(told) == 2 and "cut.cer" in told[0] and "notes.txt" in told[1]
