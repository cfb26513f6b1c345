"""`mtls-probe match`: the predictions of a report, without the server."""
import json

import pytest

from support import der
from support.probe import TREE, document_of
from support.servers import s_server


def vector16(content):
    return len(content).to_bytes(2, "big") + content


def request_12(*names, types=b"\x01\x02\x40", algorithms=(0x0403, 0x0804, 0x0401)):
    """RFC 5246 §7.4.4."""
    return (bytes([len(types)]) + types + vector16(b"".join(one.to_bytes(2, "big") for one in algorithms)) +
            vector16(b"".join(map(vector16, names))))


def request_13(*names, algorithms=(0x0403, 0x0804, 0x0401)):
    """RFC 8446 §4.3.2."""
    extensions = b"\x00\x0d" + vector16(vector16(b"".join(one.to_bytes(2, "big") for one in algorithms)))
    if names:
        extensions += b"\x00\x2f" + vector16(vector16(b"".join(map(vector16, names))))
    return b"\x00" + vector16(extensions)


def match(probe, request, *words):
    result = probe.run("match", "--format", "json", "--request", request, *words)
    assert (result.code, result.err) == (0, b""), result.err
    return document_of(result, "match")


def sends(document, candidate=0):
    return {one["client"]: one["sends"] for one in document["candidates"][candidate]["predicted"]}


@pytest.fixture
def request_file(tmp_path):
    def write(body):
        file = tmp_path / "request.hex"
        file.write_text(body.hex())
        return file
    return write


@pytest.mark.parametrize("make", [request_12, request_13])
def test_who_sends_what(probe, pki, request_file, make):
    """The full chain in the file, the root in the list: those that filter find it; of a foreign list they do not."""
    names = "--clients", "openssl,curl,gnutls,go,java-sunx509,java-newsunx509,rustls"

    mine = match(probe, request_file(make(pki.root.subject)), "--cert", pki.alice.file, *names)
    foreign = match(probe, request_file(make(pki.other.subject)), "--cert", pki.alice.file, *names)

    assert set(sends(mine).values()) == {"yes"}
    assert sends(foreign) == {"openssl": "yes", "curl": "yes", "gnutls": "no", "go": "no", "java-sunx509": "no",
                              "java-newsunx509": "no", "rustls": "yes"}


def test_what_cannot_be_seen_is_unknown_and_still_told_as_given(probe, pki, request_file):
    """A browser's store may hold the intermediate that the file has not."""
    request = request_file(request_13(pki.root.subject))
    names = "--clients", "firefox,chromium-linux,nss"

    alone = match(probe, request, "--cert", pki.leaf_only.file, *names)
    known = match(probe, request, "--cert", pki.leaf_only.file, "--issuer-certs", pki.inter.certificate, *names)
    rooted = match(probe, request_file(request_13(pki.other.subject)), "--cert", pki.leaf_only.file, "--issuer-certs",
                   pki.inter.certificate, "--issuer-certs", pki.root.certificate, *names)

    for document in (alone, known):
        for one in document["candidates"][0]["predicted"]:
            assert (one["sends"], one["as_given"], one["on_the_wire"]) == ("unknown", "no", "empty_certificate"), one
    assert set(sends(rooted).values()) == {"no"}


def test_the_same_name_in_another_string_type(probe, pki, request_file):
    printable = der.name((der.C, der.PRINTABLE, b"DE"), (der.O, der.PRINTABLE, b"Probe Tests"),
                         (der.CN, der.PRINTABLE, b"Test Root CA"))
    assert printable != pki.root.subject and len(printable) == len(pki.root.subject)

    document = match(probe, request_file(request_13(printable)), "--cert", pki.alice.file, "--clients",
                     "curl,go,java-sunx509,chromium-linux,firefox,nss,gnutls")

    assert sends(document) == {"curl": "yes", "go": "no", "java-sunx509": "yes", "chromium-linux": "unknown",
                               "firefox": "unknown", "nss": "yes", "gnutls": "no"}
    reasons = {one["client"]: one["reason"] for one in document["candidates"][0]["predicted"]}
    assert "another spelling or string type, and Go compares bytes" in reasons["go"]


