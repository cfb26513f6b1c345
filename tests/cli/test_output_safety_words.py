"""Words of strangers that come by other ways than names in a list: file names, options, targets, a server's HTTP
header, protocol and certificate, the keys of a file, what a client says to the harness. Nothing reaches a terminal
raw."""
import itertools
import json
import os
import subprocess

import pytest

from cli.test_hostile import tls_server
from cli.test_output_safety import COLOUR, MACHINES, NAMES, safe
from support import der, raw
from support.exporter import PROGRAM as EXPORTER
from support.probe import check
from support.raw import serving
from support.served import HARNESS, Served

EVIL = "x\x1b[31m\x1b]0;owned\x07\u009b2J\u202e\u2066|\r\n\u200b\udcff\udc9by"
FORMATS = ["text", *MACHINES]
ON_A_LINE = [one.translate(None, b"\r\n\x00") for one in NAMES.values()]


def quiet(run):
    """Nothing raw in what was said, and something was said."""
    out, err = (one if isinstance(one, bytes) else one.encode(errors="surrogateescape") for one in run)
    safe(COLOUR.sub("", out.decode()))
    safe(err)
    assert out or err


# FILE is the file in question, GOOD one that can be read, TARGET a server that is not there.
FILES = [
    "--cert FILE TARGET", "--cert GOOD --key FILE TARGET", "--cert GOOD --chain FILE TARGET",
    "--issuer-certs FILE TARGET", "--cert GOOD --pass file:FILE TARGET", "--expect-issuers FILE TARGET",
    "--baseline FILE TARGET", "--iis-bindings FILE TARGET", "--targets FILE", "--targets LIST --resume FILE",
    "--targets LIST -o FILE", "-o FILE TARGET", "--save-baseline FILE TARGET", "--save-pcap FILE TARGET",
    "--keylog FILE TARGET", "-o FILE/x TARGET", "--save-baseline FILE/x TARGET", "--save-pcap FILE/x TARGET",
    "--keylog FILE/x TARGET", "--targets LIST --resume FILE/x", "--targets LIST -o FILE/x", "decode FILE",
    "decode --keylog FILE GOOD", "explain FILE", "audit-store FILE", "match --request FILE --cert GOOD",
    "match --request GOOD --cert FILE", "explain -o FILE/x 403.7",
]


CONTENTS = {"garbage": bytes(range(256)), "names": b"CN=a,Q\x1b[31m=\xff\n" + EVIL.encode(errors="replace"),
            "empty": b"",
            "unreadable pem": b"-----BEGIN \x1b[31mX-----\nAAAA\n-----END \x1b[31mX-----\n"
                              b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}


def made(folder, words, kind):
    """The path of a file of that kind with an evil name."""
    file = os.fsencode(folder / f"{FILES.index(words)}{EVIL}.pem")
    if kind == "folder":
        os.mkdir(file)
    elif kind != "missing":
        with open(file, "wb") as written:
            written.write(CONTENTS[kind])
    return file


@pytest.mark.parametrize("kind", ["missing", "folder", *CONTENTS])
def test_names_of_files(probe, pki, tmp_path, kind):
    (tmp_path / "list").write_text("127.0.0.1:1\n")
    for words in FILES:
        file = made(tmp_path, words, kind)
        given = {"GOOD": os.fsencode(pki.alice.file), "LIST": os.fsencode(tmp_path / "list"), "TARGET": b"127.0.0.1:1",
                 "FILE": file, "FILE/x": file + b"/x", "file:FILE": b"file:" + file}
        done = subprocess.run([probe.program, *(given.get(word, word) for word in words.split())], capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=40)
        try:
            assert done.returncode in (0, 1, 2, 3)
            safe(COLOUR.sub("", done.stdout.decode()))
            safe(done.stderr)
            if not done.stdout and "--targets" not in words and "-o FILE" not in words:
                assert len(done.stderr.splitlines()) == 1
        except AssertionError as error:
            raise AssertionError(words) from error


WORDS = ["EVIL", "https://host/EVIL", "https://EVIL/", "user@EVIL", "[EVIL]:443", "host:EVIL", "--EVIL", "-EVIL",
         "--sni EVIL 127.0.0.1:1", "--tls EVIL host", "--connect EVIL host", "--starttls EVIL host",
         "--proxy EVIL host",
         "--proxy http://EVIL host", "--alpn EVIL 127.0.0.1:1", "--path EVIL host", "--path /EVIL 127.0.0.1:1",
         "--method EVIL host", "--header EVIL host", "--header A:EVIL 127.0.0.1:1", "--clients EVIL host",
         "--expect-mode EVIL host",
         "--format EVIL host", "--timeout EVIL host", "--shard EVIL --targets x", "--rate EVIL --targets x",
         "-w EVIL host",
         "--color EVIL host", "--pass EVIL host", "--variants EVIL host", "explain EVIL", "explain --format EVIL x",
         "match --EVIL", "decode EVIL", "--pass env:EVIL --cert KEY host", "--pass fd:EVIL host", "host EVIL"]


