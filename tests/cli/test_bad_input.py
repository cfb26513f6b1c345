"""A wrong file, option or target: one clear line on stderr that names it, exit code 3, no report."""
import os

import pytest

from support.pki import PASSPHRASE, openssl, write_private
from support.raw import serving, stalls
from support.servers import s_server

NOWHERE = "127.0.0.1:9"  # never reached: these runs end before any connection


@pytest.fixture(scope="module")
def files(pki):
    """Files that somebody could give by mistake."""
    folder = pki.folder / "bad"
    (folder / "empty-directory").mkdir(parents=True)
    (folder / "only-text").mkdir()
    (folder / "only-text" / "notes.txt").write_text("nothing of use\n")
    (folder / "only-cas").mkdir()
    (folder / "only-cas" / "root.pem").write_bytes(pki.root.certificate.read_bytes())
    (folder / "empty.pem").write_bytes(b"")
    (folder / "garbage.bin").write_bytes(bytes(range(256)) * 20)
    (folder / "page.html").write_text("<html><body>Please log in</body></html>\n")
    (folder / "cut.pem").write_text(pki.alice.file.read_text()[:300])
    (folder / "damaged.pem").write_text(pki.alice.certificate.read_text().replace("MII", "M!I", 1))
    (folder / "cut.p12").write_bytes(pki.pkcs12(pki.alice).read_bytes()[:400])
    (folder / "crlf\nname.pem").write_text("nothing")
    return folder


@pytest.mark.parametrize("name, word", [
    ("missing.pem", "No such file"), ("empty.pem", "empty"), ("garbage.bin", ""), ("page.html", ""), ("cut.pem", ""),
    ("damaged.pem", ""), ("cut.p12", ""), ("empty-directory", ""), ("only-text", ""), ("only-cas", "")])
def test_a_candidate_that_is_none(probe, files, name, word):
    result = probe.run("--cert", files / name, NOWHERE)

    lines = result.err.decode().splitlines()
    assert result.code == 3 and result.out == b""
    # What a directory holds and cannot be used is noted; the last line is why there is nothing to do.
    assert len(lines) == (2 if name.startswith("only-") else 1), lines
    assert all(one.startswith("mtls-probe: ") for one in lines)
    assert name in lines[-1] and word in lines[-1]


def test_a_file_name_is_printed_on_one_line(probe, files):
    assert r"crlf\0Aname.pem" in probe.run("--cert", files / "crlf\nname.pem", NOWHERE).complaint


@pytest.mark.parametrize("option", ["--issuer-certs", "--expect-issuers"])
@pytest.mark.parametrize("name", ["missing.pem", "empty.pem", "garbage.bin", "cut.p12", "empty-directory"])
def test_ca_certificates_that_are_none(probe, files, option, name):
    assert name in probe.run(option, files / name, NOWHERE).complaint


def test_a_name_that_is_none(probe, files):
    (files / "names.txt").write_text("# wanted\nCN=Good,C=DE\nCN=\"unfinished\n=x\n")

    complaint = probe.run("--expect-issuers", files / "names.txt", NOWHERE).complaint

    assert "names.txt" in complaint and "line 3" in complaint


def test_a_key_or_chain_that_is_missing(probe, pki, files):
    for option in ("--key", "--chain"):
        assert "missing.pem" in probe.run("--cert", pki.alice.file, option, files / "missing.pem", NOWHERE).complaint


def test_a_file_that_may_not_be_read(probe, pki):
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    secret = pki.folder / "unreadable.pem"
    secret.write_text("x")
    secret.chmod(0)

    assert "Permission denied" in probe.run("--cert", secret, NOWHERE).complaint


ENCRYPTED = ["encrypted PEM", "PKCS#12", "traditional PEM"]


@pytest.fixture(scope="module")
def encrypted(pki):
    old = pki.folder / "alice.traditional.pem"
    key = openssl("rsa", "-traditional", "-aes128", "-in", pki.alice.key, "-passout", "env:SECRET", cwd=pki.folder,
                  env={"SECRET": PASSPHRASE})
    old.write_bytes(pki.alice.certificate.read_bytes() + key)
    return dict(zip(ENCRYPTED, [pki.encrypted_key(pki.alice), pki.pkcs12(pki.alice), old]))