def test_types_and_algorithms(probe, pki, request_file):
    only_ec = request_file(request_12(types=b"\x40"))
    wire = {one["client"]: one["on_the_wire"] for one in
            match(probe, only_ec, "--cert", pki.alice.file)["candidates"][0]["predicted"]}
    assert wire["openssl"] == "certificate" and wire["go"] == "empty_certificate"
    assert wire["boringssl"] == "break_off" and wire["java-sunx509"] == "empty_certificate"

    only_ec = request_file(request_13(algorithms=(0x0403,)))
    wire = {one["client"]: one["on_the_wire"] for one in
            match(probe, only_ec, "--cert", pki.alice.file)["candidates"][0]["predicted"]}
    assert wire["openssl"] == "empty_certificate" and wire["go-callback"] == "certificate_then_break"


def test_a_report_holds_the_same_predictions(probe, pki, tmp_path):
    with s_server(pki, "-www", "-Verify", "5", "-CAfile", pki.root.certificate) as port:
        report = probe.ask(port, "--cert", pki.alice.file, "--cert", pki.mallory.file)
    file = tmp_path / "report.json"
    file.write_text(json.dumps(report))

    document = match(probe, file, "--cert", pki.alice.file, "--cert", pki.mallory.file)

    assert document["request"] == {**report.request, "after": None}
    assert document["tls_version"] == "1.3" and document["status"] == "list"
    for offline, online in zip(document["candidates"], report["candidates"], strict=True):
        assert online["predicted"] and offline["predicted"] == online["predicted"]
    assert report.findings["clients-disagree"] == "info"


def test_a_malformed_request_is_predicted_where_that_was_looked_at(probe, pki, request_file):
    garbage = match(probe, request_file(request_12(b"\xde\xad\xbe\xef")), "--cert", pki.alice.file, "--tls", "1.2")
    assert garbage["status"] == "malformed"
    wire = {one["client"]: one["on_the_wire"] for one in garbage["candidates"][0]["predicted"]}
    assert wire["openssl"] == "break_off" and wire["nss"] == "certificate" and wire["go"] == "empty_certificate"

    cut = match(probe, request_file(request_12(pki.root.subject)[:-3]), "--cert", pki.alice.file, "--tls", "1.2")
    assert set(sends(cut).values()) == {"unknown"}


def test_clients_narrow_and_an_unknown_one_is_named_with_the_known(probe, pki, request_file):
    request = request_file(request_13(pki.root.subject))

    assert list(sends(match(probe, request, "--cert", pki.alice.file, "--clients", "go,curl"))) == ["curl", "go"]
    complaint = probe.run("match", "--request", request, "--cert", pki.alice.file, "--clients", "go,safari").complaint
    assert "'safari'" in complaint and "firefox" in complaint and "java-sunx509" in complaint
    assert probe.run("--clients", "safari", "--cert", pki.alice.file, "127.0.0.1:1").complaint == complaint
    assert "--cert" in probe.run("--clients", "go", "127.0.0.1:1").complaint


def test_the_text_has_a_line_for_those_that_agree(probe, pki, request_file):
    request = request_file(request_13(pki.other.subject))
    words = "--request", request, "--cert", pki.alice.file, "--cert", pki.mallory.file, "--clients", "curl,go,schannel"

    lines = probe.run("match", *words).text.splitlines()
    assert "  sends  sends  curl" in lines and "  no     sends  go" in lines
    assert any("* from documentation" in line for line in lines) and any("schannel*" in line for line in lines)
    assert "curl would send it" in probe.run("match", *words[:4], "--clients", "curl").text
    assert "Go compares bytes" in " ".join(probe.run("match", *words, "-v").text.split())


