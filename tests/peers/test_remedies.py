"""The remedies of the report, applied to the configuration of the real server, mend what the report complained of."""
import pytest

from support.servers import apache, haproxy, nginx, nginx_block

PLACES = ["/etc/nginx/CLIENT_CAS.pem", "/etc/ssl/CLIENT_CAS.pem", "CLIENT_CAS.pem"]  # to be filled in by the reader


def remedy(report, finding, server, cas):
    """The lines that the report says to put into this server's configuration, with our file of CAs filled in."""
    assert report["verdict"] in ("warning", "critical")
    [found] = [one for one in report["findings"] if one["id"] == finding]
    lines = [line for one in found["remedies"] if one["applies_to"] == server for line in one["commands"]]
    assert lines, found["remedies"]
    for place in PLACES:
        lines = [line.replace(place, str(cas)) for line in lines]
    return lines


def applied(configuration, lines):
    """The lines in place of those that set the same directive."""
    set_by_them = {line.split()[0] for line in lines}
    kept = [line for line in configuration if line.split()[0] not in set_by_them]
    return kept + lines


@pytest.fixture(scope="module")
def wanted(pki):
    return pki.bundle("wanted", [pki.root, pki.inter])


NGINX_FAULTS = {
    "trusted, but not named": ("expected-issuer-missing",
                               ["ssl_verify_client on;", "ssl_verify_depth 3;", "ssl_client_certificate {other};",
                                "ssl_trusted_certificate {wanted};"]),
    "two settings": ("list-differs-from-trust",
                     ["ssl_verify_client on;", "ssl_verify_depth 3;", "ssl_client_certificate {other};",
                      "ssl_trusted_certificate {wanted};"]),
    "no names at all": ("issuer-list-empty", ["ssl_verify_client optional_no_ca;"]),
    "nobody asks": ("no-certificate-request", ["ssl_verify_client off;", "ssl_verify_depth 3;"]),
    "the chain is longer than the depth": ("untrusted-by-server",
                                           ["ssl_verify_client on;", "ssl_client_certificate {wanted};",
                                            "ssl_verify_depth 0;"]),
}


@pytest.mark.parametrize("fault", NGINX_FAULTS)
def test_nginx(pki, probe, wanted, fault):
    finding, lines = NGINX_FAULTS[fault]
    lines = [line.format(wanted=wanted, other=pki.other.certificate) for line in lines]
    question = ["--expect-issuers", wanted, "--cert", pki.alice.file]

    def ask(configuration):
        block = nginx_block(pki, "on").replace("ssl_verify_client on;", "\n".join(configuration))
        with nginx(block) as port:
            return probe.ask(port, *question)

    lines = applied(lines, remedy(ask(lines), finding, "nginx", wanted))
    report = ask(lines)
    assert report["verdict"] == "ok", (lines, report["summary"])
    assert report.attempt(pki.alice) == ("accepted", "http")


def test_nginx_answers_without_the_name_as_with_it(pki, probe, wanted):
    named = nginx_block(pki, "on", wanted, "one.test", "ssl_verify_depth 3;")

    def ask(directives):
        default = nginx_block(pki, "off", name="default.test").replace("ssl_verify_client off;", directives)
        with nginx(default, named) as port:
            return probe.json("--connect", f"127.0.0.1:{port}", f"https://one.test:{port}/", "--cert", pki.alice.file)

    lines = remedy(ask("ssl_verify_client off;"), "bindings-disagree", "nginx", wanted)
    assert ask("\n".join(lines))["verdict"] == "ok", lines


def test_nginx_lets_nobody_in_any_more(pki, probe, wanted):
    def ask(directives):
        block = nginx_block(pki, "on", wanted, extra="ssl_verify_depth 3;")
        with nginx(block.replace("ssl_verify_client on;", directives)) as port:
            return probe.ask(port, "--expect-outcome", "reject", "--cert", pki.mallory.file)

    lines = remedy(ask("ssl_verify_client optional;"), "accepted-without-certificate", "nginx", wanted)
    assert ask("\n".join(lines))["verdict"] == "ok", lines


APACHE_FAULTS = {
    "other names than trusted": ("expected-issuer-missing",
                                 ["SSLVerifyClient require", "SSLVerifyDepth 3", "SSLCACertificateFile {wanted}",
                                  "SSLCADNRequestFile {other}"]),
    "two settings": ("list-differs-from-trust",
                     ["SSLVerifyClient require", "SSLVerifyDepth 3", "SSLCACertificateFile {wanted}",
                      "SSLCADNRequestFile {other}"]),
    "trusts another CA": ("expected-issuer-missing", ["SSLVerifyClient require", "SSLVerifyDepth 3",
                                                      "SSLCACertificateFile {other}"]),
    "nobody asks": ("no-certificate-request", ["SSLVerifyClient none", "SSLVerifyDepth 3",
                                               "SSLCACertificateFile {wanted}"]),
    "the chain is longer than the depth": ("untrusted-by-server", ["SSLVerifyClient require", "SSLVerifyDepth 0",
                                                                   "SSLCACertificateFile {wanted}"]),
    "the root is not in the file": ("untrusted-by-server", ["SSLVerifyClient require", "SSLVerifyDepth 3",
                                                            "SSLCACertificateFile {inter}"]),
}


@pytest.mark.parametrize("fault", APACHE_FAULTS)
def test_apache(pki, probe, wanted, fault):
    finding, lines = APACHE_FAULTS[fault]
    lines = [line.format(wanted=wanted, other=pki.other.certificate, inter=pki.inter.certificate) for line in lines]

    def ask(configuration):
        with apache(pki, "\n".join(configuration)) as port:
            return probe.ask(port, "--expect-issuers", wanted, "--cert", pki.alice.file)

    lines = applied(lines, remedy(ask(lines), finding, "apache", wanted))
    report = ask(lines)
    assert report["verdict"] == "ok", (lines, report["summary"])
    assert report.attempt(pki.alice) == ("accepted", "http")


def test_apache_that_lacks_the_root_is_not_said_to_have_two_settings(pki, probe):
    with apache(pki, f"SSLVerifyClient require\nSSLVerifyDepth 3\nSSLCACertificateFile {pki.inter.certificate}") as port:
        report = probe.ask(port, "--cert", pki.alice.file)

    assert "list-differs-from-trust" not in report.findings
    [why] = [one for one in report["findings"] if one["id"] == "untrusted-by-server"]
    assert "names an intermediate above it and not the root" in str(why["evidence"]) and "OpenSSL" in str(why["evidence"])


HAPROXY_FAULTS = {
    "trusted, but not named": ("expected-issuer-missing", "ca-file {other} ca-verify-file {wanted} verify required"),
    "two settings": ("list-differs-from-trust", "ca-file {other} ca-verify-file {wanted} verify required"),
    "no names at all": ("issuer-list-empty", "ca-file {wanted} no-ca-names verify required"),
    "nobody asks": ("no-certificate-request", ""),
}


@pytest.mark.parametrize("fault", HAPROXY_FAULTS)
def test_haproxy(pki, probe, wanted, fault):
    finding, tls = HAPROXY_FAULTS[fault]

    def ask(words):
        with haproxy(pki, words) as port:
            return probe.ask(port, "--expect-issuers", wanted, "--cert", pki.alice.file)

    report = ask(tls.format(wanted=wanted, other=pki.other.certificate))
    [line] = remedy(report, finding, "haproxy", wanted)
    report = ask(line.split(" crt SERVER.pem ")[1])
    assert report["verdict"] == "ok", (line, report["summary"])
    assert report.attempt(pki.alice) == ("accepted", "http")