@pytest.mark.parametrize("kind", ENCRYPTED)
def test_a_wrong_passphrase(probe, encrypted, kind):
    complaint = probe.run("--cert", encrypted[kind], "--pass", "env:P", NOWHERE, env={"P": "guess-me-not"}).complaint

    assert encrypted[kind].name in complaint and "passphrase" in complaint
    assert "guess-me-not" not in complaint


@pytest.mark.parametrize("kind", ENCRYPTED)
def test_no_passphrase(probe, encrypted, kind):
    complaint = probe.run("--cert", encrypted[kind], NOWHERE).complaint

    assert encrypted[kind].name in complaint and "passphrase" in complaint and "--pass" in complaint


@pytest.mark.parametrize("source", [PASSPHRASE, "pass:" + PASSPHRASE, "plain-secret", "env:", "file:", "fd:x"])
def test_a_literal_passphrase_is_refused_and_not_repeated(probe, encrypted, source):
    result = probe.run("--cert", encrypted["PKCS#12"], "--pass", source, NOWHERE)

    assert "env:" in result.complaint  # says how
    for secret in (PASSPHRASE, "plain-secret"):
        assert secret not in result.complaint


@pytest.mark.parametrize("source", ["env:NOT_SET_ANYWHERE", "file:/nowhere", "fd:987"])
def test_a_passphrase_that_is_not_there(probe, encrypted, source):
    assert source.split(":")[1] in probe.run("--cert", encrypted["PKCS#12"], "--pass", source, NOWHERE).complaint


def test_a_prompt_without_a_terminal(probe, encrypted):
    result = probe.run("--cert", encrypted["PKCS#12"], "--pass", "prompt", NOWHERE)

    assert "terminal" in result.complaint


def test_a_foreign_key_does_not_stop_the_others(probe, pki):
    with s_server(pki, "-www", "-verify", "5", "-CAfile", pki.root.certificate) as port:
        report = probe.ask(port, "--cert", pki.alice_ec.certificate, "--key", pki.mallory.key, "--cert",
                           pki.alice_ed25519.file)
        no_key = probe.ask(port, "--cert", pki.alice_ec.certificate, "--cert", pki.alice_ed25519.file)

    assert report.findings["key-mismatch"] == "critical" and report["verdict"] == "critical"
    assert report.candidate(pki.alice_ec.certificate)["attempt"] is None
    assert report.candidate(pki.alice_ec.certificate)["issuer_match"]["advertised"] is False
    assert report.attempt(pki.alice_ed25519) == ("accepted", "http")
    assert no_key.findings["key-missing"] == "warning"
    assert no_key.candidate(pki.alice_ec.certificate)["attempt"] is None
    assert no_key.attempt(pki.alice_ed25519) == ("accepted", "http")


def test_a_directory_of_candidates(probe, pki, files):
    folder = files / "mixed"
    folder.mkdir()
    (folder / "alice.pem").write_bytes(pki.alice_ec.certificate.read_bytes())
    write_private(folder / "alice.key", pki.alice_ec.key.read_bytes())
    write_private(folder / "bob.pem", pki.alice_ed25519.file.read_bytes())
    (folder / "locked.p12").write_bytes(pki.pkcs12(pki.alice).read_bytes())
    (folder / "readme.txt").write_text("hello\n")
    with s_server(pki, "-www", "-verify", "5", "-CAfile", pki.root.certificate) as port:
        result = probe.run("--format", "json", "--cert", folder, f"127.0.0.1:{port}")

    assert [one["label"] for one in result.report["candidates"]] == [str(folder / "alice.pem"), str(folder / "bob.pem")]
    assert result.report.attempt(folder / "bob.pem") == ("accepted", "http")
    notes = result.err.decode().splitlines()
    assert any("locked.p12" in one and "passphrase" in one for one in notes), notes
    assert all(one.startswith("mtls-probe: skipped ") for one in notes)


