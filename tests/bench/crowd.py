"""Thousands of connections in flight: a server that goes silent after its ServerHello, and what the client then holds."""
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

from support.replay import Replay, first_flight
from tables import table

CONNECTION_LIMIT = 8  # KiB in flight, each
RSS_LIMIT = 150       # MiB, of 10,000 in flight
SPARE = 200           # descriptors that are no connections


def room(wanted):
    """How many connections this process and its children may open."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard - SPARE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed + SPARE, hard))
    return allowed


def server_hello_of(flight):
    """The first message of a TLS 1.2 flight, in a record of its own."""
    message = flight[5:9 + int.from_bytes(flight[6:9], "big")]
    return flight[:3] + len(message).to_bytes(2, "big") + message


def resident(process):
    """KiB."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1])


def held(folder, list_file, server, count):
    """KiB that the client has in memory while so many connections hang."""
    list_file.write_text("".join(f"{server.endpoints[i % len(server.endpoints)]} sni=host{i}.example\n"
                                 for i in range(count)))
    words = ["--tls", "1.2", "--variants", "one", "--concurrency", count, "--per-host", count, "--timeout", 100,
             "--retries", 0, "--targets", list_file]
    process = subprocess.Popen([folder / "mtls-probe", *map(str, words)], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 60
        while server.answered < count:
            assert process.poll() is None and time.monotonic() < deadline, (server.answered, process.stderr.read())
            time.sleep(0.02)
        return resident(process)
    finally:
        process.kill()
        process.communicate()
        while server.open:
            time.sleep(0.02)
        server.answered = 0


def measure(folder, list_file, port, wanted, goals):
    count = room(wanted)
    if count < wanted:
        print(f"only {count} descriptors are allowed here", file=sys.stderr)
    with Replay(server_hello_of(first_flight(port)), [f"127.0.0.{end}" for end in range(1, 9)]) as server:
        alone, crowd = held(folder, list_file, server, 1), held(folder, list_file, server, count)
    each = (crowd - alone) / max(count - 1, 1)
    table(f"Connections in flight, TLS 1.2, the server silent after its ServerHello; resident memory of mtls-probe --targets",
          ["in flight", "MiB", "KiB each", "goal"],
          [["1", f"{alone / 1024:.1f}", "", ""],
           [str(count), f"{crowd / 1024:.1f}", f"{each:.2f}",
            "; ".join([goals.add(f"memory of {count} connections in flight", crowd / 1024, RSS_LIMIT, "MiB"),
                       goals.add("memory of a connection in flight", each, CONNECTION_LIMIT, "KiB")])]])
    return {"in_flight": count, "alone_kib": alone, "crowd_kib": crowd}