@pytest.mark.parametrize("words", WORDS)
def test_words_of_the_command_line(probe, pki, words):
    given = [pki.encrypted_key(pki.alice) if word == "KEY" else word.replace("EVIL", EVIL) for word in words.split()]
    done = subprocess.run([probe.program, *given], capture_output=True, stdin=subprocess.DEVNULL, timeout=40)

    assert done.returncode in (0, 2, 3)
    quiet((done.stdout, done.stderr))


def handshake(kind, body):
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def vector(size, body):
    return len(body).to_bytes(size, "big") + body


def flight(certificate, protocol):
    """RFC 5246 §7.4: ServerHello, if need be with a protocol of its own (RFC 7301), Certificate, CertificateRequest,
    ServerHelloDone, for an RSA key exchange."""
    alpn = b"\x00\x10" + vector(2, vector(2, vector(1, protocol)))
    hello = b"\x03\x03" + bytes(32) + b"\x00" + b"\x00\x2f" + b"\x00" + (vector(2, alpn) if protocol else b"")
    listed = der.name((der.CN, der.UTF8, NAMES["escape"]))
    request = vector(1, b"\x01") + vector(2, b"\x04\x01") + vector(2, vector(2, listed))
    messages = [(2, hello), (11, vector(3, vector(3, certificate))), (13, request), (14, b"")]
    return b"\x16\x03\x03" + vector(2, b"".join(handshake(*one) for one in messages))


@pytest.mark.parametrize("mode", [[], ["--list-only"]], ids=["ordinary", "list-only"])
@pytest.mark.parametrize("form", FORMATS)
def test_a_servers_protocol_and_certificate(probe, pki, form, mode):
    everything = b" ".join(NAMES.values())
    name = der.name(*((der.CN, der.UTF8, one) for one in NAMES.values()))
    certificate = der.certificate_of(pki.alice.der, subject=name, issuer=name, dns_names=[*NAMES.values(), everything])
    # OpenSSL hangs up on a protocol that nobody offered; --list-only reads on.
    with serving(raw.says(flight(certificate, everything[:250] if mode else b""))) as server:
        run = probe.run("--format", form, "-v", "--timeout", "2", "--tls", "1.2", "--variants", "one", *mode,
                        f"127.0.0.1:{server.port}")

    text = safe(run.out)
    safe(run.err)
    if form in MACHINES:
        MACHINES[form](text)
    if form == "json":
        seen = check(json.loads(text))["observations"][0]
        assert len(seen["server_certificates"][0]["names"]) == len(NAMES) + 1
        assert "esc " in json.dumps(seen["server_certificates"]) and (seen["certificate_requests"] or not mode)


@pytest.mark.parametrize("form", FORMATS)
def test_a_servers_http(probe, pki, form):
    evil = b" ".join(ON_A_LINE)
    header = b"".join(b"\r\n" + field + b": " + evil for field in (b"Server", b"WWW-Authenticate", b"Location"))

    def answer(server, tls):
        tls.recv(1000)
        tls.sendall(b"HTTP/1.1 403 " + evil + header + b"\r\nContent-Length: 300\r\n\r\n<title>403.7 " + evil[:200] +
                    b"</title>")
        raw.drain(tls)

    with serving(tls_server(pki, answer)) as server:
        run = probe.run("--format", form, "-v", "--timeout", "2", "--variants", "one", f"127.0.0.1:{server.port}")

    text = safe(run.out)
    safe(run.err)
    if form in MACHINES:
        MACHINES[form](text)


TOML = ['"EVIL" = 1', 'listen = "EVIL"', '[module."EVIL"]\nx = 1', '[module.a]\n"EVIL" = 1', 'allow_targets = ["EVIL"]',
        '[module.a]\nexpect_issuers = ["EVIL"]', '[[module.a.candidate]]\ncert = "EVIL"',
        '[module.a]\nstarttls = "EVIL"',
        '[[module.a.candidate]]\ncert = "x"\npass = "EVIL"', '[module.a]\ntls = ["EVIL"]', '[module.a]\npath = "EVIL"',
        'a = RAW', '# RAW', '"RAW" = 1', '[module.a]\nbaseline = "EVIL"', '[module.a]\nsni = "EVIL"']


