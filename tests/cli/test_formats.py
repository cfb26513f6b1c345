"""The formats that machines read: the same verdict and exit code in each, and names that cannot break out of them."""
import json
import re
import subprocess

import pytest

from support import der, formats, raw
from support.pki import pem
from support.probe import check
from support.servers import free_port, s_server

HOSTILE = ["\x1b[31mred\x1b[0m", "two\r\nlines", "\u202emirrored\u200b", "a|b 'q'=1;2", "<script>alert(1)</script>",
           "&amp;\"quoted\"\\", "]]>--><b>"]
FORMATS = ["text", "json", "jsonl", "nagios", "prometheus", "junit", "html"]
READERS = {"nagios": formats.nagios, "prometheus": formats.prometheus, "junit": formats.junit, "html": formats.html}


def hostile_names():
    return [der.name((der.C, der.PRINTABLE, b"DE"), (der.CN, der.UTF8, one.encode())) for one in HOSTILE]


@pytest.fixture(scope="module")
def port(pki):
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        yield port


@pytest.fixture(scope="module")
def hostile(pki):
    """A server whose list holds hostile names and one of 60,000 bytes."""
    names = [*hostile_names(), der.name((der.C, der.PRINTABLE, b"DE"), (der.NAME, der.UTF8, b"<|&" * 20000))]
    listed = pki.bundle("hostile", pki.named(*names))
    with s_server(pki, "-www", "-verify", "5", "-CAfile", listed) as port:
        yield port, listed


@pytest.mark.parametrize("limits, code", [([], 0), (["-w", "4000"], 1), (["-w", "4000", "-c", "3000,60s"], 2)])
def test_the_exit_code_is_the_same_in_every_format(probe, pki, port, limits, code):
    words = ["--cert", pki.alice.file, *limits, f"127.0.0.1:{port}"]

    runs = {form: probe.run("--format", form, *words) for form in FORMATS}

    assert {form: run.code for form, run in runs.items()} == dict.fromkeys(FORMATS, code)
    report = runs["json"].report
    verdict, text, figures, below = formats.nagios(runs["nagios"].text)
    assert verdict == ["OK", "WARNING", "CRITICAL"][code]
    assert text == f"127.0.0.1:{port}: {report['summary']}"
    assert figures["issuers"][0] == "1" and figures["accepted"][0] == "1" and figures["refused"][0] == "0"
    assert figures["time"][1] == "s"
    samples = formats.prometheus(runs["prometheus"].text)
    target = ("target", f"127.0.0.1:{port}")
    assert samples["mtls_probe_verdict", (target, ("verdict", report["verdict"]))] == 1
    assert samples["mtls_probe_issuers", (target,)] == 1
    assert sum(name == "mtls_probe_finding" for name, _ in samples) == len(report["findings"])
    (suite, cases), = formats.junit(runs["junit"].text)
    assert suite == f"127.0.0.1:{port}"
    assert cases == {"probe": "ok", **{one: "ok" if severity == "info" else "failure"
                                       for one, severity in report.findings.items()}}
    page = formats.html(runs["html"].text)
    assert report["summary"] in page and all(one in page for one in report.findings)


def test_a_target_that_cannot_be_probed_is_unknown_in_every_format(probe):
    target = f"127.0.0.1:{free_port()}"

    runs = {form: probe.run("--format", form, target) for form in FORMATS}

    assert {run.code for run in runs.values()} == {3}
    assert formats.nagios(runs["nagios"].text)[0] == "UNKNOWN"
    assert formats.prometheus(runs["prometheus"].text)["mtls_probe_success", (("target", target),)] == 0
    assert formats.junit(runs["junit"].text) == [(target, {"probe": "error"})]
    assert "UNKNOWN" in formats.html(runs["html"].text)


