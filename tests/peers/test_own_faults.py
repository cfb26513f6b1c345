"""Certificates that OpenSSL refuses whomever it trusts, at real servers: the report names the fault first."""
import time

import pytest

from support.pki import CA, CLIENT, EC, openssl
from support.servers import apache, haproxy, nginx, nginx_block

ANY = ["basicConstraints=CA:FALSE", "extendedKeyUsage=anyExtendedKeyUsage"]
FOR_ONE_DOMAIN = [*CA, "nameConstraints=critical,permitted;DNS:corp.example"]
ELSEWHERE = [*CLIENT, "subjectAltName=DNS:alice.example.org"]
ODD = [*CLIENT, "1.2.3.4.5=critical,DER:0500"]

UNTRUSTED, USAGE, EXPIRED = "untrusted-by-server", "client-auth-usage-missing", "certificate-expired"

# label: the extensions of a CA between it and the issuing CA's root (or none), its own, its key, what stands in the
# finding's summary, and the finding
FAULTS = {
    "any-usage": (None, ANY, EC, "any-usage.pem for client authentication", USAGE),
    "ca-for-servers": ([*CA, "extendedKeyUsage=serverAuth"], CLIENT, EC, "ca-for-servers.pem for client", USAGE),
    "rsa-1024": (None, CLIENT, ["rsa:1024"], "the weak key (RSA 1024)", UNTRUSTED),
    "sha-1": (None, CLIENT, EC, "the weak signature (ecdsa-with-SHA1)", UNTRUSTED),
    "critical": (None, ODD, EC, "a critical extension that it does not know (1.2.3.4.5)", UNTRUSTED),
    "constraints": (FOR_ONE_DOMAIN, ELSEWHERE, EC, "the name constraints of a CA above it", UNTRUSTED),
    "expired-ca": ("expired", CLIENT, EC, "A CA above expired-ca.pem has expired", EXPIRED),
}


@pytest.fixture(scope="module")
def faulty(pki):
    """Each certificate of FAULTS, with its chain."""
    made = {}
    for label, (between, extensions, key, _, _) in FAULTS.items():
        issuer = pki.inter
        if between == "expired":
            issuer = expired_ca(pki)
        elif between:
            issuer = pki.issue(f"{label}-issuer", f"/O=Probe Tests/CN={label} issuer", between, by=pki.root)
        weak = ["rsa:1024"] if label == "rsa-1024" else key
        added = [*weak, "-sha1"] if label == "sha-1" else weak
        made[label] = pki.issue(label, f"/O=Probe Tests/CN={label}", extensions, by=issuer, chain=[issuer], key=added)
    return made


def expired_ca(pki):
    """An intermediate of last year."""
    (pki.folder / "ca.cnf").write_text("\n".join(CA) + "\n")
    (pki.folder / "index.txt").touch()
    openssl("req", "-new", "-nodes", "-config", "openssl.cnf", "-newkey", *EC, "-keyout", "old-ca.key", "-out",
            "old-ca.csr", "-subj", "/O=Probe Tests/CN=Old Issuing CA", cwd=pki.folder)
    openssl("ca", "-batch", "-notext", "-config", "openssl.cnf", "-create_serial", "-rand_serial", "-in", "old-ca.csr",
            "-out", "old-ca.crt", "-startdate", "20200101000000Z", "-enddate", "20210101000000Z", "-cert",
            pki.root.certificate, "-keyfile", pki.root.key, "-extfile", "ca.cnf", cwd=pki.folder)
    return pki._bundle("old-ca", ())


def nginx_here(pki):
    return nginx(nginx_block(pki, "on", pki.bundle("faults", [pki.root, pki.inter]), extra="ssl_verify_depth 3;"))


def apache_here(pki):
    return apache(pki, f"SSLVerifyClient require\nSSLVerifyDepth 3\nSSLCACertificateFile "
                  f"{pki.bundle('faults', [pki.root, pki.inter])}")


def haproxy_here(pki):
    return haproxy(pki, f"ca-file {pki.bundle('faults', [pki.root, pki.inter])} verify required")


