"""What stands before TLS goes wrong: servers with STARTTLS and proxies, at every line that they have to say x every way
to go wrong there. As in test_torture.py: in time, in little memory, with a clear result."""
import functools
import itertools
import json
import socket
import struct
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import formats, raw, torture
from support.probe import BIN, check, fast
from support.raw import serving
from support.relay import hear

TIMEOUT = 1
MEMORY = 64  # MiB
PROGRAM = fast("mtls-probe")
SLACK = 0.5 if "release" in PROGRAM.parts else 2
MODES = {"ordinary": [], "list-only": ["--list-only"]}

# What it says, and what it must hear before it goes on; the examples of the RFCs.
TALKS = {
    "smtp": [(b"220-mail ESMTP\r\n220 x\r\n", b"EHLO"), (b"250-mail\r\n250 STARTTLS\r\n", b"STARTTLS\r\n"),
             (b"220 go\r\n", None)],
    "lmtp": [(b"220 mail LMTP\r\n", b"LHLO"), (b"250-mail\r\n250 STARTTLS\r\n", b"STARTTLS\r\n"),
             (b"220 go\r\n", None)],
    "imap": [(b"* OK ready\r\n", b"STARTTLS\r\n"), (b"a OK begin\r\n", None)],
    "pop3": [(b"+OK ready\r\n", b"STLS\r\n"), (b"+OK begin\r\n", None)],
    "ftp": [(b"220 ready\r\n", b"AUTH TLS\r\n"), (b"234 go\r\n", None)],
    "nntp": [(b"200 ready\r\n", b"STARTTLS\r\n"), (b"382 go\r\n", None)],
    "sieve": [(b'"SIEVE" "fileinto"\r\nOK\r\n', b"STARTTLS\r\n"), (b"OK\r\n", None)],
    "xmpp": [(b"", b"<stream:stream"), (b"<stream:features><starttls/></stream:features>", b"<starttls"),
             (b"<proceed/>", None)],
    "ldap": [(b"", b"1.3.6.1.4.1.1466.20037"),
             (b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00", None)],
    "postgres": [(b"", b"\x00\x00\x00\x08\x04\xd2\x16\x2f"), (b"S", None)],
    "mysql": [(b"\x4a\x00\x00\x00\x0a8.0\x00" + bytes(13) + b"\xff\xff" + bytes(54), b"\x20\x00\x00\x01"),
              (b"", None)],
    "http proxy": [(b"", b"\r\n\r\n"), (b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n", None)],
    "socks5 proxy": [(b"", b"\x05\x01\x00"), (b"\x05\x00", b"\x05\x01\x00"),
                     (b"\x05\x00\x00\x01" + bytes(6), None)],
}


def reset(server, client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def closes(server, client):
    """Hears to the end: what nobody has read would make a reset of it."""
    client.shutdown(socket.SHUT_WR)
    raw.drain(client)


def repeat(block):
    def behave(server, client):
        while not server.stopping.is_set():
            client.sendall(block)
    return behave


def drip(server, client, rest=b"220 a line that takes its time\r\n"):
    for byte in rest:
        client.sendall(bytes([byte]))
        if server.stopping.wait(1):
            return


def garbage(server, client):
    client.sendall(bytes(range(128, 256)) * 32)
    raw.drain(client)


# What it does then, and what may be told of it.
GIVES_UP = {"not_tls", "unreachable", "protocol_error"}
FAULTS = {
    "close": (closes, {"closed"}), "reset": (reset, {"reset", "closed"}),
    "stall": (raw.stalls, {"timeout"}), "slow": (drip, {"timeout", *GIVES_UP}),
    "garbage": (garbage, {"timeout", *GIVES_UP}),
    "zeros": (repeat(bytes(16384)), {"timeout", *GIVES_UP}),
    "a line without end": (repeat(b"2" * 16384), {"timeout", *GIVES_UP}),
    "lines without end": (repeat(b"220-more\r\n" * 1000), {"timeout", *GIVES_UP}),
    "another protocol": (lambda server, client: (client.sendall(b"SSH-2.0-x\r\n"), raw.drain(client)),
                         {"timeout", *GIVES_UP}),
    "a length of 2 GiB": (lambda server, client: (client.sendall(b"\x30\x84\x7f\xff\xff\xff\xff\xff\xff"),
                                                  repeat(bytes(16384))(server, client)), {"timeout", *GIVES_UP}),
}


def goes_wrong(talk, step, half, fault):
    """After so many things that it had to say, and half of the next."""
    def behave(server, client):
        for say, until in talk[:step]:
            client.sendall(say)
            hear(client, until)
        client.sendall(talk[step][0][:len(talk[step][0]) // 2] if half else b"")
        fault(server, client)
    return behave


CELLS = [(who, step, half, fault) for who, talk in TALKS.items() for step in range(len(talk)) for half in (False, True)
         for fault in FAULTS if len(talk[step][0]) > 1 or not half]
# --list-only comes the same way; so once for each of them is enough.
JOBS = [(cell, mode) for cell, mode in itertools.product(CELLS, MODES)
        if mode == "ordinary" or (cell[1] == len(TALKS[cell[0]]) - 1 and not cell[2])]


def way_past(who, port):
    """The words that lead there."""
    kind, _, proxy = who.partition(" ")
    return ["--proxy", f"{kind}://127.0.0.1:{port}", "server.test"] if proxy else \
        ["--starttls", kind, f"127.0.0.1:{port}"]


def ask(cell, mode):
    """The run; how many connections it made; whether all of them ended."""
    who, step, half, fault = cell
    with serving(goes_wrong(TALKS[who], step, half, FAULTS[fault][0])) as front:
        run = torture.run(PROGRAM, "--format", "json", "--timeout", TIMEOUT, "--variants", "one", *MODES[mode],
                          *way_past(who, front.port))
        front.stopping.set()
        return run, front.taken, front.wait_until_all_left()


@functools.cache
def lag():
    return max(torture.run(PROGRAM, "--version").seconds for _ in range(5))


def judged(cell, asked):
    run, taken, all_left = asked
    if not run.report:
        return [f"no report: {run.err[-300:]}"]
    report = check(run.report, run.code)
    outcomes = {one["outcome"] for one in report["observations"]}
    return [what for what, holds in {
        f"{run.seconds:.2f} s": run.seconds < TIMEOUT + SLACK + lag(), f"exit code {run.code}": run.code == 3,
        f"outcomes {outcomes}": outcomes <= FAULTS[cell[3]][1], "it did not come": taken > 0, "left open": all_left,
        "a process is left": not run.left, run.err[-300:]: not run.err,
        f"request {report['request']}": report["request"]["status"] == "undetermined",
        f"{run.peak:.0f} MiB": "release" not in PROGRAM.parts or run.peak < MEMORY}.items() if not holds]


def write_down(done, again):
    longest, peak = max(run.seconds for run, *_ in done.values()), max(run.peak for run, *_ in done.values())
    lines = [f"{len(done)} runs, --timeout {TIMEOUT}; longest {longest:.2f} s, peak {peak:.0f} MiB; {again} of them "
             "were asked again, alone"]
    for ((who, step, half, fault), mode), (run, *_) in done.items():
        lines.append(f"{who:13} {'half of ' if half else '':8}line {step + 1}: {fault}, {mode}: "
                     f"{run.report['summary'] if run.report else 'no report'}")
    (BIN.parent / "reports").mkdir(exist_ok=True)
    (BIN.parent / "reports" / "torture-before-tls.txt").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def runs():
    """{(cell, mode): what was asked}. What is not as it should be is asked again, alone, up to three times."""
    with ThreadPoolExecutor(16) as pool:
        done = dict(zip(JOBS, pool.map(lambda job: ask(*job), JOBS)))
    again = [job for job in JOBS if judged(job[0], done[job])]
    for job in again * 3 if len(again) < 30 else []:
        if judged(job[0], done[job]):
            done[job] = ask(*job)
    write_down(done, len(again))
    return done


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("who", TALKS)
def test_a_clear_result_in_time(runs, who, mode):
    wrong = {cell: found for (cell, asked_how), asked in runs.items()
             if cell[0] == who and asked_how == mode and (found := judged(cell, asked))}

    assert not wrong


def test_what_they_say_does_not_reach_a_terminal_raw(probe):
    """The words of a server that refuses, and of a proxy."""
    evil = b"\x1b]0;owned\x07\x1b[2J\xc2\x9b31m\xe2\x80\xae\xff"
    fronts = {"smtp": b"554 no" + evil + b"\r\n", "imap": b"* BYE " + evil + b"\r\n", "pop3": b"-ERR " + evil + b"\r\n",
              "ftp": b"421 " + evil + b"\r\n", "nntp": b"502 " + evil + b"\r\n", "sieve": b"NO " + evil + b"\r\n",
              "postgres": b"E" + evil, "mysql": b"\x20\x00\x00\x00\xff" + evil + b" " * 32, "ldap": evil, "xmpp": evil,
              "http proxy": b"HTTP/1.1 403 " + evil + b"\r\n\r\n", "socks5 proxy": evil}
    for (who, say), form in itertools.product(fronts.items(), ["text", "json", "nagios"]):
        with serving(lambda server, client, say=say: (client.sendall(say), raw.drain(client))) as front:
            result = probe.run("--format", form, "--timeout", "1", "-v", *way_past(who, front.port))
        text = (result.out + result.err).decode()
        assert not formats.RAW.search(text), (who, text)
        assert form != "json" or json.loads(result.out)
