"""What answers with and without a certificate, now and in a baseline, say of the door."""
import json
import ssl
from contextlib import contextmanager

import pytest

from support import raw
from support.servers import free_port, nginx, nginx_block, on_port, program


def behind(answer_without):
    return f"if ($ssl_client_verify != SUCCESS) {{ {answer_without} }}"


def optional(pki, answer_without):
    return nginx_block(pki, "optional", pki.root.certificate, extra="ssl_verify_depth 3; " + behind(answer_without))


def test_a_redirect_to_a_login_is_no_open_door(pki, probe):
    with nginx(optional(pki, "return 302 https://alice:pw@login.test/in?ticket=s3cret;")) as port:
        report = probe.ask(port, "--cert", pki.alice.file)
        feared = probe.ask(port, "--cert", pki.mallory.file, "--expect-outcome", "reject")
        open_to_all = probe.ask(port, "--expect-outcome", "reject")

    [one] = [one for one in report["findings"] if one["id"] == "accepted-without-certificate"]
    assert one["severity"] == "info" and "HTTP 302 Moved Temporarily to https://login.test/in, with" in one["summary"]
    assert report["observations"][0]["http"]["location"] == "https://login.test/in"
    assert "s3cret" not in json.dumps(report) and "pw" not in report["observations"][0]["http"]["location"]
    assert feared["verdict"] == "unknown" and feared.findings["accepted-without-certificate"] == "warning"
    assert open_to_all["verdict"] == "critical"


def test_a_door_that_has_opened_since_the_baseline(pki, probe, tmp_path):
    port, file = free_port(), tmp_path / "good.json"

    def serving(verify):
        return on_port(port, [program("openssl"), "s_server", "-cert", str(pki.server.certificate), "-key",
                              str(pki.server.key), "-accept", f"127.0.0.1:{port}", "-www", verify, "3", "-CAfile",
                              str(pki.root.certificate)])

    with serving("-Verify"):
        shut = probe.run("--save-baseline", file, f"127.0.0.1:{port}")
    with serving("-verify"):
        opened = probe.json("--baseline", file, f"127.0.0.1:{port}")
        probe.run("--save-baseline", tmp_path / "open.json", f"127.0.0.1:{port}")
        other_page = probe.json("--baseline", file, "--path", "/other", f"127.0.0.1:{port}")
    with serving("-Verify"):
        closed = probe.json("--baseline", tmp_path / "open.json", f"127.0.0.1:{port}")

    assert shut.code == 0
    assert opened["verdict"] == "warning" and opened.findings["accepted-without-certificate"] == "warning"
    assert opened["baseline"]["without_certificate"]["result"] == "rejected"
    assert other_page.findings["accepted-without-certificate"] == "info"
    assert other_page["baseline"]["without_certificate"] is None
    assert closed["verdict"] == "ok" and "it was not when the baseline was made" in closed["summary"]


@contextmanager
def speaking(pki, talk, version=None):
    """TLS that wants a certificate and then speaks as `talk` does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki.server.certificate, pki.server.key)
    context.load_verify_locations(pki.root.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    if version:
        context.maximum_version = version

    def serve(_, client):
        with context.wrap_socket(client, server_side=True) as secured:
            talk(secured)

    with raw.serving(serve) as server:
        yield server.port


def hangs_up(secured):
    secured.recv(1000)


def waits(secured):
    secured.settimeout(5)
    secured.recv(1000)


def answers_in_ldap(secured):
    secured.recv(1000)
    secured.sendall(bytes.fromhex("300c02010078070a010204000400"))


@pytest.mark.parametrize("version", [None, ssl.TLSVersion.TLSv1_2])
def test_a_server_that_speaks_no_http_is_not_just_called_one_that_refuses(pki, probe, version):
    with speaking(pki, hangs_up, version) as port:
        report = probe.ask(port, "--cert", pki.alice.file)
        by_handshake = probe.ask(port, "--cert", pki.alice.file, "--no-http")

    [one] = [one for one in report["findings"] if one["id"] == "rejected-by-close"]
    assert one["summary"].endswith(", or it speaks no HTTP")
    assert "--no-http" in one["remedies"][0]["commands"][0]
    assert by_handshake.attempt(pki.alice) == ("accepted", None)
    assert by_handshake.attempted(pki.alice)["negotiated"]["version"] == "1.2"


def test_a_certificate_of_which_nothing_tells_is_unknown(pki, probe):
    with speaking(pki, waits) as port:
        both = probe.ask(port, "--cert", pki.alice.file, "--no-http")
        only13 = probe.ask(port, "--cert", pki.alice.file, "--no-http", "--tls", "1.3")
    with speaking(pki, answers_in_ldap) as port:
        foreign = probe.ask(port, "--cert", pki.alice.file)

    assert both["verdict"] == "ok" and both.attempt(pki.alice) == ("accepted", None)
    assert [one["negotiated"]["version"] for one in both.observations_of("candidate")] == ["1.3", "1.2"]
    assert only13["verdict"] == "unknown" and "look into the server's log" in only13["summary"]
    assert foreign["verdict"] == "unknown" and "--no-http" in foreign["summary"]
