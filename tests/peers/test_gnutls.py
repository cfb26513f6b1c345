"""mtls-probe against gnutls-serv: another TLS library, with its own habits and alerts."""
import pytest

from support import der
from support.pki import many_names, names_of_size, subjects
from support.probe import listed
from support.servers import gnutls_serv
from support.witness import alert

ONLY = {"1.2": ["--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2"], "1.3": ["--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.3"]}


@pytest.mark.parametrize("count", [1, 3, 200])
@pytest.mark.parametrize("require", [True, False], ids=["required", "optional"])
def test_the_list_is_what_the_server_was_given(pki, probe, count, require):
    cas = [pki.root, *pki.named(*many_names(count - 1))]
    with gnutls_serv(pki, "--http", "--x509cafile", pki.bundle(f"gnutls-{count}", cas),
                     *(["--require-client-cert"] if require else [])) as port:
        report = probe.ask(port)

    assert report["request"]["status"] == "list"
    assert report["request"]["required"] == ("yes" if require else "no")
    for version in ("1.2", "1.3"):
        [request] = report.requests(version)
        assert listed(request) == subjects(cas)
        assert request["stage"] == "handshake" and request["error"] is None


def test_no_ca_is_an_empty_list(pki, probe):
    with gnutls_serv(pki, "--http") as port:
        report = probe.ask(port)

    assert report["request"]["status"] == "empty"
    for version in ("1.2", "1.3"):
        assert [listed(one) or [] for one in report.requests(version)] == [[]]


def test_a_server_that_does_not_ask(pki, probe):
    with gnutls_serv(pki, "--http", "--disable-client-cert") as port:
        report = probe.ask(port)

    assert report["request"]["status"] == "none" and report["request"]["required"] == "no"


def test_a_list_of_nearly_64_kib(pki, probe):
    cas = pki.named(*names_of_size(65000))
    with gnutls_serv(pki, "--http", "--x509cafile", pki.bundle("gnutls-largest", cas)) as port:
        report = probe.ask(port)

    for version in ("1.2", "1.3"):
        assert [listed(one) for one in report.requests(version)] == [subjects(cas)]


@pytest.mark.parametrize("version", ONLY)
def test_each_certificate_is_tried(pki, probe, version):
    good = [pki.alice, pki.alice_ec, pki.alice_ed25519]
    bad = [pki.mallory, pki.expired, pki.not_yet_valid, pki.leaf_only]
    files = [word for one in good + bad for word in ("--cert", one.file)]
    with gnutls_serv(pki, "--http", "--require-client-cert", "--verify-client-cert", "--x509cafile",
                     pki.root.certificate, *ONLY[version]) as port:
        report = probe.ask(port, *files)
        # The alerts differ between versions of GnuTLS.
        alerts = {issued.file: alert(port, version, issued) for issued in bad}
        alert_alone = alert(port, version)

    for issued in good:
        assert report.attempt(issued) == ("accepted", "http"), issued.file
    for issued in bad:
        assert report.attempt(issued) == ("rejected", "alert"), issued.file
        seen = report.attempted(issued)
        assert seen["certificate_sent"] and seen["alert"]["direction"] == "received"
        assert seen["alert"]["code"] == alerts[issued.file]
        assert seen["alert"]["phase"] == ("handshake" if version == "1.2" else "after_handshake")
    assert report["without_certificate"]["result"] == "rejected"
    alone = report["observations"][report["without_certificate"]["observation"]]
    assert alone["alert"]["code"] == alert_alone
    assert report["request"]["required"] == "yes"


def test_silence_proves_nothing_in_tls_13(pki, probe):
    with gnutls_serv(pki, "--echo", "--require-client-cert", "--verify-client-cert", "--x509cafile",
                     pki.root.certificate) as port:
        report = probe.ask(port, "--tls", "1.3", "--no-http", "--settle", "0.3", "--cert", pki.alice.file, "--cert",
                           pki.mallory.file)

    assert report.attempt(pki.alice) == ("undetermined", None)
    assert report.attempt(pki.mallory) == ("rejected", "alert")


def test_a_renewed_ca_is_listed_twice(pki, probe):
    """Two CA certificates with one name: OpenSSL lists it once, GnuTLS twice."""
    renewed = der.certificate_named(pki.root.subject, pki.other.der)
    with gnutls_serv(pki, "--http", "--x509cafile", pki.bundle("renewed", [pki.root, pki.other, renewed])) as port:
        report = probe.ask(port, "--expect-issuers", pki.bundle("renewed-wanted", [pki.root, pki.other]))

    for version in ("1.2", "1.3"):
        assert [listed(one) for one in report.requests(version)] == [subjects([pki.root, pki.other, pki.root])]
    assert report["expected"]["result"] == "match"  # the same set
    [duplicate] = report["expected"]["duplicates"]
    assert duplicate["count"] == 2 and duplicate["name"] == "CN=Test Root CA,O=Probe Tests,C=DE"
    assert report.findings["duplicate-issuer"] == "info"
