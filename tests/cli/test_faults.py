"""What goes wrong on our side: no descriptors, names that do not resolve or resolve to sixty addresses, signals, files
and pipes that take no more, a clock that jumps, no memory. One clear line or the same report as ever, and no crash."""
import http.client
import json
import os
import resource
import shutil
import subprocess
import threading
import time

import pytest

from support import der, raw
from support.exporter import exporting
from support.pki import write_private
from support.probe import BIN, Probe, check, fast
from support.raw import serving, stalls
from support.served import Served
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

    result = probe.run("--targets", tmp_path / "list", "--format", "jsonl", "--timeout", 2.5, "--variants", "one",
                       "--retries", 0, "--concurrency", 64, "--per-host", 64, "--progress", "never", "-4",
                       env=shim.env("dns-slow"))

    reports = [json.loads(line) for line in result.out.splitlines()]
    there = [one for one in reports if one["target"]["host"] == "localhost"]
    assert len(reports) == len(lines) and len(there) == 4
    assert {one["request"]["status"] for one in there} == {"list"}


def test_without_a_thread_the_name_is_looked_up_all_the_same(probe, shim, port):
    there = probe.run("--format", "json", f"localhost:{port}", env=shim.env("", SHIM_THREADS="0"))
    none = probe.run("--format", "json", "none.invalid:9", env=shim.env("", SHIM_THREADS="0"))

    assert there.report["request"]["status"] == "list"
    assert none.code == 3 and none.report["summary"].startswith("cannot resolve none.invalid: ")


def test_of_several_without_a_thread_the_addresses_are_asked(probe, shim, port):
    result = probe.run("--format", "jsonl", f"127.0.0.1:{port}", f"localhost:{port}",
                       env=shim.env("", SHIM_THREADS="0"))

    address, name = (check(json.loads(line)) for line in result.out.splitlines())
    assert address["request"]["status"] == "list" and name["verdict"] == "unknown"
    assert "no thread can be started" in name["summary"] and "Resource temporarily unavailable" in name["summary"]


def test_a_fleet_without_threads_for_names_asks_the_addresses(probe, shim, port, tmp_path):
    (tmp_path / "list").write_text(f"127.0.0.1:{port}\nlocalhost:{port}\n127.0.0.1:{port} sni=t.test\n")
    result = probe.run("--targets", tmp_path / "list", "--format", "jsonl", "--progress", "never",
                       env=shim.env("", SHIM_THREADS="2"))

    reports = [check(json.loads(line)) for line in result.out.splitlines()]
    assert sorted(one["verdict"] for one in reports) == ["ok", "ok", "unknown"] and result.code == 3
    unknown = next(one for one in reports if one["verdict"] == "unknown")
    assert unknown["target"]["host"] == "localhost" and "no thread can be started" in unknown["summary"]


@pytest.mark.parametrize("threads, what_for", [(0, "read the list of targets"), (1, "write the report")])
def test_a_fleet_that_can_start_no_thread_is_one_error(probe, shim, tmp_path, threads, what_for):
    (tmp_path / "list").write_text("127.0.0.1:9\n")
    result = probe.run("--targets", tmp_path / "list", "--progress", "never",
                       env=shim.env("", SHIM_THREADS=str(threads)))

    assert one_line(result).startswith(f"mtls-probe: start a thread to {what_for}: Resource temporarily unavailable")


@pytest.mark.parametrize("command, what_for", [("run", "serve nginx-on"), ("verify", "verify scenarios")])
def test_a_lab_that_can_start_no_thread_is_one_error(shim, command, what_for):
    done = subprocess.run([BIN / "mtls-harness", command, "nginx-on"], capture_output=True, text=True, timeout=60,
                          env={**os.environ, **shim.env("", SHIM_THREADS="0")})

    assert done.returncode == 3 and done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"mtls-harness: start a thread to {what_for}: Resource temporarily unavailable")


def test_sixty_addresses_are_asked_within_the_time(probe, shim, port):
    result = probe.run("--format", "json", "--timeout", 5, f"sixty.test:{port}", env=shim.env("dns-sixty"))

    addresses = {one["variant"]["address"] for one in result.report["observations"]}
    assert "127.0.0.1" in addresses and result.report["duration_ms"] < 5500
    assert result.report["request"]["status"] == "list"
    assert {one["outcome"] for one in result.report["observations"] if
            one["variant"]["address"] != "127.0.0.1"} <= {"refused"}


def test_signals_change_nothing(probe, shim, pki, port, tmp_path):
    write_private(tmp_path / "passphrase", b"correct horse battery\n")
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

    assert result.code == 3 and result.text.startswith("MTLS UNKNOWN - write the key log ")


@pytest.mark.parametrize("option", OUTPUTS)
def test_a_disk_that_is_full_is_one_error_and_leaves_no_half_report(probe, port, option, tmp_path):
    result = probe.run("--format", "json", option, tmp_path / "file", f"127.0.0.1:{port}",
                       preexec_fn=limited(resource.RLIMIT_FSIZE, 100))

    line = one_line(result)
    assert str(tmp_path / "file") in line and ("too large" in line or "No space" in line)
    assert os.listdir(tmp_path) == ([] if option in ("-o", "--save-baseline") else ["file"])
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


