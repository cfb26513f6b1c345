"""Where the report goes, what it looks like, and what never is in it."""
import base64
import json
import os
import re
import subprocess

import pytest

from support.pki import PASSPHRASE
from support.probe import check
from support.servers import s_server
from support.terminal import shown_on_a_terminal


@pytest.fixture(scope="module")
def port(pki):
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        yield port


def private_parts(pki, *issued):
    """What of a private key must never be seen: the lines of its PEM, its DER in hex and in base64, its passphrase."""
    parts = [PASSPHRASE]
    for one in issued:
        lines = one.key.read_text().splitlines()[1:-1]
        parts += [line for line in lines if len(line) > 20]
        der = base64.b64decode("".join(lines))
        parts += [der[-40:].hex(), der[-40:].hex().upper()]
    return parts


@pytest.mark.parametrize("kind", ["pkcs8", "pkcs12"])
@pytest.mark.parametrize("source", ["env", "file", "fd"])
@pytest.mark.parametrize("outcome", ["accept", "reject"])
def test_secrets_stay_secret(probe, pki, port, kind, source, outcome, tmp_path):
    issued = pki.alice if outcome == "accept" else pki.mallory
    file = pki.encrypted_key(issued) if kind == "pkcs8" else pki.pkcs12(issued)
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n")
    reader, writer = os.pipe()
    os.write(writer, PASSPHRASE.encode() + b"\n")
    os.close(writer)
    given = {"env": "env:SECRET", "file": f"file:{tmp_path}/passphrase", "fd": f"fd:{reader}"}[source]
    chain = ["--chain", pki.inter.certificate] if issued is pki.alice and kind == "pkcs8" else []
    words = ["--cert", file, *chain, "--pass", given, f"127.0.0.1:{port}"]

    try:
        result = probe.run("--format", "json", "-v", *words, env={"SECRET": PASSPHRASE}, pass_fds=[reader])
    finally:
        os.close(reader)
    seen = [result]
    if source != "fd":
        seen.append(probe.run("-v", *words, env={"SECRET": PASSPHRASE}))

    assert result.report.attempt(file)[0] == ("accepted" if outcome == "accept" else "rejected")
    for one in seen:
        for secret in private_parts(pki, issued):
            assert secret.encode() not in one.out and secret.encode() not in one.err


def test_secrets_are_not_in_complaints(probe, pki):
    damaged = pki.folder / "damaged-key.pem"
    lines = pki.alice.file.read_text().splitlines()
    lines[-3] = lines[-3][:-5]  # in the key
    damaged.write_text("\n".join(lines) + "\n")

    complaint = probe.run("--cert", damaged, "127.0.0.1:9").complaint

    assert not any(secret in complaint for secret in private_parts(pki, pki.alice))


def test_a_report_in_a_file(probe, port, tmp_path):
    place = tmp_path / "report.json"
    place.write_text("an older report")

    result = probe.run("--format", "json", "-o", place, f"127.0.0.1:{port}")

    assert result.out == b"" and result.err == b""
    assert check(json.loads(place.read_text()), result.code)["target"]["port"] == port
    assert os.listdir(tmp_path) == ["report.json"]


def test_an_older_report_stays_if_the_run_cannot_begin(probe, tmp_path):
    place = tmp_path / "report.json"
    place.write_text("an older report")

    probe.run("--format", "json", "-o", place, "--cert", "/nowhere", "127.0.0.1:9").complaint

    assert place.read_text() == "an older report"


def test_jsonl_is_one_line_a_target(probe, port):
    result = probe.run("--format", "jsonl", f"127.0.0.1:{port}", f"localhost:{port}")

    lines = result.text.splitlines()
    assert [check(json.loads(line))["target"]["host"] for line in lines] == ["127.0.0.1", "localhost"]


def test_stdout_that_is_full_is_an_error(probe, port):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([probe.program, f"127.0.0.1:{port}"], stdout=full, stderr=subprocess.PIPE, timeout=20)

    assert done.returncode == 3 and done.stderr.startswith(b"mtls-probe: write")


def on_a_terminal(probe, *words, **environment):
    return shown_on_a_terminal([probe.program, *words], **environment)


COLOR = re.compile(r"\x1b\[[0-9;]*m")


def test_color_only_where_it_is_wanted(probe, port, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    target = f"127.0.0.1:{port}"

    assert COLOR.search(on_a_terminal(probe, target))
    assert not COLOR.search(on_a_terminal(probe, target, NO_COLOR="1"))
    assert not COLOR.search(on_a_terminal(probe, target, TERM="dumb"))
    assert not COLOR.search(on_a_terminal(probe, "--color", "never", target))
    assert not COLOR.search(probe.run(target).text)
    assert COLOR.search(probe.run("--color", "always", target, env={"NO_COLOR": "1"}).text)
    assert not COLOR.search(probe.run("--color", "always", "--format", "json", target).text)


def test_text_and_json_say_the_same(probe, pki, port):
    words = ["--cert", pki.alice.file, "--cert", pki.mallory.file, f"127.0.0.1:{port}"]
    text = probe.run(*words)
    report = probe.run("--format", "json", *words)

    assert text.code == report.code == 2
    for finding, severity in report.report.findings.items():
        assert re.search(rf"{severity}\s+{finding}", text.text), finding
    assert "CRITICAL" in text.text.splitlines()[0]
    assert "CN=Test Root CA,O=Probe Tests,C=DE" in text.text
    assert re.search(r"^  server cert +CN=localhost", text.text, re.MULTILINE)
    # Commands are to be pasted: they stand on one line, indented by four.
    assert max(len(line) for line in text.text.splitlines() if not re.match(r"    \S", line)) <= 80


def test_the_key_log_is_private(probe, port, tmp_path):
    log = tmp_path / "keys"

    probe.run("--keylog", log, f"127.0.0.1:{port}")

    assert log.stat().st_mode & 0o777 == 0o600
    assert {line.split()[0] for line in log.read_text().splitlines()} >= {"CLIENT_RANDOM", "CLIENT_TRAFFIC_SECRET_0"}