@pytest.mark.parametrize("server", [nginx_here, apache_here, haproxy_here])
def test_a_fault_of_the_certificate_is_named_first(pki, probe, faulty, server):
    with server(pki) as port:
        reports = {label: probe.ask(port, "--cert", one.file) for label, one in faulty.items()}

    for label, report in reports.items():
        *_, words, finding = FAULTS[label]
        assert report.attempt(faulty[label])[0] == "rejected", label
        first = report["findings"][0]
        assert (first["id"], first["severity"]) == (finding, "critical"), (label, report["summary"])
        assert words in first["summary"] and words in report["summary"], (label, report["summary"])
        assert "one file" not in str(first["remedies"]), label
        assert first["remedies"][0]["applies_to"] == "client"
        assert ("likely" in first["summary"]) == (finding != EXPIRED), first["summary"]


def test_a_report_has_the_dates_of_the_chain(pki, probe, faulty):
    with nginx_here(pki) as port:
        report = probe.ask(port, "--cert", faulty["expired-ca"].file)

    [link] = report.candidate(faulty["expired-ca"])["chain"]
    assert (link["not_before"], link["not_after"]) == ("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z")


def revocation_list(pki, days, label):
    """Of the root and of the issuing CA, in one file; `days` may lie in the past."""
    at = lambda day: time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + day * 86400))
    (pki.folder / "index.txt").touch()
    lists = b""
    for one in (pki.root, pki.inter):
        lists += openssl("ca", "-config", "openssl.cnf", "-gencrl", "-md", "sha256", "-crl_lastupdate", at(-40),
                         "-crl_nextupdate", at(days), "-cert", one.certificate, "-keyfile", one.key, cwd=pki.folder)
    file = pki.folder / f"{label}.crl"
    file.write_bytes(lists)
    return file


def test_a_revocation_list_that_is_out_of_date_is_what_an_alert_about_a_date_means(pki, probe):
    stale = revocation_list(pki, -1, "stale")
    cas = pki.bundle("faults", [pki.root, pki.inter])
    with haproxy(pki, f"ca-file {cas} crl-file {stale} verify required") as port:
        by_haproxy = probe.ask(port, "--cert", pki.alice.file)
    with apache(pki, f"SSLVerifyClient require\nSSLVerifyDepth 3\nSSLCACertificateFile {cas}\n"
                f"SSLCARevocationCheck chain\nSSLCARevocationFile {stale}") as port:
        by_apache = probe.ask(port, "--cert", pki.alice.file)

    [finding] = [one for one in by_haproxy["findings"] if one["id"] == "rejected-by-alert"]
    assert by_haproxy.attempted(pki.alice)["alert"]["code"] == 45
    assert "a revocation list or a CA at the server has likely expired" in by_haproxy["summary"]
    assert any("Renew the revocation lists of crl-file" in one["text"] for one in finding["remedies"])
    [finding] = [one for one in by_apache["findings"] if one["id"] == "rejected-by-alert"]
    assert by_apache.attempted(pki.alice)["alert"]["code"] == 46
    assert "a revocation list that has expired" in str(finding["evidence"])


@pytest.mark.parametrize("key, name", [(["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], "ECDSA+SHA384"),
                                       (["ed25519"], "ed25519"),
                                       (["rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"], "rsa_pss_pss_sha256")])
def test_the_signature_algorithms_that_are_recommended_let_the_key_in(pki, probe, key, name):
    candidate = pki.client(f"key-{name.replace('+', '-')}", pki.inter, chain=[pki.inter], key=key)
    cas = pki.bundle("faults", [pki.root, pki.inter])

    def ask(line):
        with nginx(nginx_block(pki, "on", cas, extra=f"ssl_verify_depth 3; {line}")) as port:
            return probe.ask(port, "--tls", "1.3", "--cert", candidate.file)

    report = ask("ssl_conf_command ClientSignatureAlgorithms RSA-PSS+SHA256;")
    [found] = [one for one in report["findings"] if one["id"] == "signature-algorithm-not-offered"]
    [line] = [line for one in found["remedies"] if one["applies_to"] == "nginx" for line in one["commands"]]
    assert name in line
    assert ask(line).attempt(candidate) == ("accepted", "http"), line
