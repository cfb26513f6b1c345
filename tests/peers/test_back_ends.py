"""mtls-probe against nginx behind a load balancer that takes turns, and against servers that fail in one TLS version."""
import itertools
import shlex
import socket
import threading
from contextlib import ExitStack, contextmanager, suppress

import pytest

from support.pki import subjects
from support.probe import listed
from support.relay import relay
from support.servers import nginx, nginx_block


@contextmanager
def taking_turns(*ports):
    """A round robin over these ports of loopback; the address of the balancer."""
    turns = itertools.cycle(ports)

    def accept():
        with suppress(OSError):
            while True:
                client, _ = balancer.accept()
                threading.Thread(target=serve, args=(client, next(turns)), daemon=True).start()

    def serve(client, port):
        with client, suppress(OSError):
            relay(client, port)

    with socket.create_server(("127.0.0.1", 0), backlog=64) as balancer:
        threading.Thread(target=accept, daemon=True).start()
        yield balancer.getsockname()[1]
        balancer.shutdown(socket.SHUT_RDWR)


@contextmanager
def two_back_ends(*blocks):
    with ExitStack() as stack:
        ports = [stack.enter_context(nginx(block)) for block in blocks]
        yield stack.enter_context(taking_turns(*ports))


def finding(report, name):
    return next(one for one in report["findings"] if one["id"] == name)


@pytest.mark.parametrize("words", [[], ["--list-only"]])
def test_back_ends_that_take_turns_are_not_taken_for_bindings(pki, probe, words):
    with two_back_ends(nginx_block(pki, "on", pki.root.certificate),
                       nginx_block(pki, "on", pki.other.certificate)) as port:
        for _ in range(3):
            report = probe.json(*words, "-4", f"localhost:{port}")
            summary = finding(report, "bindings-disagree")["summary"]
            assert summary.startswith("The server asks differently from one connection to the next"), summary


def test_bindings_that_differ_are_asked_twice_and_stay_bindings(pki, probe):
    blocks = [nginx_block(pki, "on", pki.other.certificate, "default.test"),
              nginx_block(pki, "on", pki.root.certificate, "localhost")]
    with nginx(*blocks) as port:
        report = probe.json("-4", f"localhost:{port}")
        alike = probe.json("-4", "--sni", "default.test", f"localhost:{port}")

    assert finding(report, "bindings-disagree")["summary"] == "The server asks differently with and without SNI"
    assert len(report["observations"]) == 8
    assert len(alike["observations"]) == 4 and "bindings-disagree" not in alike.findings


def test_a_name_that_is_asked_and_an_address_that_is_not_differ_for_the_list_alone_too(pki, probe):
    blocks = [nginx_block(pki, "off", name="default.test"), nginx_block(pki, "on", pki.root.certificate, "localhost")]
    with nginx(*blocks) as port:
        report = probe.json("--list-only", "-4", f"localhost:{port}")

    assert report["verdict"] == "warning"
    assert "and only that was looked at" in finding(report, "bindings-disagree")["summary"]


def test_a_certificate_that_gets_in_every_other_time(pki, probe):
    """What the back ends name is alike; what they trust beside it is not."""
    trusts_others = f"ssl_trusted_certificate {pki.other.certificate};"
    with two_back_ends(nginx_block(pki, "on", pki.root.certificate, extra=trusts_others),
                       nginx_block(pki, "on", pki.root.certificate)) as port:
        words = ["--cert", pki.mallory.file, "--repeat", "6", f"127.0.0.1:{port}"]
        report = probe.json(*words)
        feared = probe.json(*words, "--expect-outcome", "reject")
        short = probe.json(*words[:2], *words[4:], "--repeat", "2")

    assert report["verdict"] == "critical" and report.attempt(pki.mallory) == ("rejected", "http")
    assert len(report.observations_of("candidate")) == 6
    assert report["summary"].startswith("3 of 6 connections let "), report["summary"]
    assert feared.attempt(pki.mallory) == ("accepted", "http")
    assert feared.findings["accepted-unexpectedly"] == "critical"
    assert feared.findings["bindings-disagree"] == "warning"
    assert len(short.observations_of("candidate")) == 2


PKCS1_ONLY = "ssl_conf_command ClientSignatureAlgorithms RSA+SHA256:RSA+SHA512;"
ALSO_FOR_TLS13 = "ssl_conf_command ClientSignatureAlgorithms ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256;"


def test_tls13_that_breaks_off_before_the_server_asks(pki, probe):
    with nginx(nginx_block(pki, "on", pki.root.certificate, extra="ssl_verify_depth 3;" + PKCS1_ONLY)) as port:
        report = probe.ask(port, "--cert", pki.alice.file, "--expect-issuers", pki.root.certificate)
        alone = probe.ask(port)
        lists = probe.json("--list-only", "--expect-issuers", pki.root.certificate, f"127.0.0.1:{port}")
        only13 = probe.ask(port, "--tls", "1.3")

    assert report.findings["bindings-disagree"] == "critical" and report["verdict"] == "critical"
    assert report["summary"].startswith("TLS 1.3 breaks off before the server asks for a certificate, and TLS 1.2 works")
    assert report["expected"]["result"] == "match" and listed(report.request) == subjects([pki.root])
    assert report.attempt(pki.alice) == ("accepted", "http")
    assert report.attempted(pki.alice)["negotiated"]["version"] == "1.2"
    assert alone.findings == {"bindings-disagree": "warning"}
    assert lists.findings["bindings-disagree"] == "critical" and lists["expected"]["result"] == "match"
    assert only13["verdict"] == "unknown"


def test_the_remedy_for_it_mends_it(pki, probe):
    with nginx(nginx_block(pki, "on", pki.root.certificate, extra="ssl_verify_depth 3;" + ALSO_FOR_TLS13)) as port:
        report = probe.ask(port, "--cert", pki.alice.file)

    assert report["verdict"] == "ok" and report.attempted(pki.alice)["negotiated"]["version"] == "1.3"


def test_a_command_to_paste_finds_the_target_again(pki, probe):
    with nginx(nginx_block(pki, "on", pki.root.certificate),
               nginx_block(pki, "on", pki.other.certificate, "other.test")) as port:
        report = probe.json("--connect", f"127.0.0.1:{port}", "--sni", "other.test", "--path", "/a?b='c'&d=$e",
                            f"https://nodns.invalid:{port}/")
        [line] = [line for remedy in finding(report, "bindings-disagree")["remedies"] for line in remedy["commands"]
                  if "--repeat" in line]
        program, *words = shlex.split(line)
        again = probe.json(*words)

    assert program == "mtls-probe" and "bindings-disagree" in again.findings
    assert again["target"]["path"] == "/a?b='c'&d=$e" and len(again.observations_of()) >= 80
