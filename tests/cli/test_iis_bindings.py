"""`--iis-bindings`: saved output of netsh, in the language and encoding in which it comes."""
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


@pytest.mark.parametrize("language", ["2012-en", "2012-de"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_binding_that_answers_is_cited(probe, pki, store, tmp_path, language, encoding):
    file = tmp_path / "sslcert.txt"
    with s_server(pki, "-www", "-verify", "5", "-CAfile", store) as port:
        text = (DATA / f"sslcert-{language}.txt").read_text().replace("0.0.0.0:443", f"0.0.0.0:{port}")
        file.write_bytes(text.encode(encoding))
        report = probe.ask(port, "--iis-bindings", file, "--cert", pki.alice.file)

    lost = next(one for one in report["findings"] if one["id"] == "ctl-store-lost")
    assert f"`Ctl Store Name : (null)` for 0.0.0.0:{port}" in lost["evidence"][0]
    line = next(one for one in lost["remedies"][0]["commands"] if "update sslcert" in one)
    assert f"ipport=0.0.0.0:{port} certhash={'1f' * 20} certstorename=MY" in line
    assert "verifyclientcertrevocation=enable" in line and "AS_SHOWN" not in line


@pytest.mark.parametrize("contents", ["", "hello\n", "<html>", "\0\1\2", "    a : b\n"])
def test_a_file_that_is_not_from_netsh(probe, tmp_path, contents):
    (tmp_path / "odd.txt").write_text(contents)

    assert "odd.txt" in probe.run("--iis-bindings", tmp_path / "odd.txt", "127.0.0.1:9").complaint


def test_a_file_that_is_missing(probe):
    assert "missing.txt" in probe.run("--iis-bindings", "missing.txt", "127.0.0.1:9").complaint
