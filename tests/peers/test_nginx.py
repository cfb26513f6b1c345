"""mtls-probe against nginx: ssl_verify_client in its four ways, and server blocks chosen by SNI."""
import pytest

from support.pki import CA, many_names, names_of_size, subjects
from support.probe import listed
from support.servers import nginx, nginx_block


@pytest.mark.parametrize("verify, required", [("on", "yes"), ("optional", "no"), ("optional_no_ca", "no")])
def test_the_list_is_what_nginx_was_given(pki, probe, verify, required):
    cas = [pki.other, pki.root, pki.inter]
    with nginx(nginx_block(pki, verify, pki.bundle("three", cas))) as port:
        report = probe.ask(port)

    assert report["request"]["status"] == "list"
    assert report["request"]["required"] == required
    for version in ("1.2", "1.3"):
        [request] = report.requests(version)
        assert listed(request) == subjects(cas)
        assert request["stage"] == "handshake"


def test_without_verification_nobody_asks(pki, probe):
    with nginx(nginx_block(pki, "off")) as port:
        report = probe.ask(port, "--cert", pki.alice.file)

    assert report["request"]["status"] == "none"
    assert report.attempt(pki.alice) == ("not_requested", None)
    assert report.findings["no-certificate-request"] == "critical"  # a candidate was given


def test_without_a_ca_the_list_is_empty(pki, probe):
    with nginx(nginx_block(pki, "optional_no_ca")) as port:
        report = probe.ask(port)

    assert report["request"]["status"] == "empty"
    assert [listed(one) for one in report.requests("1.2")] == [[]]
    assert [listed(one) for one in report.requests("1.3")] == [None]


def test_two_hundred_cas(pki, probe):
    cas = pki.named(*many_names(200))
    with nginx(nginx_block(pki, "on", pki.bundle("nginx-200", cas))) as port:
        report = probe.ask(port)

    for version in ("1.2", "1.3"):
        assert [listed(one) for one in report.requests(version)] == [subjects(cas)]
    assert report.request["bytes"] > 16384


def test_the_largest_list_of_tls_12(pki, probe):
    cas = pki.named(*names_of_size(65535))
    with nginx(nginx_block(pki, "on", pki.bundle("nginx-largest", cas))) as port:
        report = probe.ask(port, "--tls", "1.2")

    assert listed(report.request) == subjects(cas)


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_who_is_let_in(pki, probe, version):
    good = [pki.alice, pki.alice_ec, pki.alice_ed25519]
    bad = [pki.mallory, pki.expired, pki.not_yet_valid, pki.no_client_auth, pki.leaf_only]
    files = [word for one in good + bad for word in ("--cert", one.file)]
    # nginx's ssl_verify_depth counts intermediates; 1, unless set, is enough here.
    with nginx(nginx_block(pki, "on", pki.root.certificate, extra="ssl_verify_depth 3;")) as port:
        report = probe.ask(port, "--tls", version, *files)

    for issued in good:
        assert report.attempt(issued) == ("accepted", "http"), issued.file
        assert report.attempted(issued)["http"]["status"] == 200
    for issued in bad:
        assert report.attempt(issued) == ("rejected", "http"), issued.file
        seen = report.attempted(issued)
        assert seen["http"]["status"] == 400 and seen["outcome"] == "completed" and seen["certificate_sent"]
        assert "nginx" in seen["http"]["server"]
    assert report["without_certificate"]["result"] == "rejected"
    assert report.findings["rejected-by-http"] == "critical"
    assert "rejected-by-alert" not in report.findings


def test_an_optional_certificate(pki, probe):
    with nginx(nginx_block(pki, "optional", pki.inter.certificate)) as port:
        report = probe.ask(port, "--cert", pki.mallory.file)
        healthy = probe.ask(port)

    assert report["without_certificate"]["result"] == "accepted"
    assert report.attempt(pki.mallory) == ("rejected", "http")
    assert report.findings["accepted-without-certificate"] == "info"
    assert healthy["verdict"] == "ok"


def test_any_certificate_will_do(pki, probe):
    with nginx(nginx_block(pki, "optional_no_ca", pki.root.certificate)) as port:
        report = probe.ask(port, "--cert", pki.mallory.file)
        strict = probe.ask(port, "--cert", pki.mallory.file, "--expect-outcome", "reject")

    assert report.attempt(pki.mallory) == ("accepted", "http")
    assert report.findings["issuer-not-advertised"] == "warning"
    assert strict.findings["accepted-unexpectedly"] == "critical"
    assert strict.findings["accepted-without-certificate"] == "critical"


