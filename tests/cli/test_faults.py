"""What goes wrong on our side: no descriptors, names that do not resolve or resolve to sixty addresses, signals, files
and pipes that take no more, a clock that jumps, no memory. One clear line or the same report as ever, and no crash."""
import json
import os
import resource
import shutil
import signal
import subprocess
import time

import pytest

from support.probe import BIN, Probe, check, fast
from support import raw
from support.raw import serving, stalls
from support.servers import s_server
from support.shim import Shim


@pytest.fixture(scope="module")
def port(pki):
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        yield port


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    if not shutil.which("c++"):
        pytest.skip("no compiler")
    return Shim(tmp_path_factory.mktemp("shim"))


def facts(report):
    """What may not depend on how the system behaved."""
    return (report["verdict"], report["summary"], report["request"],
            [(one["outcome"], one["variant"]["sni"], one["negotiated"]) for one in report["observations"]])


def limited(kind, amount):
    def limit():
        resource.setrlimit(kind, (amount, amount))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that the write fails instead
    return limit


def one_line(result):
    lines = result.err.decode().splitlines()
    assert result.code == 3 and len(lines) == 1 and lines[0].startswith("mtls-probe: "), (result.code, result.err)
    return lines[0]


@pytest.mark.parametrize("descriptors", range(4, 17))
def test_few_descriptors_are_one_error_or_none(pki, port, descriptors):
    probe = Probe()
    probe.program = fast("mtls-probe")
    if probe.program.is_relative_to(BIN) and descriptors < 10:
        pytest.skip("a sanitizer's look at a virtual table takes a pipe, and without one it thinks every table bad")

    result = probe.run("--format", "json", "--timeout", 5, "--cert", pki.alice.file, f"127.0.0.1:{port}",
                       preexec_fn=limited(resource.RLIMIT_NOFILE, descriptors))

    if result.out:
        assert check(json.loads(result.out), result.code)["observations"]
        assert result.err == b""
    else:
        assert "Too many open files" in one_line(result)


def test_a_resolver_that_hangs_does_not_hold_it_up(probe, shim):
    result = probe.run("--format", "json", "--timeout", "1", "hangs.test:9", env=shim.env("dns-hangs"))

    assert result.code == 3 and result.report["duration_ms"] < 1500 and result.seconds < 1 + 3
    assert "hangs.test" in result.report["summary"]


def test_names_whose_time_is_over_hold_up_no_others(shim, port, tmp_path):
    """The threads that resolve are held for longer than a target has; the names behind those are not theirs to ask."""
    lines = [f"slow-{i}.test:9" for i in range(64)] + [f"127.0.0.1:{port}", *[f"localhost:{port} sni=t{i}.test"
                                                                             for i in range(4)]]
    (tmp_path / "list").write_text("\n".join(lines) + "\n")
    probe = Probe()
    probe.program = fast("mtls-probe")

    result = probe.run("--targets", tmp_path / "list", "--format", "jsonl", "--timeout", 2.5, "--concurrency", 64,
                       "--per-host", 64, "--progress", "never", "-4", env=shim.env("dns-slow"))

    reports = [json.loads(line) for line in result.out.splitlines()]
    there = [one for one in reports if one["target"]["host"] == "localhost"]
    assert len(reports) == len(lines) and len(there) == 4
    assert {one["request"]["status"] for one in there} == {"list"}


def test_sixty_addresses_are_asked_within_the_time(probe, shim, port):
    result = probe.run("--format", "json", "--timeout", 5, f"sixty.test:{port}", env=shim.env("dns-sixty"))

    addresses = {one["variant"]["address"] for one in result.report["observations"]}
    assert "127.0.0.1" in addresses and result.report["duration_ms"] < 5500
    assert result.report["request"]["status"] == "list"
    assert {one["outcome"] for one in result.report["observations"] if
            one["variant"]["address"] != "127.0.0.1"} <= {"refused"}


def test_signals_change_nothing(probe, shim, pki, port, tmp_path):
    (tmp_path / "passphrase").write_text("correct horse battery\n")
    words = ["--format", "json", "--cert", pki.pkcs12(pki.alice), "--pass", f"file:{tmp_path}/passphrase",
             f"127.0.0.1:{port}"]
    quiet = probe.run(*words)
    result = probe.run(*words, "-o", tmp_path / "report.json", env=shim.env("alarms"))

    assert (result.code, result.err, result.out) == (quiet.code, b"", b"")
    assert facts(check(json.loads((tmp_path / "report.json").read_text()))) == facts(quiet.report)


