"""Names that want more than to be read, through every command and format: nothing reaches a terminal raw, and what is
for machines still parses with a parser that somebody else wrote."""
import json
import re

import pytest

from support import der, formats
from support.exporter import exporting
from support.harness import serving
from support.pki import pem
from support.probe import check, document_of

# By what they would do, as bytes of a UTF8String. Each begins with a word by which the table is read.
NAMES = {
    "escape": b"esc \x1b[2J\x1b[31mred", "title": b"osc \x1b]0;owned\x07\x1b]8;;http://evil.test\x1b\\x",
    "c1": b"csi \xc2\x9b31m\xc2\x9d0;owned\xc2\x9c", "bell": b"bel \x07\x08\x7f\x00end", 
    "lines": b"crlf \r\nOK | a=1\n\n",
    "unicode lines": "ls \u2028\u2029\u0085".encode(), "bidi": "rlo \u202e\u2066\u2069\u200f\u061c".encode(),
    "invisible": "zero \u200b\u2060\ufeff\U000e0041".encode(), "invalid": b"bad \xff\xfe\xc0\x80\xed\xa0\x80\xf5",
    "cut": b"cut \xe2\x82", "bar": b"bar | 'x'=1;2;3;4 | y", "markup": b"tag <script>alert(1)</script><!--]]>",
    "entities": b"amp &amp;&#x1b;&lt;\"'`", "backslash": b"bs \\ \\n \\\"\\x1b\\", 
    "format": b"pct %s%n%1$s {} {0} ${x} `id`",
    "csv": b"=cmd|' /C calc'!A0", "labels": b"lab \",job=\"x\"} 1\n# TYPE mtls_probe_success gauge",
}
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
MACHINES = {"json": json.loads, "jsonl": json.loads, "nagios": formats.nagios, "prometheus": formats.prometheus,
            "junit": formats.junit, "html": formats.html}


def safe(data):
    """As text, if nothing in it does more than be read."""
    text = data.decode() if isinstance(data, bytes) else data  # not UTF-8 is an error, too
    assert not (found := formats.RAW.search(text)), text[max(0, found.start() - 60):found.end() + 20]
    return text


def valid(text):
    try:
        return bool(text.decode())
    except UnicodeDecodeError:
        return False


def dns(wanted=None):
    tagged = [der.name((der.C, der.PRINTABLE, b"DE"), (der.CN, der.UTF8, one)) for one in NAMES.values() if
              wanted is None or wanted(one)]
    if wanted:
        return tagged
    other_types = [der.name((der.CN, kind, NAMES["escape"] + NAMES["bidi"]))
                   for kind in (der.T61, der.IA5, der.PRINTABLE)]
    wide = der.name((der.CN, der.BMP, "wide \x1b[31m\u202e\ud83d".encode("utf-16-be", "surrogatepass")))
    return [*tagged, *other_types, wide]


@pytest.fixture(scope="module")
def hostile(pki, tmp_path_factory):
    """A server that lists them all, and one name of 50,000 bytes of them; its port, and certificates of those names
    that OpenSSL reads (it reads no bad UTF-8, hence the raw server)."""
    long = der.name((der.NAME, der.UTF8, (b"<|&\x1b[31m\"'" * 5000)[:50_000]))
    listed = pki.bundle("output-safety", pki.named(*dns(valid), long))
    scenario = tmp_path_factory.mktemp("safety") / "hostile.toml"
    entries = ", ".join(f'"der:{one.hex()}"' for one in [*dns(), long])
    scenario.write_text('summary = "x"\npersonality = "raw"\n[[listener]]\nat = "within_http_body"\nfault = "stall"\n'
                        f"[raw.request]\nauthorities = [{entries}]\n")
    with serving(scenario) as lab:
        yield lab.port, listed


@pytest.fixture(scope="module")
def report(probe, hostile, tmp_path_factory):
    file = tmp_path_factory.mktemp("safety") / "report.json"
    probe.run("--format", "json", "-o", file, f"127.0.0.1:{hostile[0]}")
    return file


@pytest.mark.parametrize("form", MACHINES)
def test_reports_for_machines(probe, pki, hostile, form):
    port, listed = hostile
    run = probe.run("--format", form, "-v", "--expect-issuers", pki.other.certificate, "--cert", pki.mallory.file,
                    f"127.0.0.1:{port}")

    assert safe(run.err) == ""
    MACHINES[form](safe(run.out))


