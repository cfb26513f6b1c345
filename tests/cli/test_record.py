"""`--record`: a JSON object for each connection, with the fields that FORMAT.md names."""
import re
import socket
import ssl
import subprocess
from datetime import datetime, timedelta, timezone

import pytest

from support.probe import TREE

DOCUMENTED = (TREE / "harness" / "scenarios" / "FORMAT.md").read_text().partition("`--record FILE`")[2]


def test_a_record_has_the_documented_fields(served):
    before = datetime.now(timezone.utc) - timedelta(seconds=1)
    server = served("iis-healthy")
    server.curl("alice")
    server.stop()

    (record,) = server.records()
    fields = [name for row in re.findall(r"^\| (`.*?) \|", DOCUMENTED, re.M) for name in re.findall(r"`(\w+)`", row)]
    assert sorted(record) == sorted(fields)
    parts = re.search(r"\| `requests` \|(.*)\|", DOCUMENTED)[1]
    assert set(record["requests"][0]) == set(re.findall(r"`(\w+)`", parts))
    assert set(record["chain"][0]) == {"subject", "issuer", "sha256"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["time"])
    time = datetime.fromisoformat(record["time"].replace("Z", "+00:00"))
    assert before <= time <= datetime.now(timezone.utc)


def test_the_record_tells_who_left_first(served):
    """By the client, or by the harness that was stopped: TLS 1.2 ends with the server's Finished, so both know."""
    server = served("iis-healthy")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    address = "127.0.0.1", server.ports[0]
    with socket.create_connection(address), socket.create_connection(address) as raw:
        gone = context.wrap_socket(socket.create_connection(address))
        gone.close()
        with context.wrap_socket(raw):
            server.wait_for_records(1)
            server.stop()

    rules = [record["rule"] for record in sorted(server.records(), key=lambda record: record["connection"])]
    assert rules == ["the harness ended in the handshake", "the harness ended while it waited for a request",
                     "the client left without a request"]


def test_what_is_no_http_is_answered_and_recorded(served):
    """As http.sys and nginx do; the client that says half a request and leaves has said something, too."""
    server = served("nginx-optional")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    def say(text):
        with context.wrap_socket(socket.create_connection(("127.0.0.1", server.ports[0]))) as connection:
            connection.sendall(text)
            return b"".join(iter(lambda: connection.recv(4096), b""))

    assert say(b"GET /a HTTP/9.9\r\n\r\n").startswith(b"HTTP/1.1 505 HTTP Version Not Supported\r\n")
    assert say(b"GET /b HTTP/1.1\r\nX-Odd: \x1b[2J\r\n\r\n").startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert say(b"\x80junk").startswith(b"HTTP/1.1 400 Bad Request\r\n")
    half = context.wrap_socket(socket.create_connection(("127.0.0.1", server.ports[0])))
    half.sendall(b"GET /c HTTP/1.1\r\nHo")
    half.close()
    server.wait_for_records(4)

    records = sorted(server.records(), key=lambda record: record["connection"])
    refusal = "the request is no HTTP that is understood here: "
    assert [(record["decision"], record["rule"]) for record in records] == [
        ("505", refusal + "bad version"), ("400", refusal + "bad value"), ("400", refusal + "bad method"),
        ("none", "the client left before its request was answered")]
    assert [[(each["method"], each["path"], each["status"]) for each in record["requests"]] for record in records] == [
        [("GET", "/a", 505)], [("GET", "/b", 400)], [(None, None, 400)], []]


def test_a_request_that_a_late_alert_answers_is_recorded(served):
    server = served("apache-per-location-tls13")
    subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{server.ports[0]}", "-enable_pha", "-ign_eof"],
                   stdin=(server.directory / "request.txt").open(), capture_output=True, timeout=60, check=False)
    server.wait_for_records(1)

    (record,) = server.records()
    (request,) = record["requests"]
    assert (request["method"], request["path"], request["status"]) == ("GET", "/private", None)
    assert record["decision"] == "alert certificate_required"
    assert request["rule"] == record["rule"] == "peer did not return a certificate"


@pytest.mark.parametrize("fault", ["giant_message", "warnings"])
@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_the_alert_of_a_client_that_is_flooded_is_heard(tmp_path, served, fault, version):
    mine = tmp_path / "flood.toml"
    mine.write_text(f"""summary = "floods"
personality = "raw"
[[listener]]
tls = ["{version}"]
at = "after_server_hello"
fault = "{fault}"
""")
    server = served(mine, command="serve")
    for _ in range(5):
        client = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{server.ports[0]}"], input="",
                                capture_output=True, text=True, timeout=60, check=False)
        assert client.returncode == 1, client.stderr
    server.wait_for_records(5)

    for record in server.records():
        assert record["alert_received"] in ("illegal_parameter", "unexpected_message", "decode_error")
        assert record["rule"] == f"the client sent alert {record['alert_received']}"


def test_a_stalling_server_tells_who_left_first(served):
    server = served("raw-stall-before-server-hello")
    address = "127.0.0.1", server.ports[0]
    hello = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    outgoing = ssl.MemoryBIO()
    try:
        hello.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost").do_handshake()
    except ssl.SSLWantReadError:
        pass
    first = outgoing.read()
    with socket.create_connection(address) as stays, socket.create_connection(address) as goes:
        stays.sendall(first)
        goes.sendall(first)
        goes.close()
        server.wait_for_records(1)
        server.stop()

    assert [record["rule"] for record in server.records()] == ["the script falls silent, and the client left",
                                                               "the script falls silent, and the harness ended"]


def test_the_record_tells_of_a_client_that_speaks_no_tls(served):
    server = served("nginx-on")

    server.curl(url=f"http://127.0.0.1:{server.ports[0]}/")
    server.wait_for_records(1)

    record = server.records()[0]
    assert record["decision"] == "none" and record["version"] is None
    assert record["rule"] == "what the client sent is no handshake: http request"


def test_a_version_that_was_refused_was_not_agreed_on(served):
    server = served("nginx-on")

    server.ca_names("-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0")
    server.wait_for_records(1)

    record = server.records()[0]
    assert record["decision"] == "alert protocol_version" and record["version"] is None


@pytest.mark.parametrize("scenario, asked", [("raw-stall-in-request", []), ("raw-tls13-stall-in-request", []),
                                             ("raw-slow-bytes", []), ("raw-giant-length", []),
                                             ("raw-tls13-stall-after-request", ["handshake"])])
def test_half_a_request_has_asked_nobody(served, probe, scenario, asked):
    server = served(scenario)
    probe.run("--variants", "one", "--timeout", "1", f"127.0.0.1:{server.ports[0]}")
    server.wait_for_records(1)

    record = server.records()[0]
    assert record["asked"] == asked
    assert (record["advertised"] > 0) == bool(asked)