def test_a_refusal_that_is_wished_for_is_no_failure(pki, probe):
    with nginx(nginx_block(pki, "on", pki.root.certificate)) as port:
        report = probe.ask(port, "--cert", pki.mallory.file, "--expect-outcome", "reject")

    assert report["verdict"] == "ok", report.findings
    assert report.findings["rejected-by-http"] == "info"


def test_two_server_blocks_that_disagree(pki, probe):
    blocks = [nginx_block(pki, "on", pki.other.certificate, "default.test"),
              nginx_block(pki, "on", pki.root.certificate, "one.test"),
              nginx_block(pki, "on", pki.other.certificate, "two.test")]
    with nginx(*blocks) as port:
        named = probe.json("--connect", f"127.0.0.1:{port}", f"https://one.test:{port}/", "--cert",
                           pki.alice_ed25519.file)
        agreeing = probe.json("--connect", f"127.0.0.1:{port}", f"two.test:{port}")
        without = probe.json("--connect", f"127.0.0.1:{port}", "--no-sni", f"one.test:{port}")

    lists = {(one["variant"]["sni"], one["negotiated"]["version"]): listed(one["certificate_requests"][0])
             for one in named.observations_of("variant")}
    root, other = subjects([pki.root]), subjects([pki.other])
    assert lists == {("one.test", "1.3"): root, ("one.test", "1.2"): root, (None, "1.3"): other, (None, "1.2"): other}
    assert listed(named.request) == root  # what a normal client gets
    assert named.findings["bindings-disagree"] == "warning"
    assert named.attempt(pki.alice_ed25519) == ("accepted", "http")
    assert "bindings-disagree" not in agreeing.findings
    assert {one["variant"]["sni"] for one in without["observations"]} == {None}
    assert listed(without.request) == other


def test_repeats_are_asked_and_agree(pki, probe):
    with nginx(nginx_block(pki, "on", pki.root.certificate)) as port:
        report = probe.ask(port, "--tls", "1.3", "--repeat", "3")

    assert [listed(one) for one in report.requests("1.3")] == [subjects([pki.root])] * 3
    assert "bindings-disagree" not in report.findings


@pytest.mark.parametrize("words, verdict", [([], "critical"), (["--variants", "one"], "ok")])
def test_a_door_that_is_shut_to_a_name_and_open_to_an_address_is_not_shut(pki, probe, words, verdict):
    """The list is the same; what the default block trusts beside it shows only in who gets in."""
    trusts_others = f"ssl_trusted_certificate {pki.other.certificate};"
    with nginx(nginx_block(pki, "on", pki.root.certificate, extra=trusts_others),
               nginx_block(pki, "on", pki.root.certificate, name="localhost")) as port:
        report = probe.json("--cert", pki.mallory.file, "--expect-outcome", "reject", *words, "-4", f"localhost:{port}")

    assert report["verdict"] == verdict, report["summary"]
    if verdict == "critical":
        seen = report.attempted(pki.mallory)
        assert report.findings["accepted-unexpectedly"] == "critical"
        assert (seen["variant"]["sni"], seen["http"]["status"]) == (None, 200)


def test_only_to_prove_a_door_shut_is_a_certificate_presented_more_than_once(pki, probe):
    with nginx(nginx_block(pki, "on", pki.root.certificate)) as port:
        words = ["--cert", pki.mallory.file, "-4", f"localhost:{port}"]
        usual, shut = probe.json(*words), probe.json(*words, "--expect-outcome", "reject")

    assert len(usual.observations_of("candidate")) == 1
    presented = [(one["variant"]["sni"], tuple(one["variant"]["tls_offered"])) for one in
                 shut.observations_of("candidate")]
    asked = [(one["variant"]["sni"], tuple(one["variant"]["tls_offered"])) for one in shut.observations_of("variant")]
    assert len(presented) == len(set(presented)) == 4 and set(presented) == set(asked)
    assert shut["verdict"] == "ok" and all(one["certificate_sent"] for one in shut.observations_of("candidate"))


@pytest.mark.parametrize("status", [400, 401])
def test_an_answer_of_what_stands_behind_nginx_is_no_proof_that_a_door_is_shut(pki, probe, status):
    """nginx took the certificate; it refuses with a page of its own, of which the second candidate gets one."""
    block = nginx_block(pki, "on", pki.root.certificate, extra="ssl_verify_depth 3;")
    with nginx(block.replace('return 200 "hello";', f"return {status};")) as port:
        taken = probe.ask(port, "--expect-outcome", "reject", "--cert", pki.alice.file)
        shut = probe.ask(port, "--expect-outcome", "reject", "--cert", pki.mallory.file)

    assert taken["verdict"] == "unknown" and "Could not tell" in taken["summary"], taken["summary"]
    assert taken["observations"][0]["http"]["about_certificate"]  # nobody gets in without one
    assert shut["verdict"] == "ok", shut["summary"]


