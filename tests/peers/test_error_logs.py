"""`mtls-probe explain` reads the error logs that nginx, Apache and HAProxy write, as the remedies say to switch them on."""
import socket

import pytest

from support.probe import document_of
from support.servers import apache, haproxy, nginx, nginx_block

UNKNOWN = "OpenSSL verification 20 X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY"
EXPIRED = "OpenSSL verification 10 X509_V_ERR_CERT_HAS_EXPIRED"


def causes(probe, log):
    [told] = document_of(probe.run("explain", "--format", "json", log), "explain")["error_logs"]
    return {one["readings"][0]["title"]: one for one in told["causes"]}


def tried(pki, probe, port):
    """Nobody, and three candidates: one that is let in, one of another CA, one that has expired."""
    words = [word for one in (pki.alice, pki.mallory, pki.expired) for word in ("--cert", one.file)]
    return probe.json(f"https://localhost:{port}/a?b", "--connect", "127.0.0.1", "--tls", "1.2", *words)


def test_nginx(pki, probe, tmp_path):
    extra = f"error_log {tmp_path / 'error.log'} info;"
    with nginx(nginx_block(pki, "on", pki.bundle("both", [pki.root, pki.inter]), extra=extra)) as port:
        tried(pki, probe, port)
    told = causes(probe, tmp_path / "error.log")

    assert "nginx: client sent no required SSL certificate" in told and EXPIRED in told
    [of_mallory] = [one for title, one in told.items() if title.startswith("OpenSSL verification 2")]  # 20 or 21
    assert of_mallory["clients"] == [{"client": "127.0.0.1", "where": f"localhost:{port}/a", "count": 1}]


def test_apache(pki, probe, tmp_path):
    extra = f"""ErrorLog {tmp_path / 'error.log'}
    SSLCACertificateFile {pki.bundle("both", [pki.root, pki.inter])}
    SSLVerifyClient require
    SSLVerifyDepth 3"""
    with apache(pki, extra) as port:
        tried(pki, probe, port)
    told = causes(probe, tmp_path / "error.log")

    assert {UNKNOWN, EXPIRED, "OpenSSL: peer did not return a certificate"} <= set(told)
    assert told[UNKNOWN]["clients"][0]["client"] == "127.0.0.1"


@pytest.mark.parametrize("told_to", [True, False])
def test_haproxy(pki, probe, tmp_path, told_to):
    """By default its log has no number; with the remedy's error-log-format it has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as syslog:
        syslog.bind(("127.0.0.1", 0))
        syslog.settimeout(5)
        cas = pki.bundle("both", [pki.root, pki.inter])
        log = f"log 127.0.0.1:{syslog.getsockname()[1]} format rfc3164 local0\n    option httplog"
        bind = f"ca-file {cas} verify required\n    {log}"
        with haproxy(pki, bind) as port:
            report = tried(pki, probe, port)
        [fix] = [one["commands"] for one in report.finding("rejected-by-alert")["remedies"]
                 if one["applies_to"] == "haproxy"]
        if told_to:
            with haproxy(pki, bind + "\n    " + fix[0]) as port:
                drain(syslog)
                tried(pki, probe, port)
        (tmp_path / "haproxy.log").write_bytes(b"\n".join(drain(syslog)))
    told = set(causes(probe, tmp_path / "haproxy.log"))

    assert ({UNKNOWN, EXPIRED} <= told) == told_to
    assert ("HAProxy: SSL client certificate not trusted" in told) == (not told_to)


def drain(syslog):
    lines = []
    try:
        while True:
            lines.append(syslog.recv(65536))
            syslog.settimeout(0.3)
    except TimeoutError:
        syslog.settimeout(5)
        return lines
