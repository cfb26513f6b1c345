"""`mtls-probe decode`: a CertificateRequest from a file, printed as a report prints it."""
import base64
import json

import pytest

from support.probe import TREE


def vectors():
    """name -> body, of what real servers sent."""
    found, name = {}, None
    for line in (TREE / "tests" / "data" / "wire" / "certificate_request.vectors").read_text().splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif line.startswith("body = "):
            found[name] = line[7:]
            body = True
        elif line.startswith(" ") and body:
            found[name] += line
        else:
            body = False
    return {name: bytes.fromhex(text) for name, text in found.items()}


BODIES = vectors()


def decoded(probe, file, *words, code=0):
    result = probe.run("decode", "--format", "json", file, *words)
    assert result.code == code, result.err
    document = json.loads(result.out)
    assert document["schema"] == "mtls-probe/decode/1"
    return document


@pytest.mark.parametrize("name", ["openssl 1.0 three", "openssl 1.2 three", "openssl 1.3 three", "gnutls 1.2 three",
                                  "jsse 1.3 one"])
@pytest.mark.parametrize("form", ["hex", "base64", "binary"])
def test_a_request(probe, tmp_path, name, form):
    body = BODIES[name]
    file = tmp_path / "request"
    file.write_bytes({"hex": body.hex(" ").encode(), "base64": base64.encodebytes(body), "binary": body}[form])

    document = decoded(probe, file)

    assert document["form"] == form
    one = document["requests"][0]
    assert one["version"] == name.split()[1] and one["layout"] == "only_one"
    assert one["request"]["raw"] == body.hex() and one["request"]["error"] is None
    assert len(one["request"]["certificate_authorities"]) == (1 if "one" in name else 3)


def test_the_text_names_the_cas_and_the_fault(probe, tmp_path):
    file = tmp_path / "request.hex"
    file.write_text(BODIES["openssl 1.2 three"].hex())
    text = probe.run("decode", file).text
    assert "CertificateRequest of TLS 1.2" in text and "CN=Issuing CA 1" in text and "rsa_pss_rsae_sha256" in text

    file.write_text(BODIES["openssl 1.2 three"][:-3].hex())
    cut = probe.run("decode", file)
    assert cut.code == 2 and "malformed" in cut.text and "certificate_authorities" in cut.text
    error = decoded(probe, file, code=2)["requests"][0]["request"]["error"]
    assert error["field"] == "certificate_authorities" and error["reason"] == "truncated"


def test_a_forced_layout(probe, tmp_path):
    file = tmp_path / "request"
    file.write_bytes(BODIES["openssl 1.0 three"])

    assert decoded(probe, file, "--tls", "1.2", code=2)["requests"][0]["layout"] == "forced"


def test_stdin(probe):
    import subprocess
    done = subprocess.run([probe.program, "decode", "-"], input=BODIES["openssl 1.3 one"].hex().encode(),
                          capture_output=True)

    assert done.returncode == 0 and b"TLS 1.3" in done.stdout


@pytest.mark.parametrize("contents, word", [
    (b"", "empty"), (b"hello, this is no hex\n", "neither hex nor base64"), (b"0e 00 00 00", "not a CertificateRequest"),
    (b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00", "capture")])
def test_a_file_that_holds_none(probe, tmp_path, contents, word):
    file = tmp_path / "odd.bin"
    file.write_bytes(contents)

    complaint = probe.run("decode", file).complaint
    assert "odd.bin" in complaint and word in complaint


def test_wrong_usage(probe):
    assert "FILE" in probe.run("decode").complaint
    assert "missing.bin" in probe.run("decode", "missing.bin").complaint
    assert "--tls" in probe.run("decode", "--tls", "1.4", "x").complaint
    assert probe.run("decode", "--help").code == 0
