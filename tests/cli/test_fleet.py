"""Many targets in one run: nothing lost, nothing twice, whatever interrupts it; in little memory, and in time.

MTLS_FLEET_TARGETS sets the size of the large runs (20,000 with the released build takes seconds; the default suits one
with sanitizers)."""
import hashlib
import json
import os
import pty
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from contextlib import contextmanager

import pytest

from support.probe import check, listed
from support.raw import serving, stalls
from support.replay import Replay, first_flight
from support.servers import s_server

LARGE = int(os.environ.get("MTLS_FLEET_TARGETS", 2000))
ADDRESSES = [f"127.{i}.{i * 7 % 251}.{i + 1}" for i in range(24)]
QUICK = ["--tls", "1.2", "--variants", "one"]


@pytest.fixture(scope="module")
def flight(pki):
    """A request with three names in it."""
    cas = pki.bundle("fleet", [pki.root, pki.inter, pki.other])
    with s_server(pki, "-tls1_2", "-Verify", "5", "-CAfile", cas) as port:
        return first_flight(port)


@pytest.fixture(scope="module")
def server(flight):
    with Replay(flight, ADDRESSES) as server:
        yield server


@pytest.fixture
def targets(server, tmp_path):
    """A file of so many targets, each another line; and their lines."""
    def write(count, name="targets.txt"):
        lines = [f"{server.endpoints[i % len(server.endpoints)]} sni=host{i}.example" for i in range(count)]
        (tmp_path / name).write_text("# all of them\n" + "\n".join(lines) + "\n")
        return tmp_path / name, [line.split("sni=")[1] for line in lines]
    return write


def names(text):
    """The server names of the targets in a report, each as often as it is there. Every line must be whole."""
    assert not text or text.endswith("\n")
    reports = [json.loads(line) for line in text.splitlines()]
    for one in reports[:50]:
        check(one)
    return Counter(one["observations"][0]["variant"]["sni"] for one in reports)


@contextmanager
def running(probe, *words, **more):
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True, **more}
    process = subprocess.Popen([probe.program, *map(str, words)], **pipes)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe and not pipe.closed:
                pipe.close()


def wait_for(happened, limit=60):
    end = time.monotonic() + limit
    while not happened():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.005)


def lines_in(path):
    return path.read_bytes().count(b"\n") if path.exists() else 0


