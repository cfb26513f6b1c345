"""`--iis-bindings`: saved output of netsh, in the language and encoding in which it comes."""
import hashlib

import pytest

from support.probe import TREE
from support.servers import s_server

DATA = TREE / "tests" / "data" / "iis"
PUBLIC = [f"/O=Public Trust {number}/CN=Public Root {number}" for number in range(6)]


@pytest.fixture(scope="module")
def store(pki):
    """Six self-signed roots of as many organisations: what a Trusted Root store looks like."""
    return pki.bundle("public", [pki.issue(f"public{number}", name, ["basicConstraints=critical,CA:TRUE"])
                                 for number, name in enumerate(PUBLIC)])


def thumbprint(pki):
    """SHA-1 of what s_server presents."""
    return hashlib.sha1(pki.server.der).hexdigest()


def saved(language, port, certificate):
    text = (DATA / f"sslcert-{language}.txt").read_text()
    return text.replace("0.0.0.0:443", f"0.0.0.0:{port}").replace("1f" * 20, certificate)


@pytest.mark.parametrize("language", ["2012-en", "2012-de"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_binding_that_answers_is_cited(probe, pki, store, tmp_path, language, encoding):
    file = tmp_path / "sslcert.txt"
    with s_server(pki, "-www", "-verify", "5", "-CAfile", store) as port:
        file.write_bytes(saved(language, port, thumbprint(pki)).encode(encoding))
        report = probe.ask(port, "--iis-bindings", file, "--cert", pki.alice.file)

    lost = next(one for one in report["findings"] if one["id"] == "ctl-store-lost")
    assert f"`Ctl Store Name : (null)` for 0.0.0.0:{port}" in lost["evidence"][0]
    line = next(one for one in lost["remedies"][0]["commands"] if "update sslcert" in one)
    assert f"ipport=0.0.0.0:{port} certhash={thumbprint(pki)} certstorename=MY" in line
    assert "verifyclientcertrevocation=enable" in line and "AS_SHOWN" not in line


def ask(probe, pki, store, file, text, *arguments):
    with s_server(pki, "-www", "-verify", "5", "-CAfile", store) as port:
        file.write_text(text(port))
        return port, probe.ask(port, "--iis-bindings", file, "--cert", pki.alice.file), probe.run(
            "--iis-bindings", file, "--connect", f"127.0.0.1:{port}", f"localhost:{port}", "--cert", pki.alice.file)


def of(report, finding):
    return next((one for one in report["findings"] if one["id"] == finding), None)


def test_a_file_of_another_server_is_not_believed(probe, pki, store, tmp_path):
    """Its binding for this port has another certificate than the server presents."""
    port, report, text = ask(probe, pki, store, tmp_path / "foreign.txt",
                             lambda port: saved("2012-en", port, "2e" * 20))

    why = of(report, "iis-bindings-not-used")
    assert why["severity"] == "info" and f"0.0.0.0:{port}" in why["summary"]
    assert "2e" * 20 in why["evidence"][0] and thumbprint(pki) in why["evidence"][1]
    assert not any("netsh shows" in line for line in of(report, "ctl-store-lost")["evidence"])
    line = next(one for one in of(report, "ctl-store-lost")["remedies"][0]["commands"] if "update sslcert" in one)
    assert f"certhash={thumbprint(pki)} appid=AS_SHOWN" in line and "ipport=0.0.0.0" not in line
    assert "iis-bindings-not-used" in text.out.decode()


def test_a_file_in_which_no_binding_fits(probe, pki, store, tmp_path):
    _, report, text = ask(probe, pki, store, tmp_path / "elsewhere.txt", lambda port: saved("2012-en", 9, "2e" * 20))

    why = of(report, "iis-bindings-not-used")
    assert "No saved binding is for 127.0.0.1:" in why["summary"]
    assert "the file has bindings for" in why["evidence"][0]
    assert "AS_SHOWN" in str(of(report, "ctl-store-lost")["remedies"])
    assert "No saved binding is for" in text.out.decode()


@pytest.mark.parametrize("contents", ["", "hello\n", "<html>", "\0\1\2", "    a : b\n"])
def test_a_file_that_is_not_from_netsh(probe, tmp_path, contents):
    (tmp_path / "odd.txt").write_text(contents)

    assert "odd.txt" in probe.run("--iis-bindings", tmp_path / "odd.txt", "127.0.0.1:9").complaint


def test_a_file_that_was_cut_off(probe, tmp_path):
    """What stood behind the cut might be the binding that answers."""
    whole = (TREE / "tests" / "data" / "iis" / "sslcert-2012-en.txt").read_text()
    (tmp_path / "cut.txt").write_text(whole[:whole.rindex("Ctl Store Name")])

    assert "ends within a binding" in probe.run("--iis-bindings", tmp_path / "cut.txt", "127.0.0.1:9").complaint


def test_a_file_that_is_missing(probe):
    assert "missing.txt" in probe.run("--iis-bindings", "missing.txt", "127.0.0.1:9").complaint
