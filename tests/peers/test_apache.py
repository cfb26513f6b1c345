"""mtls-probe against Apache: certificates asked for by path, by renegotiation (1.2) and after the handshake (1.3)."""
import pytest

from support.pki import many_names, subjects
from support.probe import listed
from support.servers import apache
from support.witness import in_order_of_s_client

VERSIONS = {"1.2": "renegotiation", "1.3": "post_handshake"}


def by_location(ca, verify):
    return f"""
    SSLCACertificateFile {ca}
    SSLVerifyClient none
    SSLVerifyDepth 3
    <Location /secret>
        SSLVerifyClient {verify}
    </Location>"""


@pytest.mark.parametrize("version", VERSIONS)
def test_a_location_that_requires_a_certificate(pki, probe, version):
    cas = [pki.root, *pki.named(*many_names(3)), pki.other]
    with apache(pki, by_location(pki.bundle("apache-require", cas), "require"), pages=["secret"]) as port:
        report = probe.json(f"https://127.0.0.1:{port}/secret/", "--tls", version, "--cert", pki.alice.file, "--cert",
                            pki.alice_ed25519.file, "--cert", pki.expired.file)

    [request] = report.requests(version)
    assert request["stage"] == VERSIONS[version]
    assert sorted(listed(request)) == sorted(subjects(cas))  # Apache sorts SSLCACertificateFile
    assert report["request"]["status"] == "list" and report["request"]["required"] == "yes"
    assert report.attempt(pki.alice) == ("accepted", "http")
    assert report.attempt(pki.alice_ed25519) == ("accepted", "http")
    assert report.attempted(pki.alice)["certificate_sent"]
    assert report.attempted(pki.alice)["http"]["status"] == 200
    assert report.attempt(pki.expired)[0] == "rejected"
    assert report["without_certificate"]["result"] == "rejected"
    assert report.findings["late-certificate-request"] == "info"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_location_that_takes_a_certificate_if_there_is_one(pki, probe, version):
    with apache(pki, by_location(pki.root.certificate, "optional"), pages=["secret"]) as port:
        report = probe.json(f"https://127.0.0.1:{port}/secret/", "--tls", version, "--cert", pki.alice.file, "--cert",
                            pki.mallory.file)

    [request] = report.requests(version)
    assert request["stage"] == VERSIONS[version]
    assert listed(request) == subjects([pki.root])
    assert report["request"]["required"] == "no"
    assert report["without_certificate"]["result"] == "accepted"
    assert report.attempt(pki.alice) == ("accepted", "http")
    assert report.attempt(pki.mallory)[0] == "rejected"


def test_both_versions_in_one_run(pki, probe):
    with apache(pki, by_location(pki.root.certificate, "require"), pages=["secret"]) as port:
        report = probe.json(f"https://127.0.0.1:{port}/secret/")
        elsewhere = probe.json(f"https://127.0.0.1:{port}/")

    for version, stage in VERSIONS.items():
        assert [(one["stage"], listed(one)) for one in report.requests(version)] == [(stage, subjects([pki.root]))]
    assert report["request"]["required"] == "yes"
    assert elsewhere["request"]["status"] == "none" and not elsewhere.requests()
    assert [one["http"]["status"] for one in elsewhere["observations"]] == [200, 200]


def test_a_host_that_requires_a_certificate(pki, probe):
    cas = [*pki.named(*reversed(many_names(9))), pki.root, pki.other]
    with apache(pki, f"SSLCACertificateFile {pki.bundle('apache-host', cas)}\nSSLVerifyClient require\n"
                "SSLVerifyDepth 3") as port:
        reports = {version: probe.ask(port, "--tls", version, "--cert", pki.alice.file, "--cert", pki.leaf_only.file)
                   for version in VERSIONS}
        ordered = in_order_of_s_client(port, "1.2", cas)  # Apache sorts SSLCACertificateFile

    assert sorted(subjects(ordered)) == sorted(subjects(cas))

    for version, report in reports.items():
        [request] = report.requests(version)
        assert request["stage"] == "handshake"
        assert listed(request) == subjects(ordered)
        assert report["request"]["required"] == "yes"
        assert report.attempt(pki.alice) == ("accepted", "http")
        assert report.attempt(pki.leaf_only) == ("rejected", "alert")
        assert report.attempted(pki.leaf_only)["alert"]["code"] == 48


def test_a_list_of_its_own(pki, probe):
    """SSLCADNRequestFile: what is listed and what is trusted differ."""
    shown = pki.named(*many_names(200))
    with apache(pki, f"SSLCACertificateFile {pki.root.certificate}\nSSLVerifyDepth 3\nSSLVerifyClient require\n"
                f"SSLCADNRequestFile {pki.bundle('apache-shown', shown)}") as port:
        report = probe.ask(port, "--cert", pki.alice.file, "--cert", pki.mallory.file)

    for version in VERSIONS:
        [request] = report.requests(version)
        assert listed(request) == subjects(shown)
    # Not listed and yet taken: a client that filters would never have sent it.
    assert report.attempt(pki.alice) == ("accepted", "http")
    assert report.candidate(pki.alice)["issuer_match"]["advertised"] is False
    assert report.attempt(pki.mallory) == ("rejected", "alert")
    assert "issuer-not-advertised" in report.findings


@pytest.mark.parametrize("depth, taken", [(None, False), (1, False), (2, True)])
def test_the_depth_of_apache_counts_the_root_as_well(pki, probe, depth, taken):
    """What `explain 22` says of SSLVerifyDepth, whose default is 1."""
    extra = f"SSLCACertificateFile {pki.root.certificate}\nSSLVerifyClient require\n"
    with apache(pki, extra + ("" if depth is None else f"SSLVerifyDepth {depth}")) as port:
        report = probe.json(f"https://127.0.0.1:{port}/", "--cert", pki.alice.file)

    assert report.attempt(pki.alice)[0] == ("accepted" if taken else "rejected")


def test_a_late_request_says_that_browsers_cannot_answer_it(pki, probe):
    with apache(pki, by_location(pki.root.certificate, "require"), pages=["secret"]) as port:
        late = probe.json(f"https://127.0.0.1:{port}/secret/", "--cert", pki.alice.file)

    finding = late.finding("late-certificate-request")
    assert finding["severity"] == "info" and "in TLS 1.3 browsers cannot answer that" in finding["summary"]