def test_files_that_hold_no_request(probe, pki, tmp_path):
    def complaint(content):
        file = tmp_path / "file"
        file.write_text(content)
        return probe.run("match", "--request", file, "--cert", pki.alice.file).complaint

    assert "looks like JSON" in complaint("{ half")
    assert "not JSON" in complaint('{"schema": ')
    assert "names no schema" in complaint("{}")
    with s_server(pki, "-www", "-Verify", "5", "-CAfile", pki.root.certificate) as port:
        report = dict(probe.ask(port))
    assert "2 reports" in complaint(json.dumps([report, report]))
    assert "no certificate request" in complaint(json.dumps({**report, "request": {"observation": 0, "index": None},
                                                            "observations": []}))
    assert "not in it" in complaint(json.dumps({**report, "request": {"observation": 77, "index": 0}}))
    assert "not in it" in complaint(json.dumps({**report, "request": {"observation": 0, "index": 7}}))
    assert "`index`" in complaint(json.dumps({**report, "request": {"observation": 0, "index": -1}}))
    for odd in ("d34db33f" * 9, pki.root.certificate.read_text()):
        assert "No CertificateRequest" in complaint(odd)
    assert complaint("?!")
    (tmp_path / "report.json").write_text("{}")
    assert "--tls" in probe.run("match", "--request", tmp_path / "report.json", "--cert", pki.alice.file, "--tls",
                                "1.2").complaint
    assert "No such file" in probe.run("match", "--request", tmp_path / "none", "--cert", pki.alice.file).complaint
    assert "--cert" in probe.run("match", "--request", tmp_path / "file").complaint


def test_a_report_that_powershell_saved(probe, pki, tmp_path):
    """Its `>` writes UTF-16."""
    with s_server(pki, "-www", "-Verify", "5", "-CAfile", pki.root.certificate) as port:
        report = probe.ask(port)
    (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-16")

    assert match(probe, tmp_path / "report.json", "--cert", pki.alice.file)["request"] == {**report.request, "after": None}


def test_a_capture_of_tls_1_3_with_its_key_log(probe, pki, tmp_path):
    captures = TREE / "tests" / "data" / "captures"
    words = "--request", captures / "openssl-1.3.pcap", "--cert", pki.alice.file

    assert "--keylog" in probe.run("match", *words).complaint
    opened = match(probe, words[1], *words[2:], "--keylog", captures / "keys-1.3.txt")
    assert opened["tls_version"] == "1.3" and len(opened["request"]["certificate_authorities"]) == 3
    (tmp_path / "plain").write_text("01")
    assert "captures" in probe.run("match", "--request", tmp_path / "plain", "--cert", pki.alice.file, "--keylog",
                                   captures / "keys-1.3.txt").complaint


def test_what_a_normal_client_was_not_asked_is_taken_from_another_connection(probe, served, tmp_path):
    """TLS 1.3 resets instead of asking; TLS 1.2 has shown the list by renegotiation."""
    server = served("iis-late-tls13-reset")
    file, alice = tmp_path / "report.json", ["--cert", server.directory / "alice.pem", "--key",
                                             server.directory / "alice.key"]
    target = ["--connect", f"127.0.0.1:{server.ports[0]}", f"https://localhost:{server.ports[0]}/", *alice]
    report = probe.json(*target)
    file.write_text(json.dumps(report))

    document = match(probe, file, *alice)
    text = probe.run("match", "--request", file, *alice).text
    whole = probe.run(*target).text

    [late] = {document["observation"]} & {one["id"] for one in report["observations"]
                                          if one["certificate_requests"]}
    assert report["request"]["status"] == "none" and report["request"]["observation"] != late
    assert document["request"]["stage"] == "renegotiation" and document["tls_version"] == "1.2"
    assert document["candidates"][0]["issuer_match"]["advertised"] is True
    assert sends(document)["go"] == "no" and sends(document)["curl"] == "yes"
    assert f"observation {late} (" in text and "a normal client was asked nothing" in " ".join(text.split())
    assert f"Trusted issuer list of observation {late}: 1 name" in whole
    assert f"in the list of observation {late}" in " ".join(whole.split())


def test_a_request_that_a_capture_has_cut_off(probe, served, tmp_path):
    server = served("raw-stall-in-request")
    alice = ["--cert", server.directory / "alice.pem", "--key", server.directory / "alice.key"]
    probe.run("--timeout", "1", "--variants", "one", "--save-pcap", tmp_path / "cut.pcap",
              f"127.0.0.1:{server.ports[0]}")

    document = match(probe, tmp_path / "cut.pcap", *alice)

    assert document["status"] == "malformed" and document["observation"] is None
    assert document["request"]["complete"] is False
    assert "as far as it came" in probe.run("match", "--request", tmp_path / "cut.pcap", *alice).text