def test_a_clock_that_jumps_moves_no_deadline(probe, shim, port):
    with serving(stalls) as server:
        result = probe.run("--format", "json", "--timeout", "1", f"127.0.0.1:{server.port}",
                           env=shim.env("clock-jumps"))
    well = probe.run("--format", "json", f"127.0.0.1:{port}", env=shim.env("clock-jumps"))

    assert result.report["observations"][0]["outcome"] == "timeout" and 900 < result.report["duration_ms"] < 1500
    assert 0 < well.report["duration_ms"] < 15000 and well.report["request"]["status"] == "list"
    assert all(0 <= message["at_ms"] < 15000 for one in well.report["observations"] for message in one["messages"])


OUTPUTS = ["-o", "--save-baseline", "--save-pcap", "--keylog"]


def test_nagios_hears_of_a_key_log_that_is_not_whole(probe, port, tmp_path):
    """It shows the first line only: that must not say ok."""
    result = probe.run("--format", "nagios", "--keylog", tmp_path / "file", f"127.0.0.1:{port}",
                       preexec_fn=limited(resource.RLIMIT_FSIZE, 100))

    assert result.code == 3 and result.text.startswith("MTLS UNKNOWN") and "too large" in result.text


@pytest.mark.parametrize("option", OUTPUTS)
def test_a_disk_that_is_full_is_one_error_and_leaves_no_half_report(probe, port, option, tmp_path):
    result = probe.run("--format", "json", option, tmp_path / "file", f"127.0.0.1:{port}",
                       preexec_fn=limited(resource.RLIMIT_FSIZE, 100))

    line = one_line(result)
    assert str(tmp_path / "file") in line and ("too large" in line or "No space" in line)
    if option in ("-o", "--save-baseline"):
        assert os.listdir(tmp_path) == []
    if option != "-o":
        check(json.loads(result.out))  # the report stands


def test_a_journal_that_takes_no_more_is_one_error(probe, port, tmp_path):
    (tmp_path / "list").write_text("".join(f"127.0.0.1:{port} sni=t{i}.example\n" for i in range(20)))
    result = probe.run("--targets", tmp_path / "list", "--resume", tmp_path / "journal", "--progress", "never",
                       "--format", "jsonl", preexec_fn=limited(resource.RLIMIT_FSIZE, 300))

    assert result.code == 3 and b"journal" in result.err and b"too large" in result.err
    for line in result.out.splitlines():
        json.loads(line)


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "nagios", "prometheus", "junit", "html"])
def test_a_reader_that_has_left_is_one_error(probe, port, form):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        done = subprocess.run([probe.program, "--format", form, f"127.0.0.1:{port}"], stdin=subprocess.DEVNULL,
                              stdout=pipe, stderr=subprocess.PIPE, timeout=40)

    assert done.returncode == 3
    assert done.stderr.decode().count("\n") == 1 and b"stdout" in done.stderr


@pytest.mark.parametrize("mib", range(20, 68, 8))
@pytest.mark.parametrize("command", [["decode"], ["match", "--request"]], ids=["decode", "match"])
def test_a_long_list_in_little_memory_is_one_error_or_none(pki, command, mib, tmp_path):
    """Not a crash in a library that takes null for memory."""
    program = fast("mtls-probe")
    if "release" not in program.parts:
        pytest.skip("a sanitizer takes terabytes of addresses")
    (tmp_path / "request").write_bytes(raw.certificate_request((len(pki.root.subject).to_bytes(2, "big") + pki.root.subject) * 600))
    words = [*command, tmp_path / "request", "--format", "json"]
    done = subprocess.run([program, *map(str, words), *(["--cert", pki.alice.file] if "match" in command else [])],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=40,
                          preexec_fn=limited(resource.RLIMIT_AS, mib * 1024 * 1024))

    assert done.returncode in (0, 2, 3) and not (done.stdout and done.stderr)
    if done.stdout:
        json.loads(done.stdout)
    else:
        assert done.returncode == 3 and done.stderr.count(b"\n") == 1


def test_memory_that_runs_out_is_one_error(probe, shim, pki, port):
    """Whichever allocation fails: an error of ours, or of OpenSSL, or a report; no crash, and nothing half said."""
    words = ["--format", "json", "--cert", pki.alice.file, "--timeout", 5, f"127.0.0.1:{port}"]
    began = time.monotonic()
    seen = {"report": 0, "error": 0}
    for number in [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181]:
        if time.monotonic() > began + 10:
            break
        result = probe.run(*words, env=shim.env("", SHIM_FAILS=str(number)))
        if result.out:
            check(json.loads(result.out), result.code)
            seen["report"] += 1
        else:
            assert "out of memory" in one_line(result)
            seen["error"] += 1

    assert seen["error"] > 3
