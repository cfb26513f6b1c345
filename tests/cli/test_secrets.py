"""Passphrases and private keys: searched for, in every encoding, in everything that the programs write anywhere."""
import base64
import itertools
import os
import signal
import subprocess
import threading
import urllib.parse
from pathlib import Path

import pytest

from support import der
from support.exporter import exporting
from support.pki import PASSPHRASE, write_private
from support.probe import check
from support.raw import serving, stalls
from support.servers import s_server

FORMATS = ["text", "json", "jsonl", "nagios", "prometheus", "junit", "html"]
SECRET_ENV = {"MTLS_SECRET": PASSPHRASE}


@pytest.fixture(scope="module")
def port(pki):
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        yield port


def numbers(pem):
    """The secret numbers of an RSA or EC key in PKCS#8: exponent and primes, or the scalar."""
    key = base64.b64decode("".join(pem.splitlines()[1:-1]))
    octets = der.children(key)[2]  # RFC 5208 §5: privateKey, an OCTET STRING that holds DER
    values = [one[slice(*der.read(one))] for one in der.children(octets[slice(*der.read(octets))])]
    secret = values[3:8] if len(values) > 8 else values[1:2]  # RFC 8017 appendix A.1.2; RFC 5915 §3
    return [one.lstrip(b"\x00") for one in secret]


def needles(*issued):
    """Each secret in every form in which it could be written. 18 bytes of it are enough, and so is any alignment."""
    found = {PASSPHRASE.encode(), PASSPHRASE.encode("utf-16-be"), PASSPHRASE.encode().hex().encode(),
             urllib.parse.quote(PASSPHRASE).encode(), urllib.parse.quote_plus(PASSPHRASE).encode(),
             base64.b64encode(PASSPHRASE.encode())[:-4]}
    for one in issued:
        text = one.key.read_text()
        found |= {line.encode() for line in text.splitlines()[1:-1] if len(line) > 40 and not line.startswith("MI")}
        for number in numbers(text):
            part = number[4:22]
            found |= {part, part.hex().encode(), part.hex().upper().encode(), part.hex(":").encode()}
            found |= {base64.b64encode(part[skip:])[:20] for skip in range(3)}
    return found


def test_the_needles_are_those_of_openssl(pki):
    """A search for the wrong thing finds nothing: OpenSSL prints the same numbers."""
    for issued in (pki.alice, pki.alice_ec):
        shown = subprocess.run(["openssl", "pkey", "-in", issued.key, "-text", "-noout"], capture_output=True,
                               check=True).stdout.decode().replace("\n", "").replace(" ", "")
        found = numbers(issued.key.read_text())
        assert found and all(one[4:22].hex(":") in shown for one in found)


@pytest.fixture(scope="module")
def written(probe, pki, port, tmp_path_factory):
    """Everything that runs with encrypted keys wrote: {what: bytes}."""
    folder = tmp_path_factory.mktemp("written")
    files = [pki.encrypted_key(pki.alice), pki.pkcs12(pki.alice), pki.encrypted_key(pki.alice_ec)]
    words = [word for file in files for word in ("--cert", file, "--pass", "env:MTLS_SECRET")]
    target = f"127.0.0.1:{port}"
    everything = {}
    for form in FORMATS:
        done = probe.run("-v", "--format", form, *words, "-o", folder / f"report.{form}", "--save-pcap",
                         folder / f"{form}.pcap", "--keylog", folder / f"{form}.keys", target, env=SECRET_ENV)
        everything[form] = done.out + done.err
    done = probe.run("-v", *words, "--save-baseline", folder / "baseline.json", target, env=SECRET_ENV)
    everything["text, baseline"] = done.out + done.err
    (folder / "targets").write_text(f"{target}\nlocalhost:{port}\n")
    done = probe.run(*words, "--targets", folder / "targets", "--resume", folder / "journal", "-o",
                     folder / "fleet.jsonl", env=SECRET_ENV)
    everything["fleet"] = done.out + done.err
    done = probe.run("match", "--request", folder / "report.json", *words, "-v", env=SECRET_ENV)
    everything["match"] = done.out + done.err
    done = probe.run("--cert", files[0], "--pass", f"file:{folder / 'journal'}", target)
    everything["a wrong passphrase"] = done.out + done.err
    everything |= {file.name: file.read_bytes() for file in folder.iterdir()}
    assert {"journal", "baseline.json", "json.pcap", "json.keys", "report.html"} <= everything.keys()
    assert b"accepted" in everything["report.json"]
    return everything