def test_several_targets_in_one_answer(probe, port):
    targets = [f"127.0.0.1:{port}", f"127.0.0.1:{free_port()}", f"localhost:{port}"]

    runs = {form: probe.run("--format", form, *targets) for form in READERS}

    assert {run.code for run in runs.values()} == {3}
    verdict, text, figures, below = formats.nagios(runs["nagios"].text)
    assert verdict == "UNKNOWN" and text.startswith("3 targets, 1 unknown, 2 ok; Could not probe")
    assert figures[f"localhost:{port} issuers"][0] == "1" and f"{targets[1]} issuers" not in figures
    assert [line.split()[0] for line in below if re.match("[A-Z]{2}", line)] == ["OK", "UNKNOWN", "OK"]
    samples = formats.prometheus(runs["prometheus"].text)
    assert {labels for name, labels in samples if name == "mtls_probe_success"} == {(("target", one),) for one in targets}
    assert [suite for suite, _ in formats.junit(runs["junit"].text)] == targets
    assert all(one in formats.html(runs["html"].text) for one in targets)


@pytest.mark.parametrize("form", ["prometheus", "text"])
def test_silent_targets_are_waited_for_side_by_side(probe, port, form):
    with raw.serving(raw.stalls) as silent:
        targets = [f"https://127.0.0.1:{silent.port}/{i}" for i in range(7)]
        targets[3] = f"https://127.0.0.1:{port}/3"
        run = probe.run("--format", form, "--timeout", "3", *targets)

    assert run.code == 3 and 2.9 < run.seconds < 10  # one after the other it would be 18
    if form == "prometheus":
        samples = formats.prometheus(run.text)
        assert {labels[0][1]: value for (name, labels), value in samples.items() if name == "mtls_probe_success"} == {
            one: int(one == targets[3]) for one in targets}
    else:
        told = re.findall(r"^(OK|UNKNOWN) +(\S+)$", run.text, re.MULTILINE)
        assert told == [("OK" if i == 3 else "UNKNOWN", one) for i, one in enumerate(targets)]


def test_targets_side_by_side_make_do_with_few_descriptors(probe, port):
    targets = [f"127.0.0.1:{port}"] * 40
    done = subprocess.run(["bash", "-c", 'ulimit -n 64; exec "$@"', "-", probe.program, "--format", "jsonl", *targets],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)

    assert (done.returncode, done.stderr) == (0, "")
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["verdict"] for one in reports] == ["ok"] * 40


def test_the_traffic_and_the_keys_of_targets_side_by_side_are_all_kept(probe, port, tmp_path):
    capture, keys = tmp_path / "all.pcap", tmp_path / "keys.log"
    probe.run("--save-pcap", capture, "--keylog", keys, *[f"127.0.0.1:{port}"] * 5)

    # Each is asked in TLS 1.3 and below, without a name.
    decoded = json.loads(probe.run("decode", "--keylog", keys, "--format", "json", capture).text)
    assert [one["reading"] for one in decoded["capture"]["connections"]] == ["request"] * 10


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("expected", [False, True])
def test_no_name_breaks_out_of_a_format(probe, pki, hostile, form, expected):
    port, listed = hostile
    # Missing, unexpected and matched names go different ways.
    words = ["--expect-issuers", listed if expected else pki.other.certificate]

    run = probe.run("--format", form, *words, "--cert", pki.mallory.file, f"127.0.0.1:{port}")

    text = run.out.decode()
    assert run.err == b"" and not formats.UNSAFE.search(text)
    if form in READERS:
        READERS[form](text)
    elif form == "jsonl":
        check(json.loads(text), run.code)
    elif form == "json":
        assert len(run.report.request["certificate_authorities"]) == len(HOSTILE) + 1
    if form == "html":
        # openssl's view of the name: the text is there, as text.
        assert "CN=\\<script\\>alert(1)\\</script\\>,C=DE" in formats.html(text)


def test_a_candidate_whose_own_name_is_hostile(probe, pki, port):
    for number, name in enumerate(HOSTILE):
        path = pki.folder / f"hostile {number} '<&|\".pem"
        path.write_text(pem(der.certificate_named(hostile_names()[number], pki.root.der)))
        for form, reader in READERS.items():
            text = probe.run("--format", form, "--cert", path, f"127.0.0.1:{port}").out.decode()
            assert not formats.UNSAFE.search(text)
            reader(text)


def test_a_textfile_is_never_half_written(probe, port, tmp_path):
    place = tmp_path / "mtls.prom"
    place.write_text("old")
    before = place.stat().st_ino

    probe.run("--format", "prometheus", "-o", place, f"127.0.0.1:{port}")

    assert formats.prometheus(place.read_text())
    assert place.stat().st_ino != before, "the old file was written over instead of replaced"
    assert [one.name for one in tmp_path.iterdir()] == ["mtls.prom"]


