"""Ways to TLS that do not begin with TLS: STARTTLS and proxies in front of a real openssl s_server."""
import pytest

from support.probe import listed
from support.raw import serving
from support.relay import hear, http_proxy, relay
from support.servers import s_server

TALKS = {  # what the server says, and what it must hear before it goes on; the examples of the RFCs
    "smtp": [(b"220 mail ESMTP\r\n", b"EHLO"), (b"250-mail\r\n250 STARTTLS\r\n", b"STARTTLS\r\n"), (b"220 go\r\n", None)],
    "imap": [(b"* OK ready\r\n", b"STARTTLS\r\n"), (b"a OK begin\r\n", None)],
    "pop3": [(b"+OK ready\r\n", b"STLS\r\n"), (b"+OK begin\r\n", None)],
    "ftp": [(b"220 ready\r\n", b"AUTH TLS\r\n"), (b"234 go\r\n", None)],
    "postgres": [(b"", b"\x00\x00\x00\x08\x04\xd2\x16\x2f"), (b"S", None)],
    "ldap": [(b"", b"1.3.6.1.4.1.1466.20037"), (b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00", None)],
}


def starttls_before(port, talk):
    def behave(_, client):
        for say, until in talk:
            client.sendall(say)
            if until:
                hear(client, until)
        relay(client, port)

    return behave


def socks_proxy(_, client):
    assert client.recv(3) == b"\x05\x01\x00"
    client.sendall(b"\x05\x00")
    request = client.recv(300)
    client.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
    relay(client, int.from_bytes(request[-2:], "big"))


@pytest.fixture(scope="module")
def server(pki):
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.bundle("detour", [pki.root])) as port:
        yield port


@pytest.mark.parametrize("protocol", TALKS)
def test_starttls(pki, probe, server, protocol):
    with serving(starttls_before(server, TALKS[protocol])) as front:
        report = probe.ask(front.port, "--starttls", protocol, "--cert", pki.alice.file)

    assert report["target"]["starttls"] == protocol and report["target"]["path"] is None
    assert [listed(one) for one in report.requests()] == [[pki.root.subject]] * 2
    assert report["request"]["required"] == "yes"


def test_starttls_that_is_refused(pki, probe):
    def behave(_, client):
        client.sendall(b"220 mail ESMTP\r\n")
        hear(client, b"EHLO")
        client.sendall(b"250 mail\r\n")
        hear(client, b"STARTTLS")
        client.sendall(b"502 not here\x1b[31m\r\n")

    with serving(behave) as front:
        result = probe.run("--starttls", "smtp", f"127.0.0.1:{front.port}")

    assert result.code == 3
    assert "502 not here" in result.text and "\x1b" not in result.text


@pytest.mark.parametrize("scheme, behave", [("http", http_proxy), ("socks5", socks_proxy)])
def test_through_a_proxy(pki, probe, server, scheme, behave):
    with serving(behave) as proxy:
        report = probe.ask(server, "--proxy", f"{scheme}://127.0.0.1:{proxy.port}", "--cert", pki.alice.file)
        assert proxy.taken == 3  # nothing went past it

    assert [listed(one) for one in report.requests()] == [[pki.root.subject]] * 2
    assert report.attempt(pki.alice) == ("accepted", "http")


def test_a_proxy_that_refuses(probe):
    def behave(_, client):
        hear(client, b"\r\n\r\n")
        client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

    with serving(behave) as proxy:
        result = probe.run("--proxy", f"http://127.0.0.1:{proxy.port}", "nosuch.invalid")

    assert result.code == 3
    assert "407" in result.text and "proxy" in result.text