def test_an_ipv6_literal_on_the_port_of_https_is_a_good_host(pki, probe):
    """nginx answers 400 to a Host without brackets, which would look like a refusal."""
    with nginx(nginx_block(pki, "on", pki.bundle("root", [pki.root]))) as port:
        report = probe.json("--connect", f"127.0.0.1:{port}", "--cert", pki.alice.file, "https://[::1]/")

    assert report.attempt(pki.alice) == ("accepted", "http")


def behind(pki, front, back):
    """A server block with the options `front`, which ends TLS and speaks TLS again to a block that demands a certificate."""
    demanding = nginx_block(pki, "on", pki.bundle("both", [pki.root, pki.inter])).replace(
        "listen 127.0.0.1:PORT ssl;", f"listen unix:{back} ssl;")
    forward = f'proxy_pass https://unix:{back}:/;'
    return demanding, front.replace('return 200 "hello";', forward)


@pytest.mark.parametrize("asks", [True, False])
def test_a_server_behind_that_demands_a_certificate_can_never_see_it(pki, probe, tmp_path, asks):
    cas = pki.bundle("both", [pki.root, pki.inter])
    front = nginx_block(pki, "on", cas, name="front") if asks else nginx_block(pki, "off", name="front")
    with nginx(*behind(pki, front, tmp_path / "back.sock")) as port:
        report = probe.ask(port, "--cert", pki.alice.file)

    seen = report.attempted(pki.alice)["http"]
    assert (seen["status"], seen["certificate_page"]) == (400, "none_sent")
    assert "untrusted-by-server" not in report.findings
    finding = report.finding("rejected-by-http" if asks else "no-certificate-request")
    assert "behind it" in finding["summary"] and "495" not in " ".join(finding["evidence"])
    assert "proxy_set_header X-Client-Cert $ssl_client_escaped_cert;" in finding["remedies"][0]["commands"]
    assert any("TCP" in one["text"] for one in finding["remedies"])


def test_the_page_of_a_certificate_that_does_not_verify(pki, probe):
    with nginx(nginx_block(pki, "on", pki.bundle("both", [pki.root, pki.inter]))) as port:
        report = probe.ask(port, "--cert", pki.mallory.file)
        text = probe.run(f"https://127.0.0.1:{port}/", "--cert", pki.mallory.file).text

    assert report.attempted(pki.mallory)["http"]["certificate_page"] == "not_verified"
    assert report["observations"][0]["http"]["certificate_page"] == "none_sent"  # without one
    assert report.findings["untrusted-by-server"] == "critical"
    assert "error_log FILE info;" in " ".join(text.split())  # the one step that tells the causes apart


def test_what_passes_tls_is_refused_by_rules(pki, probe):
    block = nginx_block(pki, "on", pki.bundle("both", [pki.root, pki.inter]))
    with nginx(block.replace('return 200 "hello";', "deny all;")) as port:
        finding = probe.ask(port, "--cert", pki.alice.file).finding("rejected-by-http")

    assert "TLS takes" in finding["summary"]
    [nginx_fix] = [one for one in finding["remedies"] if one["applies_to"] == "nginx"]
    assert "no verification error" in nginx_fix["text"] and "error_log" not in str(nginx_fix)


@pytest.mark.parametrize("depth, taken", [(0, 0), (None, 1), (1, 1), (2, 2)])
def test_the_depth_of_nginx_counts_intermediates(pki, probe, depth, taken):
    """What `explain 495` says of ssl_verify_depth, whose default is 1."""
    lower = pki.issue("lower", "/CN=Lower CA", CA, by=pki.inter)
    bob = pki.client("bob", lower, chain=[lower, pki.inter])
    extra = "" if depth is None else f"ssl_verify_depth {depth};"
    with nginx(nginx_block(pki, "on", pki.root.certificate, extra=extra)) as port:
        report = probe.ask(port, "--cert", pki.alice.file, "--cert", bob.file)

    results = [report.attempt(one)[0] for one in (pki.alice, bob)]
    assert results == ["accepted" if count <= taken else "rejected" for count in (1, 2)]
