"""mtls-probe against openssl s_server, TLS 1.0 to 1.3."""
import re

import pytest

from support import der
from support.pki import CLIENT, many_names, names_of_size, subjects
from support.probe import listed
from support.servers import s_server

REQUIRE = ["-Verify", "5", "-verify_return_error"]
LISTS = {"one": 1, "three": 3, "two-hundred": 200}


def test_a_server_that_never_asks(pki, probe):
    with s_server(pki, "-www") as port:
        report = probe.ask(port)

    assert report["request"]["status"] == "none" and report["request"]["required"] == "no"
    assert not report.requests()
    assert report.findings["no-certificate-request"] == "warning"


def test_no_ca_is_an_empty_list(pki, probe):
    with s_server(pki, "-www", *REQUIRE) as port:
        report = probe.ask(port)

    assert report["request"]["status"] == "empty"
    assert [listed(one) for one in report.requests("1.2")] == [[]]
    assert [listed(one) for one in report.requests("1.3")] == [None]  # RFC 8446 §4.2.4: the extension is absent
    assert "issuer-list-empty" in report.findings


@pytest.mark.parametrize("count", LISTS.values(), ids=LISTS)
@pytest.mark.parametrize("verify", ["-Verify", "-verify"])
def test_the_list_is_what_the_server_was_given(pki, probe, count, verify):
    cas = pki.named(*many_names(count - 1)) + [pki.root]
    with s_server(pki, "-www", verify, "5", "-CAfile", pki.bundle(f"list-{count}", cas)) as port:
        report = probe.ask(port)

    assert report["request"]["status"] == "list"
    assert report["request"]["required"] == ("yes" if verify == "-Verify" else "no")
    for version in ("1.2", "1.3"):
        [request] = report.requests(version)
        assert listed(request) == subjects(cas)
        assert request["stage"] == "handshake" and request["error"] is None
        assert request["certificate_authorities_bytes"] == sum(len(name) + 2 for name in subjects(cas))
        assert (request["certificate_types"] is None) == (version == "1.3")
    if count == 200:
        assert report.request["bytes"] > 16384


def test_the_largest_list_of_tls_12(pki, probe):
    cas = pki.named(*names_of_size(65535))
    with s_server(pki, "-www", "-Verify", "5", "-CAfile", pki.bundle("largest-12", cas)) as port:
        report = probe.ask(port, "--tls", "1.2")

    assert listed(report.request) == subjects(cas)
    assert report.request["certificate_authorities_bytes"] == 65535
    assert report.request["error"] is None


def test_the_largest_list_of_tls_13(pki, probe):
    cas = pki.named(*names_of_size(65535 - 80))  # signature_algorithms shares the space
    with s_server(pki, "-www", "-Verify", "5", "-CAfile", pki.bundle("largest-13", cas)) as port:
        report = probe.ask(port)

    for version in ("1.2", "1.3"):
        assert [listed(one) for one in report.requests(version)] == [subjects(cas)]


def test_a_list_too_long_for_tls_13_is_seen_in_tls_12(pki, probe):
    cas = pki.named(*names_of_size(65535))
    with s_server(pki, "-www", "-Verify", "5", "-CAfile", pki.bundle("too-long-13", cas)) as port:
        report = probe.ask(port)

    assert [listed(one) for one in report.requests("1.2")] == [subjects(cas)]
    for failed in [one for one in report["observations"] if one["variant"]["tls_offered"] == ["1.3"]]:
        assert failed["outcome"] == "alert" and failed["alert"]["direction"] == "received"
    [found] = [one for one in report["findings"] if one["id"] == "bindings-disagree"]
    assert "does not fit into the request of TLS 1.3" in "".join(found["evidence"])