@pytest.mark.parametrize("limit", ["", "x", "-1", "1.5", "1,2", "5s,6s", "0s", "1m", "30,", "99999", "nan", "1e3"])
def test_a_limit_that_is_none(probe, limit):
    assert probe.run("-w", limit, "127.0.0.1:9").code == 3


def test_limits_that_contradict_each_other(probe):
    assert "-w" in probe.run("-w", "7", "-c", "30", "127.0.0.1:9").complaint
    assert "-w" in probe.run("-w", "9s", "-c", "3s", "127.0.0.1:9").complaint


def test_limits_reach_the_perfdata(probe, pki, port):
    run = probe.run("--format", "nagios", "-w", "30d,50s", "-c", "7,60s", "--cert", pki.alice.file, f"127.0.0.1:{port}")

    figures = formats.nagios(run.text)[2]

    assert run.code == 0
    assert figures["server_days"][2:4] == ("30:", "7:") and figures["candidate_days"][2:4] == ("30:", "7:")
    assert 360 <= int(figures["server_days"][0]) <= 365
    assert figures["time"][2:] == ("50", "60", "0")


def test_text_and_json_agree_on_what_follows_from_what(probe, pki):
    """A finding that stands for itself begins a paragraph; what follows from it stands below it, in a line."""
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.other.certificate) as port:
        words = ["--cert", pki.alice.file, "--expect-issuers", pki.root.certificate, f"127.0.0.1:{port}"]
        report, text = probe.run("--format", "json", *words).report, probe.run(*words).text

    told, cause = {}, None
    for severity, mark, found in re.findall(r"^(critical|warning|   critical|   warning|   info) +([a-z0-9-]+)(:?)", text, re.M):
        cause = mark if not severity.startswith(" ") else cause
        told[mark] = [] if not severity.startswith(" ") or severity.endswith("info") else [cause]
    known = {one["id"]: one["follows_from"][:1] for one in report["findings"]}
    assert told == known and {"expected-issuer-missing"} in map(set, known.values())
    for one in report["findings"]:
        assert all(known[cause] == [] for cause in one["follows_from"])
        named = re.search(r" \((?:follows|may follow) from (.*)\)$", one["summary"])
        assert (re.split(", | and ", named[1]) if named else []) == one["follows_from"]


@pytest.mark.parametrize("words, why", [
    (["--format", "nagios", "--cert", "/nowhere.pem", "127.0.0.1:9"], "read /nowhere.pem: No such file or directory"),
    (["--format", "nagios"], "TARGET is required"), (["--format=nagios", "--bogus", "host"], "--bogus"),
    (["--timeout", "soon", "host", "--format", "nagios"], "--timeout"), (["--format", "nagios", "a|b\nc"], "target"),
    (["--format", "nagios", "--targets", "/nowhere"], "--format"),
    (["-o", "x", "--save-baseline", "x", "--format", "nagios", "host"], "same file")])
def test_nagios_is_told_why_there_is_no_report(probe, words, why, tmp_path):
    """On stdout, which is all that it shows; stderr has the same line as in every format."""
    done = probe.run(*words, cwd=tmp_path)

    assert done.code == 3
    assert re.fullmatch(r"MTLS UNKNOWN - [^|\n]+\n", done.text) and why in done.text
    assert done.err.decode().startswith("mtls-probe: ") and done.err.count(b"\n") == 1


@pytest.mark.parametrize("words", [["--format", "json", "--bogus"], ["explain", "--format", "nagios", "1"], ["--bogus"],
                                   ["--format", "text", "--", "--format=nagios"]])
def test_the_other_formats_have_nothing_on_stdout_without_a_report(probe, words):
    assert probe.run(*words).complaint


def test_nagios_is_told_in_its_first_line_of_a_baseline_that_cannot_be_written(probe, pki, tmp_path):
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        done = probe.run("--format", "nagios", "--save-baseline", tmp_path / "no" / "where", f"127.0.0.1:{port}")

    assert done.code == 3 and done.text.startswith("MTLS UNKNOWN - write ") and done.text.count("MTLS ") == 1
    assert b"write " in done.err
