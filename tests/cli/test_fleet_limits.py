"""Many targets in little memory, within limits, whatever servers and readers do."""
import json
import os
import re
import subprocess
import threading
import time
from collections import Counter

from support.fleet import LARGE, QUICK, flight, names, running, server, targets, wait_for  # noqa: F401 (fixtures)
from support.raw import serving, stalls
from support.replay import Replay


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


def with_descriptors(probe, count, *words):
    return subprocess.run(["bash", "-c", f'ulimit -n {count}; exec "$@"', "-", probe.program, *map(str, words)],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)


def test_few_file_descriptors_are_made_do_with(probe, targets):
    file, expected = targets(300)
    done = with_descriptors(probe, 100, "--targets", file, "--per-host", "100", *QUICK)

    assert done.returncode == 0 and "--concurrency 256" in done.stderr, done.stderr
    assert names(done.stdout) == Counter(expected)


def test_very_few_file_descriptors_are_no_single_connection(probe, targets, tmp_path):
    file, expected = targets(300)
    done = with_descriptors(probe, 64, "--targets", file, "--per-host", "100", "--concurrency", "1000", *QUICK)
    assert done.returncode == 0, done.stderr
    assert re.search(r"--concurrency 1000 .* it is 32$", done.stderr, re.MULTILINE), done.stderr
    assert names(done.stdout) == Counter(expected)

    with serving(stalls) as silent:
        (tmp_path / "silent").write_text("".join(f"127.0.0.1:{silent.port} sni=h{i}\n" for i in range(30)))
        began = time.monotonic()
        done = with_descriptors(probe, 64, "--targets", tmp_path / "silent", "--timeout", "2", "--per-host", "100",
                                *QUICK)

    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["observations"][0]["outcome"] for one in reports] == ["timeout"] * 30
    assert time.monotonic() - began < 20  # one after the other it would be 60


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