REFUSALS = {"leaf_only": 48, "mallory": 48, "expired": 45, "not_yet_valid": 42, "no_client_auth": 43}


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_each_certificate_is_tried(pki, probe, version):
    good = [pki.alice, pki.alice_ec, pki.alice_ed25519]
    bad = [(getattr(pki, label), alert) for label, alert in REFUSALS.items()]
    files = [word for one in [*good, *(one for one, _ in bad)] for word in ("--cert", one.file)]
    with s_server(pki, "-www", *REQUIRE, "-CAfile", pki.root.certificate) as port:
        report = probe.ask(port, "--tls", version, *files)

    for issued in good:
        assert report.attempt(issued) == ("accepted", "http"), issued.file
        assert report.attempted(issued)["certificate_sent"]
    for issued, alert in bad:
        assert report.attempt(issued) == ("rejected", "alert"), issued.file
        seen = report.attempted(issued)
        assert seen["certificate_sent"] and seen["outcome"] == "alert"
        assert seen["alert"]["code"] == alert and seen["alert"]["direction"] == "received"
        assert seen["alert"]["phase"] == ("handshake" if version == "1.2" else "after_handshake")
    assert report["without_certificate"]["result"] == "rejected"
    alone = report["observations"][report["without_certificate"]["observation"]]
    assert alone["alert"]["code"] == (40 if version == "1.2" else 116)
    assert report["request"]["required"] == "yes"
    assert report["verdict"] == "critical"
    for finding in ("rejected-by-alert", "certificate-expired", "certificate-not-yet-valid",
                    "client-auth-usage-missing", "issuer-not-advertised"):
        assert report.findings[finding] == "critical", finding


def test_the_depth_at_which_the_list_meets_the_chain(pki, probe):
    with s_server(pki, "-www", *REQUIRE, "-CAfile", pki.root.certificate) as port:
        report = probe.ask(port, "--cert", pki.alice.file, "--cert", pki.alice_ed25519.file, "--cert",
                           pki.leaf_only.file, "--cert", pki.mallory.file)
        alone = probe.ask(port, "--cert", pki.leaf_only.file)
        completed = probe.ask(port, "--cert", pki.leaf_only.file, "--issuer-certs", pki.inter.certificate)

    depths = {one["label"]: (one["issuer_match"]["advertised"], one["issuer_match"]["depth"])
              for one in report["candidates"]}
    assert depths == {str(pki.alice.file): (True, 2), str(pki.alice_ed25519.file): (True, 1),
                      str(pki.leaf_only.file): (True, 2),  # as the chain of alice's file shows
                      str(pki.mallory.file): (False, None)}
    assert alone["candidates"][0]["issuer_match"]["advertised"] is False
    assert report.candidate(pki.alice)["issuer_match"]["encoding"] == "identical"
    # --issuer-certs completes the chain for judging; what is sent stays the same, so the server still refuses.
    assert completed.candidate(pki.leaf_only)["issuer_match"]["depth"] == 2
    assert completed.attempt(pki.leaf_only) == ("rejected", "alert")
    assert "intermediate-missing" in completed.findings