@pytest.mark.parametrize("words", [[], ["-v"], ["-v", "--color", "always"]], ids=["short", "long", "coloured"])
@pytest.mark.parametrize("expected", [True, False])
def test_reports_for_people(probe, pki, hostile, words, expected):
    port, listed = hostile
    run = probe.run(*words, "--expect-issuers", listed if expected else pki.other.certificate, "--cert",
                    pki.mallory.file, f"127.0.0.1:{port}")

    text = safe(COLOUR.sub("", run.out.decode()))
    assert safe(run.err) == "" and ("esc " in text or not words)
    assert ("\x1b" in run.out.decode()) == ("--color" in words)


def test_nothing_is_lost_by_it(report):
    """What cannot be printed is escaped; the bytes stand beside it."""
    read = check(json.loads(report.read_text()))
    listed = [bytes.fromhex(one["der"]) for one in read.request["certificate_authorities"]]

    assert listed[:len(dns())] == dns()


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_commands_without_a_server(probe, pki, hostile, report, form, tmp_path):
    _, listed = hostile
    raw = tmp_path / "request.hex"
    raw.write_text(check(json.loads(report.read_text())).request["raw"])
    candidate = tmp_path / "candidate \x1b[31m\u202e|.pem"
    candidate.write_text(pem(der.certificate_named(dns()[0], pki.root.der)))
    runs = {"audit-store": probe.run("audit-store", "--format", form, "-v", listed, candidate),
            "decode": probe.run("decode", "--format", form, "-v", raw),
            "match": probe.run("match", "--format", form, "-v", "--request", report, "--cert", candidate)}

    for command, run in runs.items():
        text = safe(run.out)
        safe(run.err)
        assert run.out or run.err, command
        if form == "json" and command != "match":
            document_of(run, command)
        elif form == "json":
            json.loads(text)


@pytest.mark.parametrize("form", ["text", "json"])
def test_log_lines_that_somebody_else_wrote(probe, form, tmp_path):
    """A client chooses its URL, its name and its User-Agent; an IIS writes them down."""
    log = tmp_path / "u_ex\x1b[31m.log"
    fields = b"#Fields: date time cs-method cs-uri-stem cs-username c-ip cs(User-Agent) sc-status sc-substatus " \
             b"sc-win32-status\n"
    lines = [b"2026-11-20 08:00:09 GET /" + one.replace(b" ", b"+").replace(b"\n", b"") + b" " +
             one.replace(b" ", b"+").replace(b"\n", b"") + b" 10.1.0.8 " + one.replace(b" ", b"+").replace(b"\n", b"") +
             b" 403 7 5\n" for one in NAMES.values()]
    log.write_bytes(fields + b"".join(lines))
    words = "2026-11-20 08:00:09 10.0.0.5 GET /\x1b[31m\u202e - 443 - 10.1.0.8 \x9b31m - 403 16 2148204809 1"

    for run in (probe.run("explain", "--format", form, log), probe.run("explain", "--format", form, words),
                probe.run("explain", "--format", form, "403.7\x1b]0;x\x07", "\u202e0x109")):
        text = safe(run.out)
        safe(run.err)
        assert form == "text" or not text or json.loads(text)


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_a_fleet_and_its_summary(probe, hostile, form, tmp_path):
    targets = tmp_path / "list"
    lines = [one.translate(None, b"\n\r\x00") for one in NAMES.values()]  # a NUL byte would make it no list
    targets.write_bytes(f"127.0.0.1:{hostile[0]}\n".encode() + b"\n".join(lines) + b"\n" +
                        b"\n".join(b"127.0.0.1:1 sni=" + one for one in lines) + b"\n")
    run = probe.run("--format", form, "-v", "--targets", targets, "--color", "never")

    text = safe(run.out)
    assert len(safe(run.err).splitlines()) > len(NAMES)
    for line in text.splitlines() if form == "jsonl" else []:
        check(json.loads(line))


def test_what_the_exporter_answers_and_logs(hostile, tmp_path):
    config = tmp_path / "exporter.toml"
    config.write_text("[module.default]\n")
    with exporting(config) as exporter:
        safe(exporter.probe(f"127.0.0.1:{hostile[0]}")[2])
        formats.prometheus(exporter.probe(f"127.0.0.1:{hostile[0]}")[2])
        for one in NAMES.values():
            for target, module in ((one, None), (one, one), (f"127.0.0.1:{hostile[0]}", one)):
                answer = exporter.probe(target, module)
                assert answer[0] in (200, 400)
                safe(answer[2])
        formats.prometheus(safe(exporter.ask("/metrics")[2]))
    safe("".join(exporter.lines))