def toml(text):
    """EVIL as TOML escapes it, RAW as it should not stand there."""
    escaped = EVIL.encode(errors="ignore").decode()
    written = "".join(f"\\u{ord(one):04X}" if not 32 < ord(one) < 127 or one in '"\\' else one for one in escaped)
    raw_bytes = EVIL.replace("\r\n", "").encode(errors="surrogateescape")
    return text.replace("EVIL", written).encode().replace(b"RAW", raw_bytes)


@pytest.mark.parametrize("text", TOML)
def test_a_configuration_of_the_exporter(tmp_path, text):
    config = os.fsencode(tmp_path / f"{EVIL}.toml")
    with open(config, "wb") as file:
        file.write(toml(text))
    done = subprocess.run([EXPORTER, "--config", config, "--check"], capture_output=True, timeout=40)

    assert done.returncode in (0, 3)
    quiet((done.stdout, done.stderr))


SCENARIOS = ['"EVIL" = 1', 'summary = "EVIL"', 'personality = "EVIL"', '[[listener]]\n"EVIL" = 1',
             '[[listener]]\naddress = "EVIL"', '[[listener]]\ntrust = ["EVIL"]', '[[pki.client]]\nname = "EVIL"',
             '[[pki.client]]\nname = "a"\nissuer = "EVIL"', '[[pki.client]]\nname = "a"\nsubject = "EVIL"',
             '[[pki.client]]\nname = "a"\nnames = ["EVIL"]', 'x = RAW', '"RAW" = 1', '[expect]\nfindings = ["EVIL"]',
             '[try]\ncandidates = ["EVIL"]', '[iis]\nwindows = "EVIL"', '[raw]\nbanner = "EVIL"',
             '[[listener]]\nname = "EVIL"']


@pytest.mark.parametrize("text", SCENARIOS)
def test_a_scenario_that_is_none(tmp_path, text):
    file = os.fsencode(tmp_path / f"{EVIL}.toml")
    with open(file, "wb") as made:
        made.write(toml(text))
    done = subprocess.run([HARNESS, "verify", file], capture_output=True, timeout=60)

    assert done.returncode == 3
    quiet((done.stdout, done.stderr))


@pytest.mark.parametrize("words", [
    "EVIL", "run EVIL", "serve EVIL", "verify EVIL", "verify iis-healthy --probe EVIL", "pki EVIL/a/b",
    "verify iis-healthy --junit EVIL/a", "run iis-healthy --listen EVIL", "run iis-healthy --for EVIL",
    "run iis-healthy --record EVIL/a", "run iis-healthy --log EVIL/a", "run iis-healthy --dir EVIL/a",
    "run iis-healthy --EVIL"])
def test_words_to_the_harness(tmp_path, words):
    (tmp_path / "no-folder").touch()
    given = [word.replace("EVIL/", f"no-folder/{EVIL}/").replace("EVIL", EVIL) for word in words.split()]
    done = subprocess.run([HARNESS, *given], capture_output=True, stdin=subprocess.DEVNULL, timeout=60, cwd=tmp_path)

    assert done.returncode == 3
    quiet((done.stdout, done.stderr))


@pytest.mark.parametrize("scenario", ["iis-healthy", "nginx-on", "iis-self-hosted"])
def test_what_clients_say_to_the_harness(tmp_path, scenario):
    """Its own lines, its records and the logs that it writes in the manner of IIS."""
    log = tmp_path / "log"
    with Served(tmp_path, scenario, "--log", log) as server:
        for one in ON_A_LINE:
            place = one.replace(b" ", b"+")
            fields = b"".join(b"\r\n" + field + b": " + one for field in (b"Host", b"User-Agent", b"Referer"))
            says = b"GET /" + place + b"?" + place + b" HTTP/1.1" + fields + b"\r\nConnection: close\r\n\r\n"
            name = one.decode("ascii", "ignore").replace(" ", "")[:60] or "x"
            subprocess.run(["openssl", "s_client", "-quiet", "-ign_eof", "-connect", f"127.0.0.1:{server.ports[0]}",
                            "-servername", name], input=says, capture_output=True, timeout=40)
        server.wait_for_records(len(ON_A_LINE))
        server.stop()

    safe(server.output)
    safe(server.errors)
    safe(server.record.read_bytes())
    safe(log.read_bytes() if log.exists() else b"")
    assert len(server.records()) >= len(ON_A_LINE)
    assert [one for record in server.records() for one in record["requests"]]