def test_silence_proves_nothing_in_tls_13(pki, probe):
    with s_server(pki, "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        ask = ["--no-http", "--settle", "0.2", "--cert", pki.alice.file, "--cert", pki.mallory.file]
        new = probe.ask(port, "--tls", "1.3", *ask)
        old = probe.ask(port, "--tls", "1.2", *ask)

    assert new.attempt(pki.alice) == ("undetermined", None)
    assert new.attempt(pki.mallory) == ("rejected", "alert")
    assert new["request"]["required"] == "yes"
    assert old.attempt(pki.alice) == ("accepted", None)
    assert old.attempt(pki.mallory) == ("rejected", "alert")
    assert old["request"]["required"] == "yes"


def test_silence_without_a_certificate(pki, probe):
    with s_server(pki, "-verify", "5", "-CAfile", pki.root.certificate) as port:
        new = probe.ask(port, "--tls", "1.3", "--no-http", "--settle", "0.2")
        old = probe.ask(port, "--tls", "1.2", "--no-http", "--settle", "0.2")

    assert new["request"]["required"] == "undetermined"
    assert old["request"]["required"] == "no"


@pytest.mark.parametrize("option, version", [("-tls1", "1.0"), ("-tls1_1", "1.1")])
def test_old_versions(pki, probe, option, version):
    cas = [pki.root, *pki.named(*many_names(2))]
    with s_server(pki, "-www", option, "-cipher", "ALL:@SECLEVEL=0", *REQUIRE, "-CAfile",
                  pki.bundle(f"old-{version}", cas)) as port:
        report = probe.ask(port, "--cert", pki.alice.file, "--cert", pki.mallory.file)

    [request] = report.requests()
    assert listed(request) == subjects(cas)
    assert request["signature_algorithms"] is None and request["certificate_types"]
    assert report["observations"][report["request"]["observation"]]["negotiated"]["version"] == version
    assert report.attempt(pki.alice) == ("accepted", "http")
    assert report.attempt(pki.mallory) == ("rejected", "alert")
    assert report["request"]["required"] == "yes"


STRICT = """
openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = system
[system]
MinProtocol = TLSv1.3
CipherString = DEFAULT@SECLEVEL=5
Groups = P-521
"""


def test_only_the_versions_that_were_asked_for_are_offered(pki, probe):
    with s_server(pki, "-www", "-no_tls1_3", "-cipher", "ALL:@SECLEVEL=0") as port:
        report = probe.ask(port, "--tls", "1.1", "--tls", "1.3")

    assert {one["negotiated"] and one["negotiated"]["version"] for one in report["observations"]} <= {None, "1.1"}


@pytest.mark.parametrize("text", [STRICT, "not = [a configuration"], ids=["strict", "broken"])
def test_the_machines_openssl_configuration_does_not_limit_what_is_seen(pki, probe, text, tmp_path):
    (tmp_path / "openssl.cnf").write_text(text)
    with s_server(pki, "-www", "-tls1", "-cipher", "ALL:@SECLEVEL=0", "-verify", "5", "-CAfile",
                  pki.root.certificate) as port:
        report = probe.ask(port, env={"OPENSSL_CONF": str(tmp_path / "openssl.cnf")})

    assert [listed(one) for one in report.requests("1.0")] == [subjects([pki.root])]


def test_an_old_and_weak_certificate_is_presented(pki, probe):
    weak = pki.issue("weak", "/CN=weak", CLIENT, by=pki.root, key=["rsa:1024", "-sha1"])
    with s_server(pki, "-www", "-cipher", "ALL:@SECLEVEL=0", *REQUIRE, "-CAfile", pki.root.certificate) as port:
        reports = [probe.ask(port, "--tls", version, "--cert", weak.file) for version in ("1.2", "1.3")]

    assert [report.attempt(weak) for report in reports] == [("accepted", "http")] * 2


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_key_that_cannot_sign_as_asked(pki, probe, version):
    algorithms = ["-client_sigalgs", "RSA-PSS+SHA256:RSA+SHA256", "-CAfile", pki.root.certificate]
    ask = ["--tls", version, "--cert", pki.alice.file, "--cert", pki.alice_ed25519.file]
    with s_server(pki, "-www", *REQUIRE, *algorithms) as port:
        required = probe.ask(port, *ask)
    with s_server(pki, "-www", "-verify", "5", *algorithms) as port:
        optional = probe.ask(port, *ask)

    assert required.attempt(pki.alice) == ("accepted", "http")
    assert required.attempt(pki.alice_ed25519) == ("rejected", "alert")
    assert not required.attempted(pki.alice_ed25519)["certificate_sent"]
    assert "signature-algorithm-not-offered" in required.findings
    # Let in, but not because of this certificate.
    assert optional.attempt(pki.alice_ed25519) == ("undetermined", None)


def test_a_name_with_several_addresses(pki, probe):
    """localhost is 127.0.0.1 and, on most machines, ::1, where nobody listens."""
    with s_server(pki, "-www", "-verify", "5", "-CAfile", pki.root.certificate) as port:
        report = probe.json(f"localhost:{port}")
        only_6 = probe.run("--format", "json", "-6", f"127.0.0.1:{port}")

    assert report["verdict"] == "ok" and listed(report.request) == subjects([pki.root])
    assert report["observations"][report["request"]["observation"]]["variant"]["sni"] == "localhost"
    for seen in report["observations"]:
        assert seen["outcome"] == ("completed" if seen["variant"]["address"] == "127.0.0.1" else "refused")
    assert only_6.code == 3 and "IPv6" in only_6.report["summary"]


ODD_NAMES = {
    "utf8": der.name((der.O, der.UTF8, "Müller & Söhne 株式会社".encode())),
    "bmp": der.name((der.CN, der.BMP, "Zertifizierung Ω".encode("utf-16-be"))),
    "t61": der.name((der.CN, der.T61, "M\xfcller".encode("latin-1"))),
    "multi-valued": der.name((der.C, der.PRINTABLE, b"DE"), [(der.CN, der.UTF8, b"A"), (der.OU, der.UTF8, b"B")]),
    "empty": der.name(),
    "escape": der.name((der.CN, der.UTF8, b"\x1b[2J\x1b]0;owned\x07")),
    "newline": der.name((der.CN, der.UTF8, b"two\r\nlines")),
    "nul": der.name((der.CN, der.UTF8, b"good.example\x00.evil.example")),
    "bidi": der.name((der.CN, der.UTF8, "abc\u202egnp.exe\u2066".encode())),
    "c1": der.name((der.CN, der.UTF8, "a\u009b31mred".encode())),
    "long": der.name((der.NAME, der.UTF8, b"long " * 600)),
    "special": der.name((der.CN, der.UTF8, b" #a,b+c\"d\\e<f>g;h=i ")),
}
# What a terminal or a reader could take for something else.
DANGEROUS = [*map(chr, range(0x20)), "\x7f", *map(chr, range(0x80, 0xA0)), *"\u200b\u200e\u200f\u202a\u202b\u202c\u202d"
             "\u202e\u2028\u2029\u2066\u2067\u2068\u2069\ufeff"]


def test_odd_names_arrive_unchanged_and_are_safe_to_print(pki, probe):
    cas = pki.named(*ODD_NAMES.values())
    with s_server(pki, "-www", "-verify", "5", "-CAfile", pki.bundle("odd", cas)) as port:
        report = probe.ask(port)
        text = probe.run("--verbose", f"127.0.0.1:{port}")
        colored = probe.run("--color", "always", f"127.0.0.1:{port}")

    for version in ("1.2", "1.3"):
        [request] = report.requests(version)
        assert listed(request) == list(ODD_NAMES.values())
        assert report["request"]["status"] == "list"
        for entry in request["certificate_authorities"]:
            assert not set(entry["name"]) & set(DANGEROUS)
            assert entry["error"] is None
    names = {label: one["name"] for label, one in zip(ODD_NAMES, report.request["certificate_authorities"])}
    assert names["utf8"] == "O=Müller & Söhne 株式会社"
    assert names["bmp"] == "CN=Zertifizierung Ω"
    assert names["multi-valued"] in ("CN=A+OU=B,C=DE", "OU=B+CN=A,C=DE")
    assert names["empty"] == ""
    assert names["special"] == r"CN=\ #a\,b\+c\"d\\e\<f\>g\;h=i\ " or names["special"].startswith(r"CN=\20#a\,b\+c")
    for label, escaped in (("escape", r"\1b"), ("newline", r"\0d\0a"), ("nul", r"\00"), ("bidi", r"\e2\80\ae")):
        assert escaped in names[label].lower(), names[label]
    assert text.err == b"" and not set(text.text) & (set(DANGEROUS) - {"\n"})
    assert "Zertifizierung Ω" in text.text
    without_color = re.sub(r"\x1b\[[0-9;]*m", "", colored.text)
    assert not set(without_color) & (set(DANGEROUS) - {"\n"})


def test_the_same_name_in_another_string_type(pki, probe):
    printable = der.name((der.C, der.PRINTABLE, b"DE"), (der.O, der.PRINTABLE, b"Probe Tests"),
                         (der.CN, der.PRINTABLE, b"Test Issuing CA"))
    assert printable != pki.inter.subject
    cas = pki.named(printable)
    with s_server(pki, "-www", "-verify", "5", "-CAfile", pki.bundle("printable", cas)) as port:
        report = probe.ask(port, "--cert", pki.alice.file, "--expect-issuers", pki.inter.certificate)

    match = report.candidate(pki.alice)["issuer_match"]
    assert (match["advertised"], match["depth"], match["encoding"]) == (True, 1, "equivalent")
    assert listed(report.request) == [printable]
    assert report["expected"]["result"] == "match"
    assert [one["encoding"] for one in report["expected"]["matched"]] == ["equivalent"]
    assert report.findings["issuer-encoding-differs"] == "warning"
    assert "issuer-not-advertised" not in report.findings


def test_an_old_server_is_called_old(pki, probe):
    with s_server(pki, "-www", "-tls1", "-cipher", "ALL:@SECLEVEL=0", "-Verify", "5") as port:
        result = probe.run(f"127.0.0.1:{port}")

    assert "TLS 1.0: the best that it agreed to" in " ".join(result.text.split())
