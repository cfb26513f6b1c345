"""mtls-exporter among clients that push, dawdle and cheat: each gets an answer or the door, targets off the list stay
unasked, and nothing is left behind."""
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.parse

import pytest

from support import formats, held
from support.exporter import exporting
from support.raw import serving, stalls
from support.servers import s_server


@pytest.fixture(scope="module")
def port(pki):
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        yield port


@pytest.fixture
def exporter(tmp_path, port):
    config = tmp_path / "exporter.toml"
    config.write_text(f'concurrency = 4\nallow_targets = ["127.0.0.1:{port}"]\n[module.default]\ntimeout = 5\n'
                      'variants = "one"\n')
    with exporting(config) as running:
        yield running


def at_rest(exporter):
    """What it holds once it serves: some descriptors are opened on the way there."""
    assert exporter.ask("/")[0] == 200
    return held.at_rest(exporter.process)


def say(exporter, text, limit=40):
    """All that comes back until the exporter hangs up."""
    with socket.create_connection(("127.0.0.1", exporter.port), timeout=limit) as client:
        client.sendall(text)
        answer = b""
        try:
            while more := client.recv(65536):
                answer += more
        except ConnectionError:
            pass
        return answer


def statuses(answer):
    return [int(one) for one in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]


def load(exporter, path, seconds, connections):
    """What wrk counts: requests, those that failed, answers that were not 2xx or 3xx."""
    if not shutil.which("wrk"):
        pytest.skip("wrk is not installed")
    done = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s",
                           f"http://127.0.0.1:{exporter.port}{path}"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    number = {what: int(found[1]) if (found := re.search(pattern, done.stdout)) else 0
              for what, pattern in {"requests": r"(\d+) requests in", "refused": r"Non-2xx or 3xx responses: (\d+)",
                                    "broken": r"connect (\d+)", "timeout": r"timeout (\d+)"}.items()}
    return number


def test_under_load_it_answers_or_says_that_it_is_busy(exporter, port):
    before = at_rest(exporter)
    target = urllib.parse.quote(f"127.0.0.1:{port}")

    metrics = load(exporter, "/metrics", 1, 64)
    probes = load(exporter, f"/probe?target={target}", 2, 64)

    assert metrics["requests"] > 50 and metrics["refused"] == metrics["broken"] == metrics["timeout"] == 0
    assert probes["requests"] > probes["refused"] and probes["broken"] == probes["timeout"] == 0
    assert exporter.own('mtls_exporter_refused_total{reason="busy"}') >= probes["refused"] > 0
    exporter.wait_for("mtls_exporter_probes_in_flight", 0)
    assert held.settles_at(exporter.process, before)


def test_slow_clients_keep_nobody_out(exporter):
    """A hundred that never finish their header, and one that asks for more than it reads."""
    before = at_rest(exporter)
    dawdling = [socket.create_connection(("127.0.0.1", exporter.port)) for _ in range(100)]
    for client in dawdling:
        client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-A: ")
    reader = socket.create_connection(("127.0.0.1", exporter.port))
    reader.settimeout(1)
    try:
        for _ in range(2000):  # answers of some kilobytes each, none of them read
            reader.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 5)
    except (TimeoutError, ConnectionError):
        pass

    began = time.monotonic()
    assert exporter.ask("/metrics")[0] == 200 and time.monotonic() - began < 10
    for client in [*dawdling, reader]:
        client.close()
    assert held.settles_at(exporter.process, before)


def test_idle_connections_make_room_and_are_told_of(exporter):
    before = at_rest(exporter)
    idle = [socket.create_connection(("127.0.0.1", exporter.port)) for _ in range(600)]
    began = time.monotonic()

    assert exporter.ask("/metrics")[0] == 200 and time.monotonic() - began < 5  # they would be cut off after 10 s
    assert exporter.own('mtls_exporter_connections_dropped_total{reason="idle"}') >= 600 - 256
    assert exporter.own('mtls_exporter_connections_dropped_total{reason="full"}') == 0
    for client in idle[:600 - 256]:  # those that came first went first
        client.settimeout(5)
        assert client.recv(1) == b""
    for client in idle:
        client.close()
    assert held.settles_at(exporter.process, before)
    exporter.stop()
    assert sum("connections are open" in line for line in exporter.lines) == 1


def test_a_client_that_hangs_up_leaves_its_place(tmp_path, port):
    config = tmp_path / "exporter.toml"
    config.write_text('concurrency = 2\n[module.default]\ntimeout = 60\nvariants = "one"\n')
    with serving(stalls) as silent, exporting(config) as exporter:
        before = at_rest(exporter)
        query = f"GET /probe?target=127.0.0.1:{silent.port} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        clients = [socket.create_connection(("127.0.0.1", exporter.port)) for _ in range(4)]
        for client in clients:
            client.sendall(query)
        exporter.wait_for("mtls_exporter_probes_in_flight", 4)
        assert exporter.probe(f"127.0.0.1:{port}")[0] == 503
        began = time.monotonic()
        for client in clients:
            client.close()

        exporter.wait_for("mtls_exporter_probes_in_flight", 0)

        assert [exporter.probe(f"127.0.0.1:{port}")[0] for _ in range(4)] == [200] * 4
        assert silent.wait_until_all_left() and time.monotonic() - began < 20
        assert exporter.own('mtls_exporter_refused_total{reason="client_gone"}') == 4
        assert held.settles_at(exporter.process, before)


