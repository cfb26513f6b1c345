"""Servers that are no TLS servers, or bad ones: a clear result, within the timeout, and nothing left behind."""
import gzip
import json
import resource
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from support import raw, torture
from support.probe import Probe, check, fast
from support.raw import serving, stalls

TIMEOUT = 2
# Name: what the server does, the outcome to report, a word that the summary must hold.
SERVERS = {
    "http": (raw.says_and_closes(b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n<h1>no</h1>"), "not_tls", "HTTP"),
    "smtp": (raw.says(b"220 mail.example ESMTP\r\n", first=True), "not_tls", "SMTP"),
    "ssh": (raw.says(b"SSH-2.0-OpenSSH_9.2\r\n", first=True), "not_tls", "SSH"),
    "imap": (raw.says(b"* OK IMAP4rev1 ready\r\n", first=True), "not_tls", "IMAP"),
    "escapes": (raw.says(b"\x1b]0;owned\x07\x1b[2J\n"), "not_tls", ""),
    "garbage": (raw.says(bytes(range(200, 256)) * 40), "not_tls", ""),
    "zeros": (raw.says(bytes(500)), "not_tls", ""),
    "stall": (raw.stalls, "timeout", ""),
    "drip": (raw.drips, "timeout", ""),
    "half a ServerHello": (raw.says(raw.HALF_SERVER_HELLO), "timeout", ""),
    "half, then the end": (raw.says_and_closes(raw.HALF_SERVER_HELLO), "closed", ""),
    "reset": (raw.resets, "reset", ""),
    "close": (raw.says_and_closes(b""), "closed", ""),
    "alert": (raw.says_and_closes(raw.ALERT), "alert", "handshake_failure"),
    "a record of garbage": (raw.says(bytes.fromhex("1603030010") + bytes(range(16))), "protocol_error", ""),
    "a record too long": (raw.says(bytes.fromhex("160303ffff") + bytes(1000)), "protocol_error", ""),
    "data before the handshake": (raw.says(bytes.fromhex("1703030004") + b"data"), "protocol_error", ""),
    "endless empty records": (raw.repeats(bytes.fromhex("1603030000")), "protocol_error", ""),
    "endless HelloRequests": (raw.repeats(raw.HELLO_REQUEST), "protocol_error", ""),
    "endless warnings": (raw.repeats(bytes.fromhex("1503030002015a")), "protocol_error", ""),
}


def probe_one(probe, behave):
    with serving(behave) as server:
        result = probe.run("--format", "json", "--timeout", TIMEOUT, f"127.0.0.1:{server.port}")
        return result, server.taken, server.wait_until_all_left()


@pytest.fixture(scope="module")
def results(probe):
    """All at once: most of the time goes by waiting."""
    with ThreadPoolExecutor(len(SERVERS)) as pool:
        jobs = {name: pool.submit(probe_one, probe, behave) for name, (behave, _, _) in SERVERS.items()}
        return {name: job.result() for name, job in jobs.items()}


@pytest.mark.parametrize("name", SERVERS)
def test_a_clear_result(results, name):
    _, outcome, word = SERVERS[name]
    result, taken, all_left = results[name]

    report = result.report
    assert {one["outcome"] for one in report["observations"]} == {outcome}, report["summary"]
    assert result.code == 3 and report["verdict"] == "unknown"
    assert report["request"]["status"] == "undetermined" and report["request"]["required"] == "undetermined"
    assert word in report["summary"]
    assert all(one["negotiated"] is None and not one["certificate_requests"] for one in report["observations"])
    assert report["duration_ms"] < TIMEOUT * 1000 + 500
    assert result.seconds < TIMEOUT + 3  # the programs of this test compete for the processor
    assert result.err == b""
    assert not set(result.text) & set(map(chr, [*range(10), *range(11, 32), *range(127, 160)]))
    assert taken == len(report["observations"]) and all_left


def test_an_alert_at_once_is_reported(results):
    report = results["alert"][0].report

    for seen in report["observations"]:
        assert seen["alert"] == {"direction": "received", "code": 40, "name": "handshake_failure",
                                 "phase": "handshake"}
    # TLS 1.1 and 1.0 alone were tried too: some old servers do not choose a lower version than the one offered. Then a
    # ClientHello of our own, in case the alert was for what the TLS library does not offer.
    offered = [one["variant"]["tls_offered"] for one in report["observations"]]
    assert ["1.1"] in offered and ["1.0"] in offered
    assert [seen["list_only"] for seen in report["observations"]][-1] and not report["observations"][0]["list_only"]


def in_time(limit, attempt):
    """The first result within the limit, of five: another program may have had the processor. What a run that asks
    nobody takes beside it comes on top: with sanitizers on a busy machine that is no trifle."""
    for _ in range(5):
        result = attempt()
        start = Probe().run("--version").seconds
        if result.seconds < limit + start:
            return result
    raise AssertionError(f"took {result.seconds} s, more than {limit} + {start} s")


def test_alone_it_keeps_the_time(probe):
    with serving(raw.stalls) as server:
        result = in_time(2.0, lambda: probe.run("--format", "json", "--timeout", "1.5", f"127.0.0.1:{server.port}"))

    assert result.seconds > 1.4
    assert result.report["observations"][0]["outcome"] == "timeout"


def test_a_candidate_does_not_make_it_longer(probe, pki):
    with serving(raw.stalls) as server:
        words = ["--cert", pki.alice_ec.file, "--cert", pki.mallory.file, f"127.0.0.1:{server.port}"]
        result = in_time(2.0, lambda: probe.run("--format", "json", "--timeout", "1.5", *words))

    assert result.code == 3
    assert [one["attempt"] for one in result.report["candidates"]] == [None, None]


def test_nobody_listens(probe):
    with serving(raw.stalls) as server:
        port = server.port
    result = probe.run("--format", "json", f"127.0.0.1:{port}")

    assert result.code == 3 and result.seconds < 2
    assert {one["outcome"] for one in result.report["observations"]} == {"refused"}
    assert "refused" in result.report["summary"].lower()


def test_a_connection_that_never_comes_about(probe):
    """A backlog that is full: the kernel drops what else knocks, as a firewall would."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as stack:
        for _ in range(3):
            knocking = stack.enter_context(socket.socket())
            knocking.setblocking(False)
            knocking.connect_ex(full.getsockname())
        words = ["--connect-timeout", "0.5", f"127.0.0.1:{full.getsockname()[1]}"]
        result = in_time(1.5, lambda: probe.run("--format", "json", *words))

    assert result.code == 3
    assert {one["outcome"] for one in result.report["observations"]} == {"timeout"}


def test_thirty_at_once_leave_nothing_behind(probe):
    behaviours = [behave for behave, _, _ in SERVERS.values()]
    with ExitStack() as stack, ThreadPoolExecutor(30) as pool:
        servers = [stack.enter_context(serving(behaviours[i % len(behaviours)])) for i in range(30)]
        results = list(pool.map(lambda server: probe.run("--format", "json", "--timeout", TIMEOUT,
                                                         f"127.0.0.1:{server.port}"), servers))

        assert [result.code for result in results] == [3] * 30
        assert all(server.taken > 0 for server in servers)
        assert all(server.wait_until_all_left() for server in servers)


def test_many_targets_in_one_run_use_up_no_descriptors(probe):
    quick = ["http", "ssh", "reset", "close", "alert", "endless empty records"]
    with ExitStack() as stack:
        servers = [(name, stack.enter_context(serving(SERVERS[name][0]))) for name in quick * 6]
        result = probe.run("--format", "json", *(f"127.0.0.1:{server.port}" for _, server in servers),
                           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32)))

        reports = [check(one) for one in json.loads(result.out)]
        assert len(reports) == len(servers)
        for (name, server), report in zip(servers, reports):
            assert {one["outcome"] for one in report["observations"]} == {SERVERS[name][1]}, name
            assert server.wait_until_all_left()


def tls_server(pki, after):
    """Shakes hands, asks for a certificate, then misbehaves."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki.server.certificate, pki.server.key)
    context.load_verify_locations(pki.root.certificate)
    context.verify_mode = ssl.CERT_OPTIONAL

    def behave(server, client):
        with context.wrap_socket(client, server_side=True) as tls:
            after(server, tls)
    return behave


def never_answers(server, tls):
    raw.drain(tls)


def drips_an_answer(server, tls):
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: 1\r\n":
        tls.sendall(bytes([byte]))
        if server.stopping.wait(0.5):
            return


def sends_header_without_end(server, tls):
    tls.sendall(b"HTTP/1.1 403 Forbidden\r\n")
    while not server.stopping.is_set():
        tls.sendall(b"X-More: %s\r\n" % (b"a" * 4000))


def sends_a_body_without_end(server, tls):
    tls.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not server.stopping.is_set():
        tls.sendall(b"1000\r\n" + b"a" * 0x1000 + b"\r\n")


def speaks_no_http(server, tls):
    tls.recv(100)
    tls.sendall(b"\x00\x01\x02 what?")
    raw.drain(tls)


def hostile_header(server, tls):
    tls.recv(100)
    tls.sendall(b"HTTP/1.1 403 \x1b[31mForbidden\r\nServer: \x1b]0;owned\x07\r\nContent-Length: 0\r\n\r\n")
    raw.drain(tls)


BOMB = gzip.compress(b"<h2>HTTP Error 403.16 - Forbidden</h2>" + bytes(256 << 20))  # a thousandth of that


def sends_a_bomb(server, tls):
    server.heard = tls.recv(4000)
    tls.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Encoding: gzip\r\nTransfer-Encoding: gzip\r\n\r\n" + BOMB)
    raw.drain(tls)


# What it does after the handshake, and what may be said of "required". A refusal that cannot be read is no welcome, and
# words in another tongue are no answer to the request.
AFTER = {"never answers": (never_answers, ["undetermined"]), "drips": (drips_an_answer, ["undetermined"]),
         "header without end": (sends_header_without_end, ["undetermined", "yes"]),
         "body without end": (sends_a_body_without_end, ["no"]), "no HTTP": (speaks_no_http, ["undetermined"]),
         "escapes in the header": (hostile_header, ["undetermined", "yes"]),
         "a body that is compressed": (sends_a_bomb, ["yes"])}


@pytest.fixture(scope="module")
def after_results(pki, probe):
    with ThreadPoolExecutor(len(AFTER)) as pool:
        jobs = {name: pool.submit(probe_one, probe, tls_server(pki, after)) for name, (after, _) in AFTER.items()}
        return {name: job.result() for name, job in jobs.items()}


@pytest.mark.parametrize("name", AFTER)
def test_what_was_read_before_it_went_wrong_is_reported(after_results, name):
    result, _, all_left = after_results[name]

    report = result.report
    assert report["request"]["status"] == "empty"  # as Python's ssl module asks
    for version in ("1.2", "1.3"):
        [request] = report.requests(version)
        assert request["stage"] == "handshake" and request["signature_algorithms"]
    assert report["request"]["required"] in AFTER[name][1]
    assert report["duration_ms"] < TIMEOUT * 1000 + 500
    assert not set(result.text) & set(map(chr, [*range(10), *range(11, 32), *range(127, 160)]))
    assert all_left


def test_nothing_is_ever_decompressed(pki):
    """Not asked for, and not unpacked where it comes all the same: 256 MiB of zeros, behind a page that says 403.16."""
    with serving(tls_server(pki, sends_a_bomb)) as server:
        run = torture.run(fast("mtls-probe"), "--format", "json", "--timeout", TIMEOUT, "--variants", "one",
                          f"127.0.0.1:{server.port}")
        heard = server.heard

    (seen,) = run.report["observations"]
    assert seen["http"]["status"] == 403 and seen["http"]["substatus"] is None
    sanitized = "release" not in fast("mtls-probe").parts
    assert run.peak < (200 if sanitized else 64) and b"gzip" not in heard.lower() and b"accept-encoding: " not in heard.lower()


HELLOS = []


def hears(server, client):
    HELLOS.append(client.recv(16384))


def offers_of(hello):
    """compression_methods, and the types of all extensions (RFC 8446 §4.1.2), of a record with a ClientHello."""
    at = 5 + 4 + 2 + 32
    at += 1 + hello[at]
    at += 2 + int.from_bytes(hello[at:at + 2], "big")
    methods, at = list(hello[at + 1:at + 1 + hello[at]]), at + 1 + hello[at] + 2
    types = []
    while at < len(hello):
        types.append(int.from_bytes(hello[at:at + 2], "big"))
        at += 4 + int.from_bytes(hello[at + 2:at + 4], "big")
    return methods, types


@pytest.mark.parametrize("mode", [[], ["--list-only"]])
def test_no_compression_is_offered_in_tls(probe, mode):
    """RFC 3749 (CRIME), RFC 8879: the server could send bombs of certificates, too."""
    with serving(hears) as server:
        probe.run("--timeout", "1", "--variants", "one", *mode, f"127.0.0.1:{server.port}")
    offers = [offers_of(hello) for hello in HELLOS]
    HELLOS.clear()
    assert any(13 in extensions for _, extensions in offers)  # signature_algorithms
    assert all(methods == [0] and 27 not in extensions for methods, extensions in offers)  # compress_certificate


@pytest.fixture(scope="module")
def nameless():
    """A server whose list is 32,767 entries of no bytes."""
    said = raw.flight(raw.handshake(13, raw.NAMELESS_REQUEST), raw.handshake(14, b""))
    with serving(raw.says(said)) as server:
        yield server.port


@pytest.mark.parametrize("form", ["json", "html", "text"])
def test_a_list_of_nothing_but_bad_entries_takes_no_room(nameless, form):
    run = torture.run(fast("mtls-probe"), "--format", form, "--list-only", "--tls", "1.2", "--variants", "one", "-v",
                      f"127.0.0.1:{nameless}")

    assert run.code == 2 and len(run.out) < 1_000_000
    assert "32511" in run.out  # left out: what is not told is counted
    if "release" in fast("mtls-probe").parts:
        assert run.peak < 64
    if form == "json":
        [request] = check(run.report, run.code).requests()
        assert request["certificate_authorities_left_out"] == raw.NAMELESS - 256
        assert len(request["certificate_authorities"]) == 256
        assert request["raw"] == raw.NAMELESS_REQUEST.hex()


def test_a_fleet_of_such_lists_takes_no_room_either(nameless, tmp_path):
    (tmp_path / "list").write_text("".join(f"127.0.0.1:{nameless} sni=t{i}.test\n" for i in range(60)))
    run = torture.run(fast("mtls-probe"), "--targets", tmp_path / "list", "--format", "jsonl", "--timeout", 5)

    reports = [json.loads(line) for line in run.out.splitlines()]
    assert len(reports) == 60 and {one["request"]["status"] for one in reports} == {"malformed"}
    if "release" in fast("mtls-probe").parts:
        assert run.peak < 64


@pytest.mark.parametrize("way, where", [(["--starttls", "smtp"], "STARTTLS"), (["--proxy", "PROXY"], "proxy")])
@pytest.mark.parametrize("mode", [[], ["--list-only"]], ids=["ordinary", "list-only"])
def test_silence_before_tls_is_told_as_what_it_is(probe, way, where, mode):
    """Not as a connection that could not be made: that would send people to the firewall."""
    with serving(stalls) as server:
        words = [word.replace("PROXY", f"http://127.0.0.1:{server.port}") for word in way]
        report = probe.json("--timeout", 1, *mode, *words, f"127.0.0.1:{server.port}")

    assert where in report["summary"] and "connect to" not in report["summary"]


def test_two_requests_in_one_flight_are_no_healthy_server(probe):
    """Both are read; no client goes on."""
    one = raw.handshake(13, raw.certificate_request(b""))
    with serving(raw.says(raw.flight(one, one, raw.handshake(14, b"")))) as server:
        report = probe.json("--list-only", "--tls", "1.2", "--variants", "one", f"127.0.0.1:{server.port}")

    assert report["observations"][0]["outcome"] == "protocol_error"
    assert len(report["observations"][0]["certificate_requests"]) == 2
    assert report["verdict"] != "ok"