def test_a_host_that_does_not_exist(probe):
    result = probe.run("--format", "json", "--timeout", "5", "nosuch.invalid")

    assert result.code == 3 and result.seconds < 6
    assert result.report["verdict"] == "unknown" and result.report["observations"] == []
    assert "nosuch.invalid" in result.report["summary"]
    assert result.report["request"]["status"] == "undetermined"


def test_a_port_that_refuses(probe):
    with serving(stalls) as server:
        port = server.port
    result = probe.run(f"127.0.0.1:{port}")

    assert result.code == 3 and result.err == b""
    assert "refused" in result.text.lower() and str(port) in result.text


@pytest.mark.parametrize("target", [":443", "host:", "host:0", "host:65536", "host:443x", "host:-1", "[::1",
                                    "[::1]x",
                                    "[nonsense]:1", "http://host/", "ftp://host/", "host/path", "https://",
                                    "https://host:99999/", "https://user:hunter2@host/", "ho st", "münchen.example",
                                    "host\n", "host\x1b[31m", "a" * 300])
def test_a_target_that_is_none(probe, target):
    result = probe.run("--", target)

    assert "target" in result.complaint
    assert "hunter2" not in result.complaint
    assert result.complaint.isprintable()


@pytest.mark.parametrize("words, word", [
    ([], "TARGET"), (["--no-such-option", "host"], "--no-such-option"), (["--timeout", "0", "host"], "--timeout"),
    (["--timeout", "-1", "host"], "--timeout"), (["--timeout", "soon", "host"], "--timeout"),
    (["--timeout", "nan", "host"], "--timeout"), (["--timeout", "1e9", "host"], "--timeout"),
    (["--settle", "x", "host"], "--settle"), (["--connect-timeout", "x", "host"], "--connect-timeout"),
    (["--tls", "1.4", "host"], "--tls"), (["--tls", "TLSv1.2", "host"], "--tls"),
    (["--format", "yaml", "host"], "--format"), (["--color", "blue", "host"], "--color"),
    (["--starttls", "gopher", "host"], "--starttls"),
    (["--variants", "some", "host"], "--variants"), (["--repeat", "0", "host"], "--repeat"),
    (["--repeat", "1001", "host"], "--repeat"), (["--expect-mode", "contains", "host"], "--expect-mode"),
    (["--expect-outcome", "maybe", "host"], "--expect-outcome"), (["-4", "-6", "host"], "-6"),
    (["--sni", "a", "--no-sni", "host"], "--no-sni"), (["--path", "relative", "host"], "--path"),
    (["--path", "/a b", "host"], "--path"), (["--header", "no colon", "host"], "--header"),
    (["--header", "X: a\r\nEvil: 1", "host"], "--header"), (["--method", "GET /", "host"], "--method"),
    (["--no-http", "--path", "/x", "host"], "--path"), (["--connect", "nowhere:x", "host"], "--connect"),
    (["--alpn", "", "host"], "--alpn"), (["--cert"], "--cert"), (["--key", "k.pem", "host"], "--cert"),
    (["--chain", "c.pem", "host"], "--cert"), (["--sni", "", "host"], "--sni"),
    *[([option, "", "host"], option) for option in (
        "--baseline", "--save-baseline", "--connect", "--proxy", "--iis-bindings", "--path", "--output", "--keylog",
        "--save-pcap", "--pass", "--expect-issuers", "--header", "--issuer-certs", "--warning", "--starttls")],
    ([""], "TARGET"), (["--sni", "a" * 300, "host"], "--sni"), (["--sni", "nul\n", "host"], "--sni")])
def test_an_option_that_makes_no_sense(probe, words, word):
    complaint = probe.run(*words).complaint

    assert word in complaint and complaint.isprintable()


LONG = {  # the option, what just fits and that many more, what is said of it
    "a header's name": ("--header", lambda more: "n" * (65533 + more) + ": v", "at most 65533 bytes each"),
    "a header's value": ("--header", lambda more: "n:  " + "v" * (65533 + more), "at most 65533 bytes each"),
    "a name": ("--sni", lambda more: ".".join(["n" * 63] * 3 + ["n" * (61 + more)]), "1 to 253"),
    "a protocol": ("--alpn", lambda more: "p" * (255 + more), "1 to 255"),
    "protocols": ("--alpn", lambda more: ",".join(["p" * 249] * 240) + "p" * more, "at most 60000 bytes together"),
}