@pytest.mark.parametrize("query", ["target=" + "a" * 100_000, "&".join(f"x{i}=1" for i in range(20_000)),
                                   "target=" + "%41" * 30_000, "&" * 60_000], ids=["long", "many", "escaped", "empty"])
def test_a_query_that_is_too_long_is_refused(exporter, query):
    answer = say(exporter, f"GET /probe?{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())

    assert all(400 <= one < 500 for one in statuses(answer))
    assert exporter.ask("/")[0] == 200


SMUGGLED = b"GET /probe?target=evil.test HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
# RFC 9112 §6.3: what says two things about its length must not be taken for one request and the start of another.
AMBIGUOUS = {
    "two lengths": b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED,
    "a list of lengths": b"Content-Length: 0, %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED,
    "length and chunks": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunks and length": b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunks and something": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a negative length": b"Content-Length: -1\r\n\r\n" + SMUGGLED,
    "a length with a sign": b"Content-Length: +0\r\n\r\n" + SMUGGLED,
    "a blank before the colon": b"Content-Length : %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED,
    "bad chunks": b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + SMUGGLED,
    "no coding": b"Transfer-Encoding: xchunked\r\n\r\n" + SMUGGLED,
    "another coding": b"Transfer-Encoding: gzip\r\n\r\n" + SMUGGLED,
    "chunks within another coding": b"Transfer-Encoding: chunked, gzip\r\n\r\n" + SMUGGLED,
    "the coding that is none": b"Transfer-Encoding: identity\r\n\r\n" + SMUGGLED,
    "a coding twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + SMUGGLED,
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_no_request_hides_in_another(exporter, name):
    answer = say(exporter, b"GET /metrics HTTP/1.1\r\nHost: x\r\n" + AMBIGUOUS[name])

    assert statuses(answer) in ([400], [501]) and b"evil.test" not in answer, answer[:2000]
    assert exporter.own('mtls_exporter_refused_total{reason="not_allowed"}') == 0
    assert exporter.own('mtls_exporter_refused_total{reason="bad_request"}') == 1


UNANSWERABLE = {
    "no Host": (b"GET /metrics HTTP/1.1\r\n\r\n", 400, b"there is no Host"),
    "two Hosts": (b"GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, b"there is more than one Host"),
    "two Hosts in 1.0": (b"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400, b"there is more than one Host"),
    "folded": (b"GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n", 400, b"folded"),
    "folded at once": (b"GET / HTTP/1.1\r\n X: a\r\nHost: x\r\n\r\n", 400, b"folded"),
    "bare LF": (b"GET / HTTP/1.1\nHost: x\n\n", 400, b"CR LF"),
    "bare CR": (b"GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n", 400, b"malformed"),
    "NUL": (b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 400, b"control character"),
    "ESC": (b"GET /\x1b[2J HTTP/1.1\r\nHost: x\r\n\r\n", 400, b"control character"),
    "ESC in a header": (b"GET / HTTP/1.1\r\nHost: x\r\nX: \x1b]0;x\x07\r\n\r\n", 400, b"control character"),
    "0.9": (b"GET /\r\n\r\n", 400, b"malformed"),
    "2.0": (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505, b"only HTTP/1.0 and HTTP/1.1"),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, b"only HTTP/1.0 and HTTP/1.1"),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 500, 400, b"control character"),
    "5000 headers": (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 5000 + b"\r\n", 431, b"within 8192 bytes"),
    "a header of a megabyte": (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n", 431,
                               b"within 8192 bytes"),
    "a URL of 16 kB": (b"GET /probe?target=" + b"a" * 16_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414,
                       b"within 8192 bytes"),
    "a URL of a megabyte": (b"GET /" + b"a" * 1_000_000, 414, b"within 8192 bytes"),
}


@pytest.mark.parametrize("name", UNANSWERABLE)
def test_what_cannot_be_answered_is_refused_with_the_reason(exporter, name):
    said, status, why = UNANSWERABLE[name]
    began = time.monotonic()
    answer = say(exporter, said)

    assert statuses(answer) == [status], answer[:200]
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"\r\nConnection: close" in head and why in body and body.count(b"\n") == 1
    assert time.monotonic() - began < 8  # and not only when its patience is over
    assert exporter.own('mtls_exporter_refused_total{reason="bad_request"}') == 1


def test_a_refusal_is_not_lost_to_a_reset(exporter):
    """The client has not yet read when it still sends; on a connection that is closed by then it would get a reset."""
    with socket.create_connection(("127.0.0.1", exporter.port), timeout=20) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 9000)
        time.sleep(0.5)
        client.sendall(b"a" * 100_000)
        time.sleep(0.2)

        assert client.recv(65536).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("said", [b"GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                                  b"\r\nGET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                                  b"GET /metrics HTTP/1.0\r\n\r\n",
                                  b"GET /metrics HTTP/1.1\r\nHost: x\r\nX: \t\xe9\r\nConnection: close\r\n\r\n"],
                         ids=["no length", "an empty line before", "1.0", "a tab and Latin-1"])
def test_what_is_odd_and_clear_is_answered(exporter, said):
    assert statuses(say(exporter, said)) == [200]


def test_a_request_may_come_byte_by_byte(exporter):
    with socket.create_connection(("127.0.0.1", exporter.port), timeout=20) as client:
        for byte in b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n":
            client.sendall(bytes([byte]))
            time.sleep(0.002)
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_requests_one_behind_the_other_are_answered_in_order(exporter):
    answer = say(exporter, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED)

    assert statuses(answer) == [200, 403]


def off_the_list(port, closed):
    """Targets that are not the one that is allowed, in the clothes of it."""
    return [f"127.0.0.1:{closed}", "127.0.0.1", f"127.0.0.1:{port}@evil.test", f"evil.test@127.0.0.1:{closed}",
            f"user@127.0.0.1:{closed}", f"https://127.0.0.1:{port}@evil.test/", f"https://evil.test/127.0.0.1:{port}",
            f"https://evil.test#127.0.0.1:{port}", f"https://evil.test?127.0.0.1:{port}", f"127.0.0.1:{port}.evil.test",
            f"127.0.0.1.evil.test:{port}", f"[::ffff:127.0.0.2]:{port}", f"[::1]:{port}", f"127.0.0.2:{port}",
            f"2130706434:{port}", f"0x7f.0.0.2:{port}", f"127.2:{port}", f"0177.0.0.2:{port}", f"localhost:{port}",
            f"LOCALHOST.:{port}", f"0.0.0.0:{port}", f"127.0.0.1:{port}\\@evil.test", f"127.0.0.1%2eevil.test:{port}",
            f"127.0.0.1\x00.evil.test:{port}", f"127.0.0.1\r\nX: y:{port}", f"127.0.0.1:{port + 65536}",
            f"[127.0.0.1]:{port}x", f"127.0.0.1:{port} connect=127.0.0.1:{closed}", f"127.0.0.1:{port}\tsni=evil.test",
            "file:///etc/passwd",
            f"https://127.0.0.1:{port}:{closed}/", f"//127.0.0.1:{closed}/"]


def test_no_clothes_let_a_target_in_that_is_not_on_the_list(exporter, port):
    with serving(stalls) as trap:
        before = exporter.own('mtls_exporter_probes_total{verdict="unknown"}')
        answers = {target: exporter.probe(target) for target in off_the_list(port, trap.port)}
        for more in ("connect", "sni", "proxy", "starttls", "allow_targets", "config", "cert", "path"):
            answers[more] = exporter.ask(f"/probe?target=127.0.0.1:{trap.port}&{more}=127.0.0.1:{trap.port}")
        answers["twice"] = exporter.ask(f"/probe?target=127.0.0.1:{port}&target=127.0.0.1:{trap.port}")
        answers["twice, turned"] = exporter.ask(f"/probe?target=127.0.0.1:{trap.port}&target=127.0.0.1:{port}")
        after = exporter.own('mtls_exporter_probes_total{verdict="unknown"}')

    assert {target: answer for target, answer in answers.items() if answer[0] not in (400, 403)} == {}
    assert not [answer for answer in answers.values() if formats.UNSAFE.search(answer[2])]
    assert trap.taken == 0 and before == after


@pytest.mark.parametrize("spelling", ["127.0.0.1:{}", "https://127.0.0.1:{}/", "https://127.0.0.1:{}/x?y"])
def test_the_target_on_the_list_is_asked(exporter, port, spelling):
    assert exporter.probe(spelling.format(port))[0] == 200


def test_signals_under_load_lose_no_answer(exporter, port):
    """Each request that was taken is answered, whatever is reloaded meanwhile; then SIGTERM ends it well."""
    target = "/probe?" + urllib.parse.urlencode({"target": f"127.0.0.1:{port}"})
    codes, broken, ending = [], [], threading.Event()

    def client():
        while not ending.is_set():
            try:
                answer = say(exporter, f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            except ConnectionRefusedError:
                return  # it listens no more, and took nothing
            except OSError as error:
                broken.append(error)
                return
            (codes if statuses(answer) else broken).append(answer[:40])

    clients = [threading.Thread(target=client) for _ in range(6)]
    for one in clients:
        one.start()
    end = time.monotonic() + 60
    for answered in range(1, 21):
        exporter.process.send_signal(signal.SIGHUP)
        while len(codes) < answered and not broken and time.monotonic() < end:
            time.sleep(0.01)
    assert exporter.stop() == 0
    ending.set()
    for one in clients:
        one.join(60)

    assert len(codes) >= 20 and {one[9:12] for one in codes} <= {b"200", b"503"}
    # Those that knocked when it shut the door, and were never taken in, hear nothing.
    assert len(broken) <= len(clients)
    assert not any("Sanitizer" in line for line in exporter.lines)
