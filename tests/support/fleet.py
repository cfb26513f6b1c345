"""Fleets of targets: servers on many addresses of loopback, lists of targets, runs that are cut off.

MTLS_FLEET_TARGETS sets the size of the large runs (20,000 with the released build takes seconds; the default suits one
with sanitizers)."""
import json
import os
import subprocess
import time
from collections import Counter
from contextlib import contextmanager

import pytest

from support.probe import check
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