@pytest.mark.parametrize("mib", range(14, 26))
@pytest.mark.parametrize("command", [["decode"], ["match", "--request"]], ids=["decode", "match"])
def test_a_long_list_in_little_memory_is_one_error_or_none(pki, command, mib, tmp_path):
    """Not a crash in a library that takes null for memory."""
    program = fast("mtls-probe")
    if "release" not in program.parts:
        pytest.skip("a sanitizer takes terabytes of addresses")
    names = [der.name((der.CN, der.UTF8, b"%05d" % number)) for number in range(3000)]
    entries = b"".join(len(each).to_bytes(2, "big") + each for each in names)
    (tmp_path / "request").write_bytes(raw.certificate_request(entries))
    words = [*command, tmp_path / "request", "--format", "json"]
    done = subprocess.run([program, *map(str, words), *(["--cert", pki.alice.file] if "match" in command else [])],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=40,
                          preexec_fn=limited(resource.RLIMIT_AS, mib * 1024 * 1024))

    assert done.returncode in (0, 2, 3) and not (done.stdout and done.stderr)
    if done.stdout:
        json.loads(done.stdout)
    else:
        assert done.returncode == 3 and done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("words", [
    ["mtls-probe", "--help"], ["mtls-probe", "--version"], ["mtls-probe", "explain", "--help"],
    ["mtls-probe", "explain", "403.7"], ["mtls-probe", "127.0.0.1:9"], ["mtls-exporter", "--help"],
    ["mtls-exporter", "--check", "--config"], ["mtls-harness", "--help"], ["mtls-harness", "list"],
    ["mtls-harness", "show", "iis-healthy"]], ids=" ".join)
@pytest.mark.parametrize("file, limit, why", [("/dev/full", None, "No space left on device"),
                                              ("file", limited(resource.RLIMIT_FSIZE, 1), "File too large")],
                         ids=["full", "limited"])
def test_a_stdout_that_is_full_is_one_error_with_the_reason(words, tmp_path, file, limit, why):
    (tmp_path / "exporter.toml").write_text("# all as it is by default\n")
    more = [tmp_path / "exporter.toml"] if words[-1] == "--config" else []
    with open(tmp_path / file, "wb") as full:
        done = subprocess.run([BIN / words[0], *words[1:], *more], stdin=subprocess.DEVNULL, stdout=full,
                              stderr=subprocess.PIPE, text=True, timeout=60, preexec_fn=limit)

    assert done.returncode == 3 and done.stderr.count("\n") == 1, done
    assert done.stderr.startswith(f"{words[0]}: write ") and f"stdout: {why}" in done.stderr


@pytest.mark.parametrize("option", ["--record", "--log"])
def test_a_harness_whose_file_may_not_grow_serves_on_and_says_so(tmp_path, option):
    more = ["--log", tmp_path / "log"] if option == "--log" else []
    with Served(tmp_path, "iis-healthy", *more) as server:
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1, 1))
        answers = [server.curl("alice")[0] for _ in range(2)]
        code = server.stop()

    assert answers == [200, 200] and code == 3
    assert f"write {tmp_path / ('log' if more else 'record.jsonl')}: File too large" in server.errors


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


@pytest.mark.parametrize("threads", [0, 1, 7])
def test_an_exporter_without_its_threads_ends_with_the_reason(shim, tmp_path, threads):
    (tmp_path / "exporter.toml").write_text("concurrency = 8\n")
    done = subprocess.run([BIN / "mtls-exporter", "--config", tmp_path / "exporter.toml", "--listen", "127.0.0.1:0"],
                          capture_output=True, text=True, timeout=60,
                          env={**os.environ, **shim.env("", SHIM_THREADS=str(threads))})

    assert done.returncode == 3 and done.stderr.count("\n") == 1
    assert done.stderr.startswith("mtls-exporter: start a thread to probe: Resource temporarily unavailable")


def test_an_exporter_looks_names_up_without_further_threads(shim, port, tmp_path):
    (tmp_path / "exporter.toml").write_text("concurrency = 8\n")
    with exporting(tmp_path / "exporter.toml", {**os.environ, **shim.env("", SHIM_THREADS="8")}) as exporter:
        status, _, text = exporter.probe(f"localhost:{port}")

    assert status == 200 and f'mtls_probe_success{{target="localhost:{port}"}} 1' in text


def test_an_exporter_outlives_want_of_memory(shim, port, tmp_path):
    """Of many scrapes at a time each is answered, or refused, or at worst hung up on; and there is a next one."""
    (tmp_path / "exporter.toml").write_text('[module.default]\ntimeout = 5\nvariants = "one"\n')
    answers = []
    starved = {**os.environ, **shim.env("", SHIM_FAILS="400", SHIM_AGAIN="97")}
    with exporting(tmp_path / "exporter.toml", starved) as exporter:
        def scrape():
            for _ in range(6):
                try:
                    answers.append(exporter.probe(f"localhost:{port}")[0])
                except (OSError, http.client.HTTPException):
                    answers.append(None)
        clients = [threading.Thread(target=scrape) for _ in range(4)]
        for one in clients:
            one.start()
        for one in clients:
            one.join(60)

        assert exporter.process.poll() is None, exporter.lines
        assert exporter.stop() == 0

    assert len(answers) == 24 and set(answers) <= {200, 500, None} and set(answers) & {500, None}, answers