def test_killed_and_resumed_every_target_stands_in_the_report_once(probe, targets, server, tmp_path):
    file, expected = targets(LARGE)
    report, journal = tmp_path / "report.jsonl", tmp_path / "journal"
    words = ["--targets", file, "-o", report, "--resume", journal, "--per-host", "64", *QUICK]

    for part in (LARGE // 4, LARGE // 2):
        with running(probe, *words, "--rate", LARGE // 3) as process:
            wait_for(lambda: lines_in(journal) > part or process.poll() is not None)
            process.send_signal(signal.SIGKILL)
            process.wait(20)
        assert process.returncode == -signal.SIGKILL
    # What a kill in the middle of writing leaves.
    with open(journal, "a") as file:
        file.write("0123456789abcdef crit")
    with open(report, "a") as file:
        file.write('{"schema": "mtls-probe/rep')
    done = lines_in(journal) - 1
    before = server.taken
    result = probe.run(*words, limit=240)

    assert names(report.read_text()) == Counter(expected)
    assert result.code == 0 and result.out == b""
    assert server.taken - before == LARGE - done
    # What the earlier runs did is in the counts.
    assert f"{LARGE} targets: {LARGE} ok" in result.err.decode() and "1 distinct list\n" in result.err.decode()
    again = probe.run(*words)
    assert again.code == 0 and server.taken - before == LARGE - done
    assert names(report.read_text()) == Counter(expected)


def test_interrupted_and_resumed_on_a_pipe(probe, targets, tmp_path):
    file, expected = targets(400)
    words = ["--targets", file, "--resume", tmp_path / "journal", *QUICK]

    with running(probe, *words, "--rate", "200", stdout=subprocess.PIPE) as process:
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "interrupted" in err and "the same command again" in err
    rest = probe.run(*words)

    assert rest.code == 0
    assert 0 < len((first + out).splitlines()) < 400
    assert names(first + out + rest.text) == Counter(expected)


def test_ctrl_c_waits_a_second_for_what_is_in_flight(probe, targets, tmp_path):
    file, _ = targets(3)
    with serving(stalls) as silent:
        with open(file, "a") as more:
            more.write(f"127.0.0.1:{silent.port} sni=silent.example\n")
        words = ["--targets", file, "-o", tmp_path / "report", "--resume", tmp_path / "journal", "--timeout", "60", *QUICK]
        with running(probe, *words) as process:
            wait_for(lambda: lines_in(tmp_path / "journal") == 4 and silent.taken == 1)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=60)

        assert process.returncode == 3 and "interrupted" in err
        assert 0.9 < time.monotonic() - began < 20
        # It has no result, so it is not in the report: a timeout that the server is not guilty of would be a lie.
        assert "silent.example" not in names((tmp_path / "report").read_text())
        assert silent.wait_until_all_left()


def test_a_second_ctrl_c_ends_at_once(probe, tmp_path):
    with serving(stalls) as silent:
        (tmp_path / "list").write_text(f"127.0.0.1:{silent.port}\n")
        with running(probe, "--targets", tmp_path / "list", "--timeout", "60") as process:
            wait_for(lambda: silent.taken > 0)
            process.send_signal(signal.SIGINT)
            while process.poll() is None:
                process.send_signal(signal.SIGINT)
                time.sleep(0.005)
        assert process.returncode == -signal.SIGINT


def test_stalling_servers_do_not_hold_it_up(probe, tmp_path):
    with serving(stalls) as silent:
        (tmp_path / "list").write_text("".join(f"127.0.0.1:{silent.port} sni=h{i}\n" for i in range(200)))
        result = probe.run("--targets", tmp_path / "list", "--timeout", "2", "--per-host", "200", *QUICK)

    reports = [json.loads(line) for line in result.text.splitlines()]
    assert len(reports) == 200 and {one["verdict"] for one in reports} == {"unknown"} and result.code == 3
    assert {one["observations"][0]["outcome"] for one in reports} == {"timeout"}
    assert 1.9 < result.seconds < 20  # one after the other it would be 400


def peak_memory(probe, words):
    """KiB."""
    sanitizers = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "quarantine_size_mb=1:malloc_context_size=2"]))
    process = subprocess.Popen([probe.program, *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env={**os.environ, "ASAN_OPTIONS": sanitizers})
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss


def test_memory_does_not_grow_with_the_list(probe, targets):
    words = ["--concurrency", "64", "--per-host", "64", *QUICK, "--targets"]
    small, large = (peak_memory(probe, [*words, targets(count, f"{count}.txt")[0]]) for count in (LARGE // 10, LARGE))
    print(f"peak memory: {small} KiB for {LARGE // 10} targets, {large} KiB for {LARGE}")

    assert large < small * 1.25 + 4096


def test_shards_divide_the_list(probe, targets, tmp_path):
    file, expected = targets(60)
    parts = [names(probe.run("--targets", file, "--shard", f"{i}/3", *QUICK).text) for i in (1, 2, 3)]

    assert sum(parts, Counter()) == Counter(expected)
    assert all(parts)
    # Whatever else is in the list.
    half = tmp_path / "half"
    half.write_text("".join(reversed(file.read_text().splitlines(True)[1::2])))
    assert set(names(probe.run("--targets", half, "--shard", "1/3", *QUICK).text)) < set(parts[0])
    assert probe.run("--targets", half, "--shard", "999983/1000000", *QUICK).code == 0  # nothing for this one


def test_a_list_that_comes_in_a_pipe_is_read_as_it_comes(probe, server):
    with running(probe, "--targets", "-", *QUICK, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for i in range(3):
            process.stdin.write(f"{server.endpoints[0]} sni=host{i}\n")
            process.stdin.flush()
            assert names(process.stdout.readline()) == Counter([f"host{i}"])
        process.stdin.close()
        assert process.wait(20) == 0


def test_what_a_line_says(probe, server, pki):
    address, port = server.endpoints[0].split(":")
    text = f"""
        nosuch.invalid:1 connect={server.endpoints[0]}   # by way of an address
        nosuch.invalid:{port} connect={address} sni=other.example
        {server.endpoints[0]}
        alsonosuch.invalid:{port} connect={address} sni=
    """
    read, write = os.pipe()
    os.write(write, text.encode())
    os.close(write)
    result = subprocess.run([probe.program, "--targets", "-", *QUICK], stdin=read, capture_output=True, timeout=60)
    os.close(read)

    assert result.returncode == 0, result.stderr
    seen = {one["target"]["input"]: one["observations"][0]["variant"] for one in map(json.loads, result.stdout.splitlines())}
    assert seen["nosuch.invalid:1"]["sni"] == "nosuch.invalid" and seen["nosuch.invalid:1"]["port"] == int(port)
    assert seen[f"nosuch.invalid:{port}"]["sni"] == "other.example"
    assert seen[server.endpoints[0]]["sni"] is None
    assert seen[f"alsonosuch.invalid:{port}"]["sni"] is None


def test_lines_that_are_no_targets(probe, server, tmp_path):
    (tmp_path / "list").write_text(f"{server.endpoints[0]}\nhost:99999\n\n{server.endpoints[1]} tls=1.2\n"
                                   f"# end\n{'x' * 10000}\nuser:hunter2@host\n{server.endpoints[2]}\n")
    result = probe.run("--targets", tmp_path / "list", *QUICK)

    complaints = [line for line in result.err.decode().splitlines() if line.startswith("mtls-probe: ")]
    assert [re.search(r"list:(\d+): ", line)[1] for line in complaints] == ["2", "4", "6", "7"]
    assert "hunter2" not in result.err.decode()
    assert len(result.text.splitlines()) == 2 and result.code == 3


def test_lists_that_are_none(probe, tmp_path):
    (tmp_path / "empty").write_text("# nothing\n\n")
    assert "no target" in probe.run("--targets", tmp_path / "empty").err.decode()
    assert probe.run("--targets", tmp_path / "empty").code == 3
    assert "No such file" in probe.run("--targets", tmp_path / "missing").complaint
    assert "directory" in probe.run("--targets", tmp_path).complaint
    older = tmp_path / "report"
    older.write_text("an older report")
    probe.run("--targets", tmp_path / "missing", "-o", older).complaint
    assert older.read_text() == "an older report"


@pytest.mark.parametrize("words, word", [
    (["--targets", "x", "host"], "--targets"), (["--concurrency", "5", "host"], "--targets"),
    (["--targets", "x", "--format", "json"], "jsonl"), (["--targets", "x", "--format", "nagios"], "jsonl"),
    (["--targets", "x", "--shard", "4/3"], "4/3"), (["--targets", "x", "--rate", "0"], "--rate"),
    (["--targets", "x", "--concurrency", "0"], "--concurrency"), (["--targets", "x", "--progress", "no"], "--progress")])
def test_options_that_make_no_sense(probe, words, word):
    assert word in probe.run(*words).complaint


def test_journals_that_do_not_fit(probe, targets, tmp_path):
    file, _ = targets(5)
    report, journal = tmp_path / "report", tmp_path / "journal"
    words = ["--targets", file, "--resume", journal, *QUICK]
    assert probe.run(*words, "-o", report).code == 0

    assert "journal" in probe.run(*words).complaint  # its report is in a file
    assert "journal" in probe.run(*words, "-o", report, "--format", "text").complaint
    report.write_text("")
    assert "shorter" in probe.run(*words, "-o", report).complaint
    journal.write_text(journal.read_text() + "nonsense\n")
    assert "line 7" in probe.run(*words, "-o", report).complaint
    assert "journal" in probe.run(*words[:2], "--resume", file).complaint
    assert file.read_text().startswith("# all of them")


def test_two_runs_do_not_share_a_journal(probe, tmp_path):
    with serving(stalls) as silent:
        (tmp_path / "list").write_text(f"127.0.0.1:{silent.port}\n")
        words = ["--targets", tmp_path / "list", "--resume", tmp_path / "journal", "--timeout", "60"]
        with running(probe, *words):
            wait_for(lambda: silent.taken > 0)
            assert "another run" in probe.run(*words).complaint


def test_the_summary_knows_lists_by_their_hash(probe, server, tmp_path):
    with serving(stalls) as silent:
        (tmp_path / "list").write_text("\n".join([*server.endpoints[:5], f"127.0.0.1:{silent.port}"]))
        result = probe.run("--targets", tmp_path / "list", "--timeout", "2", *QUICK)
    report = check(json.loads(next(line for line in result.text.splitlines() if '"ok"' in line)))
    hashed = hashlib.sha256(b"".join(listed(report.request))).hexdigest()[:16]

    assert result.code == 3
    assert "6 targets: 5 ok, 0 warning, 0 critical, 1 unknown; 1 distinct list\n" in result.err.decode()
    assert re.search(rf"^ +5  list {hashed}, 3 names \(such as 127\.", result.err.decode(), re.MULTILINE)


def test_findings_are_counted_and_the_worst_verdict_counts(probe, pki, targets):
    file, _ = targets(4)
    result = probe.run("--targets", file, "--expect-issuers", pki.root.certificate, *QUICK, "--format", "text")

    assert result.code == 1 and result.err == b""
    lines = result.text.splitlines()
    assert sum(line.startswith("WARNING   127.") for line in lines) == 4
    assert any(re.match(r" +4  warning   unexpected-issuer$", line) for line in lines)


def test_one_host_is_not_overrun(probe, flight, tmp_path):
    with Replay(flight, ["127.0.0.1"]) as server:
        (tmp_path / "list").write_text("".join(f"{server.endpoints[0]} sni=h{i}\n" for i in range(100)))
        assert probe.run("--targets", tmp_path / "list", "--per-host", "3", *QUICK).code == 0
        assert server.taken == 100 and server.most_open <= 3 + 1  # it may see one leave after the next has come


def test_a_target_that_timed_out_is_asked_again(probe, flight, tmp_path):
    calls = []

    def second_time_lucky(server, client):
        calls.append(time.monotonic())
        if len(calls) > 1:
            client.recv(65536)
            client.sendall(flight)
        stalls(server, client)

    with serving(second_time_lucky) as moody:
        (tmp_path / "list").write_text(f"127.0.0.1:{moody.port}\n127.0.0.1:1\n")
        result = probe.run("--targets", tmp_path / "list", "--timeout", "2", "--retries", "3", *QUICK)

    verdicts = {one["target"]["port"]: one["verdict"] for one in map(json.loads, result.text.splitlines())}
    assert verdicts == {moody.port: "ok", 1: "unknown"}  # being refused is an answer
    assert len(calls) == 2 and calls[1] - calls[0] > 2


def test_the_rate_is_kept(probe, targets):
    file, _ = targets(40)
    assert probe.run("--targets", file, "--rate", "20", *QUICK).seconds > 1.9


def test_candidates_are_tried_at_each_target(probe, pki, tmp_path):
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        (tmp_path / "list").write_text(f"127.0.0.1:{port}\nlocalhost:{port} connect=127.0.0.1\n")
        result = probe.run("--targets", tmp_path / "list", "--cert", pki.alice.file, "--chain", pki.inter.certificate)

    reports = [check(json.loads(line)) for line in result.text.splitlines()]
    assert [one.attempt(pki.alice)[0] for one in reports] == ["accepted", "accepted"]


def test_a_path_is_asked_for_unless_lists_are_all_that_is_wanted(probe, pki, tmp_path):
    with s_server(pki, "-www", "-verify", "5", "-CAfile", pki.root.certificate) as port:
        (tmp_path / "list").write_text(f"127.0.0.1:{port}\nhttps://127.0.0.1:{port}/in\n127.0.0.1:{port} path=/also\n")
        free = probe.run("--targets", tmp_path / "list", "--variants", "one")
        bound = probe.run("--targets", tmp_path / "list", "--variants", "one", "--list-only")
        full = probe.run("--targets", tmp_path / "list", "--variants", "one", "--handshakes")

    def asked(result):
        reports = [check(json.loads(line)) for line in result.text.splitlines()]
        return Counter((one["target"]["path"], one["observations"][0]["list_only"]) for one in reports)

    assert asked(free) == Counter([(None, True), ("/in", False), ("/also", False)])
    assert asked(bound) == Counter([(None, True)]) and bound.code == 3 and "list:2: " in bound.err.decode()
    assert asked(full) == Counter([("/", False), ("/in", False), ("/also", False)])


def test_a_late_reader_gets_everything(probe, targets, server):
    file, expected = targets(LARGE)
    before = server.taken
    with running(probe, "--targets", file, "--per-host", "64", *QUICK, stdout=subprocess.PIPE) as process:
        parts = []
        reader = threading.Thread(target=lambda: parts.extend(iter(lambda: process.stdout.read(1 << 20), "")))
        wait_for(lambda: server.taken > before + 100)
        reader.start()
        assert process.wait(240) == 0
        reader.join(20)
    assert names("".join(parts)) == Counter(expected)


def test_a_reader_that_leaves_is_an_error(probe, targets):
    file, _ = targets(400)
    with running(probe, "--targets", file, "--per-host", "64", *QUICK, stdout=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.wait(60) == 3
        assert "write the report" in process.stderr.read()


def test_few_file_descriptors_are_made_do_with(probe, targets):
    file, expected = targets(300)
    done = subprocess.run(["bash", "-c", 'ulimit -n 100; exec "$@"', "-", probe.program, "--targets", file, "--per-host",
                           "100", *QUICK], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0 and "--concurrency 256" in done.stderr, done.stderr
    assert names(done.stdout) == Counter(expected)


def stderr_on_a_terminal(probe, words, **environment):
    ours, theirs = pty.openpty()
    process = subprocess.Popen([probe.program, *map(str, words)], stdout=subprocess.DEVNULL, stderr=theirs,
                               stdin=subprocess.DEVNULL, env={**os.environ, "TERM": "xterm", **environment})
    os.close(theirs)
    text = b""
    try:
        while more := os.read(ours, 65536):
            text += more
    except OSError:
        pass  # EIO: the other end is closed
    os.close(ours)
    assert process.wait(60) == 0
    return text.decode()


def test_progress_only_where_it_is_wanted(probe, targets):
    file, _ = targets(60)
    words = ["--targets", file, *QUICK, "--rate", "60"]
    line = re.compile(r"\d+ of 60 done, [\d.]+/s, \d+ ok, 0 warning, 0 critical, 0 unknown")

    shown = stderr_on_a_terminal(probe, words)
    assert line.search(shown) and "\r" in shown and re.search(r"about \d:\d\d left", shown)
    assert shown.rindex("\x1b[K") < shown.index("60 targets: ")  # it is gone when the summary comes
    assert "\x1b" not in stderr_on_a_terminal(probe, words, TERM="dumb")
    assert not line.search(stderr_on_a_terminal(probe, [*words, "--progress", "never"]))
    assert not line.search(probe.run(*words).err.decode())
    plain = probe.run(*words, "--progress", "always").err.decode()
    assert line.search(plain) and "\x1b" not in plain and "\r" not in plain