@pytest.mark.parametrize("option, written, bound", LONG.values(), ids=LONG)
def test_what_is_too_long_is_told_with_its_bound(probe, pki, option, written, bound):
    complaint = probe.run(option, written(1), "127.0.0.1:1").complaint

    assert complaint.startswith(f"mtls-probe: {option}: ") and bound in complaint
    with s_server(pki, "-www", "-verify", "5") as port:
        assert probe.json(option, written(0), f"127.0.0.1:{port}")["observations"][0]["handshake_completed"]


@pytest.mark.parametrize("words", [["--path", "/" + "p" * 100_000], ["--method", "M" * 100_000]],
                         ids=["path", "method"])
def test_a_path_and_a_method_may_be_of_any_length(probe, pki, words):
    with s_server(pki, "-www", "-verify", "5") as port:
        report = probe.json("--timeout", "2", *words, f"127.0.0.1:{port}")

    assert report["observations"][0]["handshake_completed"]


def test_help_and_version(probe):
    for option in ("--help", "--version"):
        result = probe.run(option)

        assert result.code == 0 and result.err == b"" and result.out.startswith(b"mtls-probe" if option == "--version"
                                                                                else b"Why")
    assert all(len(line) <= 120 for line in probe.run("--help").text.splitlines())


def test_a_report_that_cannot_be_written(probe, files):
    with serving(stalls) as server:
        for place in ("/nowhere/at/all/report.json", str(files)):
            assert place in probe.run("--timeout", "0.2", "-o", place, f"127.0.0.1:{server.port}").complaint

    assert not list(files.glob("*.tmp*")) and not list(files.parent.glob("*.tmp*"))


@pytest.mark.parametrize("option", ["--cert", "--issuer-certs", "--expect-issuers", "--iis-bindings", "--baseline"])
def test_a_file_without_end(probe, option, tmp_path):
    assert "/dev/zero" in probe.run(option, "/dev/zero", NOWHERE, limit=4).complaint
    with open(tmp_path / "huge", "wb") as file:
        file.truncate(10 << 30)
    complaint = probe.run(option, tmp_path / "huge", NOWHERE, limit=8).complaint
    assert "larger than" in complaint or (option == "--baseline" and "not JSON" in complaint)


@pytest.mark.parametrize("option", ["--iis-bindings", "--baseline"])
def test_a_directory_in_place_of_a_file(probe, option, tmp_path):
    assert "directory" in probe.run(option, tmp_path, NOWHERE).complaint


def test_a_journal_that_is_no_file_or_has_no_end(probe, tmp_path):
    (tmp_path / "list").write_text(NOWHERE + "\n")
    os.mkfifo(tmp_path / "pipe")
    with open(tmp_path / "huge", "wb") as file:
        file.truncate(10 << 30)
    words = ["--targets", tmp_path / "list", "--resume"]

    for place, why in (("/dev/zero", "device"), ("/dev/null", "device"), (tmp_path / "pipe", "pipe"),
                       (tmp_path, "directory"), (tmp_path / "huge", "no journal")):
        complaint = probe.run(*words, place, limit=8).complaint
        assert str(place) in complaint and why in complaint, complaint
    assert (tmp_path / "huge").stat().st_size == 10 << 30


def test_a_list_that_is_no_text_ends_the_run(probe, tmp_path):
    with open(tmp_path / "one line", "wb") as file:
        file.write(b"x" * (4 << 20))

    for place, why in (("/dev/zero", "NUL"), ("/dev/urandom", "NUL"), (tmp_path / "one line", "1 MiB")):
        result = probe.run("--targets", place, "--progress", "never", limit=8)
        assert result.code == 3 and f"read {place}: line 1 " in result.err.decode() or place == "/dev/urandom"
        assert why in result.err.decode() and result.code == 3
