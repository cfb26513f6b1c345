"""--expect-issuers: the list of a real server against what the user says it should hold."""
import json

import pytest

from support import der
from support.pki import openssl
from support.servers import s_server

TEXT = """\
# the CAs of the tests, one name a line

CN=Test Root CA,O=Probe Tests,C=DE
CN=Test Issuing CA,O=Probe Tests,C=DE
"""


@pytest.fixture(scope="module")
def port(pki):
    """A server that lists root and inter."""
    with s_server(pki, "-www", "-verify", "5", "-CAfile", pki.bundle("expected", [pki.root, pki.inter])) as port:
        yield port


def pem_file(pki, *issued):
    return pki.bundle("-".join(one.file.stem for one in issued), issued)


def in_each_format(pki):
    pem = pem_file(pki, pki.root, pki.inter)
    pkcs7 = {form: pki.folder / f"both.p7b.{form}" for form in ("PEM", "DER")}
    for form, file in pkcs7.items():
        openssl("crl2pkcs7", "-nocrl", "-certfile", pem, "-outform", form, "-out", file, cwd=pki.folder)
    alone = [pki.folder / f"{one.file.stem}.der" for one in (pki.root, pki.inter)]
    for file, issued in zip(alone, (pki.root, pki.inter)):
        file.write_bytes(issued.der)
    text = pki.folder / "names.txt"
    text.write_text(TEXT)
    windows = pki.folder / "windows.txt"
    windows.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    return {"PEM": [pem], "DER": alone, "PKCS#7 PEM": [pkcs7["PEM"]], "PKCS#7 DER": [pkcs7["DER"]], "text": [text],
            "text from Windows": [windows]}


def expecting(files):
    return [word for file in files for word in ("--expect-issuers", file)]


def names(entries):
    return sorted(one["name"] for one in entries)


ROOT, INTER, OTHER = ("CN=Test Root CA,O=Probe Tests,C=DE", "CN=Test Issuing CA,O=Probe Tests,C=DE",
                      "CN=Other Root CA,O=Somebody Else,C=DE")


def test_every_format_of_the_expectation(pki, probe, port):
    for form, files in in_each_format(pki).items():
        result = probe.run("--format", "json", *expecting(files), f"127.0.0.1:{port}")

        assert result.code == 0, form
        expected = result.report["expected"]
        assert expected["result"] == "match" and expected["mode"] == "exact", form
        assert expected["sources"] == [str(file) for file in files]
        assert names(expected["matched"]) == [INTER, ROOT], form
        assert not expected["missing"] and not expected["unexpected"] and not expected["duplicates"]
        for one in expected["matched"]:
            assert one["encoding"] == (None if form.startswith("text") else "identical"), form


def test_one_that_is_missing(pki, probe, port):
    result = probe.run("--format", "json", *expecting([pem_file(pki, pki.root, pki.inter, pki.other)]),
                       f"127.0.0.1:{port}")

    report = result.report
    assert result.code == 2 and report["verdict"] == "critical"
    assert report["expected"]["result"] == "differs"
    assert names(report["expected"]["matched"]) == [INTER, ROOT]
    assert names(report["expected"]["missing"]) == [OTHER]
    assert report.findings["expected-issuer-missing"] == "critical"


def test_one_too_many(pki, probe, port):
    exact = probe.run("--format", "json", *expecting([pem_file(pki, pki.root)]), f"127.0.0.1:{port}")
    contains = probe.run("--format", "json", *expecting([pem_file(pki, pki.root)]), "--expect-mode", "contains",
                         f"127.0.0.1:{port}")

    assert exact.code == 1 and exact.report.findings["unexpected-issuer"] == "warning"
    assert exact.report["expected"]["result"] == "differs"
    assert contains.code == 0 and "unexpected-issuer" not in contains.report.findings
    assert contains.report["expected"]["result"] == "match" and contains.report["expected"]["mode"] == "contains"
    for result in (exact, contains):
        assert names(result.report["expected"]["unexpected"]) == [INTER]
        assert not result.report["expected"]["missing"]


def test_contains_still_misses(pki, probe, port):
    result = probe.run("--format", "json", *expecting([pem_file(pki, pki.other)]), "--expect-mode", "contains",
                       f"127.0.0.1:{port}")

    assert result.code == 2 and names(result.report["expected"]["missing"]) == [OTHER]


def test_an_empty_list_misses_all(pki, probe):
    with s_server(pki, "-www", "-verify", "5") as port:
        result = probe.run("--format", "json", *expecting([pem_file(pki, pki.root, pki.inter)]), f"127.0.0.1:{port}")

    assert result.code == 2
    assert result.report["expected"]["result"] == "differs"
    assert names(result.report["expected"]["missing"]) == [INTER, ROOT]
    assert result.report.findings["issuer-list-empty"] == "warning"


def test_no_request_and_an_expectation(pki, probe):
    with s_server(pki, "-www") as port:
        result = probe.run("--format", "json", *expecting([pem_file(pki, pki.root)]), f"127.0.0.1:{port}")

    assert result.code == 2
    assert result.report["expected"]["result"] == "no_request"
    assert result.report.findings["no-certificate-request"] == "critical"


def test_nothing_answered(pki, probe):
    with s_server(pki, "-www") as port:
        pass

    result = probe.run("--format", "json", *expecting([pem_file(pki, pki.root)]), f"127.0.0.1:{port}")

    assert result.code == 3 and result.report["expected"]["result"] == "undetermined"


def test_a_wish_that_comes_true_and_one_that_does_not(pki, probe):
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        accept = probe.run("--expect-outcome", "accept", "--cert", pki.alice_ed25519.file, f"127.0.0.1:{port}")
        refused = probe.run("--expect-outcome", "accept", "--cert", pki.mallory.file, f"127.0.0.1:{port}")
        reject = probe.run("--expect-outcome", "reject", "--cert", pki.mallory.file, f"127.0.0.1:{port}")
        let_in = probe.run("--expect-outcome", "reject", "--cert", pki.alice_ed25519.file, f"127.0.0.1:{port}")

    assert [accept.code, refused.code, reject.code, let_in.code] == [0, 2, 0, 2]


def test_the_worst_of_several_targets(pki, probe, port):
    with s_server(pki, "-www") as without, s_server(pki, "-www") as gone:
        pass
    with s_server(pki, "-www") as without:
        two = probe.run("--format", "jsonl", f"127.0.0.1:{port}", f"127.0.0.1:{without}")
        three = probe.run("--format", "json", f"127.0.0.1:{port}", f"127.0.0.1:{gone}", f"127.0.0.1:{without}")

    assert two.code == 1 and len(two.text.splitlines()) == 2
    assert three.code == 3
    reports = json.loads(three.out)
    assert [one["verdict"] for one in reports] == ["ok", "unknown", "warning"]


def test_the_wire_order_of_names_does_not_matter(pki, probe, port):
    reverse = pem_file(pki, pki.inter, pki.root)

    assert probe.ask(port, *expecting([reverse]))["expected"]["result"] == "match"


def test_attributes_in_another_order_are_another_name(pki, probe):
    swapped = der.name(*reversed([(der.C, der.PRINTABLE, b"DE"), (der.O, der.UTF8, b"Probe Tests"),
                                  (der.CN, der.UTF8, b"Test Root CA")]))
    with s_server(pki, "-www", "-verify", "5", "-CAfile", pki.bundle("swapped", pki.named(swapped))) as port:
        report = probe.ask(port, *expecting([pem_file(pki, pki.root)]))

    assert report["expected"]["result"] == "differs"
    assert names(report["expected"]["missing"]) == [ROOT]
