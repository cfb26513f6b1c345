"""--list-only on real servers: the same list as the ordinary probe reads through libssl, and where libssl gives up."""
import subprocess

import pytest

from support.pki import many_names, subjects
from support.probe import listed
from support.raw import serving
from support.servers import gnutls_serv, nginx, nginx_block, s_server
from support.two_readers import agree, both
from peers.test_detours import TALKS, http_proxy, socks_proxy, starttls_before

RC4 = "NONE:+VERS-TLS1.0:+ARCFOUR-128:+SHA1:+MD5:+RSA:+SIGN-ALL:+COMP-NULL"


@pytest.mark.parametrize("version", ["tls1", "tls1_1", "tls1_2", "tls1_3"])
def test_s_server_in_each_version(pki, probe, version):
    cas = pki.named(*many_names(40)) + [pki.root]
    with s_server(pki, "-www", "-Verify", "5", "-CAfile", pki.bundle(f"list-only-{version}", cas), f"-{version}",
                  "-cipher", "ALL:@SECLEVEL=0") as port:
        ordinary, listing = both(probe, f"127.0.0.1:{port}")

    agree(ordinary, listing)
    assert listed(listing.request) == subjects(cas)
    seen = listing["observations"][listing["request"]["observation"]]
    spoken = {"tls1": "1.0", "tls1_1": "1.1", "tls1_2": "1.2", "tls1_3": "1.3"}[version]
    assert seen["outcome"] == "completed" and seen["negotiated"]["version"] == spoken
    assert [one["sha256"] for one in seen["server_certificates"]] == \
        [one["sha256"] for one in ordinary["observations"][ordinary["request"]["observation"]]["server_certificates"]]


@pytest.mark.parametrize("suite", ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"])
def test_s_server_with_each_suite_of_tls_13(pki, probe, suite):
    with s_server(pki, "-www", "-Verify", "5", "-CAfile", pki.bundle("list-only", [pki.root]), "-tls1_3",
                  "-ciphersuites", suite) as port:
        ordinary, listing = both(probe, f"127.0.0.1:{port}")

    agree(ordinary, listing)
    assert listing["observations"][0]["negotiated"] == {"version": "1.3", "cipher": suite, "group": "x25519",
                                                         "alpn": None}


@pytest.mark.parametrize("group", ["P-256", "P-384", "P-521", "X448", "ffdhe2048"])
def test_s_server_that_wants_another_group(pki, probe, group):
    with s_server(pki, "-www", "-Verify", "5", "-CAfile", pki.bundle("list-only", [pki.root]), "-tls1_3", "-groups",
                  group) as port:
        ordinary, listing = both(probe, f"127.0.0.1:{port}")

    agree(ordinary, listing)
    hellos = [one for one in listing["observations"][0]["messages"] if one["name"] == "ClientHello"]
    assert len(hellos) == 2
    assert listed(listing.request) == [pki.root.subject]


@pytest.mark.parametrize("priority", ["NORMAL", "NORMAL:-VERS-ALL:+VERS-TLS1.2", "NORMAL:-GROUP-ALL:+GROUP-SECP384R1",
                                      "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+CHACHA20-POLY1305",
                                      "NORMAL:-VERS-ALL:+VERS-TLS1.0:-CIPHER-ALL:+3DES-CBC"])
def test_gnutls(pki, probe, priority):
    cas = pki.named(*many_names(5)) + [pki.root]
    with gnutls_serv(pki, "--x509cafile", pki.bundle("list-only-gnutls", cas), "--require-client-cert", "--priority", priority) as port:
        ordinary, listing = both(probe, f"127.0.0.1:{port}")

    agree(ordinary, listing)
    assert sorted(listed(listing.request)) == sorted(subjects(cas))


def test_rc4_is_beyond_libssl_and_the_ordinary_probe_reads_it_all_the_same(pki, probe):
    with gnutls_serv(pki, "--x509cafile", pki.bundle("list-only-rc4", [pki.root]), "--require-client-cert",
                     "--priority", RC4.replace("+RSA", "+RSA:+ECDHE-ECDSA:+ECDHE-RSA:+CURVE-ALL")) as port:
        refused = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1", "-cipher",
                                  "ALL:@SECLEVEL=0"], input=b"", capture_output=True, timeout=30)
        ordinary = probe.json("--variants", "one", f"localhost:{port}", "--connect", f"127.0.0.1:{port}")
        text = probe.run("--variants", "one", f"localhost:{port}", "--connect", f"127.0.0.1:{port}").text

    assert b"Cipher is (NONE)" in refused.stdout
    seen = ordinary["observations"][ordinary["request"]["observation"]]
    assert seen["list_only"] and "RC4" in seen["negotiated"]["cipher"]
    assert listed(ordinary.request) == [pki.root.subject]
    assert ordinary["request"]["status"] == "list" and ordinary["request"]["required"] == "undetermined"
    assert any(not one["list_only"] and one["outcome"] == "alert" for one in ordinary["observations"])
    assert "without completing a handshake" in " ".join(text.split())


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_nginx(pki, probe, version):
    cas = pki.named(*many_names(600)) + [pki.root]
    block = nginx_block(pki, "on", pki.bundle(f"list-only-nginx-{version}", cas))
    with nginx(block.replace("TLSv1.2 TLSv1.3", version)) as port:
        ordinary, listing = both(probe, f"127.0.0.1:{port}")

    agree(ordinary, listing)
    assert sorted(listed(listing.request)) == sorted(subjects(cas))


@pytest.fixture(scope="module")
def behind(pki):
    with s_server(pki, "-www", "-Verify", "5", "-CAfile", pki.bundle("list-only-detour", [pki.root])) as port:
        yield port


@pytest.mark.parametrize("protocol", ["smtp", "ldap"])
def test_after_starttls(pki, probe, behind, protocol):
    with serving(starttls_before(behind, TALKS[protocol])) as front:
        report = probe.ask(front.port, "--starttls", protocol, "--list-only")

    assert [listed(one) for one in report.requests()] == [[pki.root.subject]] * 2


@pytest.mark.parametrize("scheme, behave", [("http", http_proxy), ("socks5", socks_proxy)])
def test_through_a_proxy(pki, probe, behind, scheme, behave):
    with serving(behave) as proxy:
        report = probe.ask(behind, "--proxy", f"{scheme}://127.0.0.1:{proxy.port}", "--list-only")
        assert proxy.taken == 2

    assert [listed(one) for one in report.requests()] == [[pki.root.subject]] * 2


def test_a_server_that_does_not_ask_may_still_ask_later_and_the_report_says_so(pki, probe):
    with s_server(pki, "-www") as port:
        report = probe.ask(port, "--list-only")

    assert report["request"]["status"] == "none"
    [finding] = [one for one in report["findings"] if one["id"] == "no-certificate-request"]
    assert "in the handshake" in finding["summary"] and "was not seen" in " ".join(finding["evidence"])


def test_a_candidate_is_judged_but_never_presented(pki, probe, behind):
    report = probe.ask(behind, "--list-only", "--cert", pki.alice.file)

    candidate = report.candidate(pki.alice)
    assert candidate["attempt"] is None and candidate["issuer_match"]["advertised"]
    assert not report.observations_of("candidate")


@pytest.mark.parametrize("more", [["--expect-outcome", "reject"], ["--keylog", "nowhere"]])
def test_options_that_need_a_handshake_are_refused(probe, more):
    assert "--list-only" in probe.run("--list-only", *more, "127.0.0.1:1").complaint