def test_no_secret_is_in_anything_that_is_written(written, pki):
    wanted = needles(pki.alice, pki.alice_ec)

    assert not {what: one for (what, text), one in itertools.product(written.items(), wanted) if one in text}


def test_no_secret_is_in_the_command_line_that_others_see(probe, pki):
    file = pki.pkcs12(pki.alice)
    with serving(stalls) as server:
        process = subprocess.Popen([probe.program, "--cert", file, "--pass", "env:MTLS_SECRET", "--timeout", "20",
                                    f"127.0.0.1:{server.port}"], env={**os.environ, **SECRET_ENV},
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            waiting = threading.Event()
            while server.taken == 0 and process.poll() is None:
                waiting.wait(0.02)
            shown = b"".join(Path(f"/proc/{process.pid}/{one}").read_bytes() for one in ("cmdline", "comm", "stat"))
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()

    assert file.name.encode() in shown and PASSPHRASE.encode() not in shown


def test_no_secret_is_in_what_the_exporter_says(pki, port, tmp_path):
    config = tmp_path / "exporter.toml"
    config.write_text(f'[module.pki]\n[[module.pki.candidate]]\ncert = "{pki.pkcs12(pki.alice)}"\n'
                      'pass = "env:MTLS_SECRET"\n')
    with exporting(config, {**os.environ, **SECRET_ENV}) as exporter:
        said = [exporter.probe(f"127.0.0.1:{port}", "pki")[2], exporter.probe("127.0.0.1:1", "pki")[2],
                exporter.probe("x", PASSPHRASE[:4])[2], exporter.ask("/metrics")[2], exporter.ask("/")[2]]
        config.write_text(config.read_text().replace("MTLS_SECRET", "NOT_SET"))
        exporter.process.send_signal(signal.SIGHUP)
        exporter.wait_for("mtls_exporter_config_last_reload_successful", 0)
        said += exporter.lines

    assert "mtls_probe_candidate" in said[0]
    assert not [one for one in needles(pki.alice) if any(one in text.encode() for text in said)]


@pytest.mark.parametrize("form", ["pass:", "", "Pass:", "stdin:", "env", "literal:"])
def test_a_literal_passphrase_is_refused_with_the_forms_there_are(probe, pki, form):
    complaint = probe.run("--cert", pki.pkcs12(pki.alice), "--pass", form + PASSPHRASE, "127.0.0.1:1").complaint

    assert all(one in complaint for one in ("env:", "file:", "fd:", "prompt")) and PASSPHRASE not in complaint


@pytest.mark.parametrize("mode, exposed", [(0o600, False), (0o400, False), (0o640, True), (0o604, True), (0o644, True)])
def test_a_key_that_others_may_read_is_warned_of(probe, pki, port, tmp_path, mode, exposed):
    whole, key, bag = tmp_path / "whole.pem", tmp_path / "only.key", tmp_path / "bag.p12"
    write_private(whole, pki.alice_ec.file.read_bytes())
    write_private(key, pki.alice_ec.key.read_bytes())
    write_private(bag, pki.pkcs12(pki.alice).read_bytes())
    for file in (whole, key, bag):
        file.chmod(mode)
    (tmp_path / "public.crt").write_bytes(pki.alice_ec.certificate.read_bytes())  # readable, and holds no key

    result = probe.run("--format", "json", "--cert", whole, "--cert", tmp_path / "public.crt", "--key", key, "--cert",
                       bag, "--pass", "env:MTLS_SECRET", f"127.0.0.1:{port}", env=SECRET_ENV)

    check(result.report)
    expected = [f"mtls-probe: {file} holds a private key, and others than its owner may read it (mode {mode:o})"
                for file in (whole, key, bag)]
    assert result.err.decode().splitlines() == (expected if exposed else [])


def test_keys_of_a_directory_are_looked_at_too(probe, pki, port, tmp_path):
    write_private(tmp_path / "shut.pem", pki.alice_ec.file.read_bytes())
    write_private(tmp_path / "open.pem", pki.alice.file.read_bytes())
    (tmp_path / "open.pem").chmod(0o644)

    result = probe.run("--format", "json", "--cert", tmp_path, f"127.0.0.1:{port}")

    assert b"open.pem holds a private key" in result.err and b"shut.pem" not in result.err
