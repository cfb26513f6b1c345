"""--expect-outcome reject proves that the door is shut, against the harness: in TLS 1.3 the refusal comes late."""
import pytest

from support.harness import serving


@pytest.fixture(params=["1.2", "1.3"])
def version(request):
    return request.param


def ask(probe, lab, version, *who, more=()):
    words = [word for one in who for word in ("--cert", lab.folder / f"{one}.pem", "--key", lab.folder / f"{one}.key")]
    return probe.json("--tls", version, "--expect-outcome", "reject", *words, *more, f"localhost:{lab.port}")


def test_an_alert_shuts_the_door(probe, version):
    with serving("strict-unknown-ca") as lab:
        report = ask(probe, lab, version, "mallory")

    assert report["verdict"] == "ok", report["summary"]
    assert report["without_certificate"]["result"] == "rejected"
    (candidate,) = report["candidates"]
    assert (candidate["attempt"]["result"], candidate["attempt"]["by"]) == ("rejected", "alert")
    seen = report["observations"][candidate["attempt"]["observation"]]
    # RFC 8446 §4.4.2.4: in TLS 1.3 the client is done before the server has looked.
    assert seen["alert"]["phase"] == ("after_handshake" if version == "1.3" else "handshake")
    assert seen["certificate_sent"] and set(report.findings.values()) <= {"info"}


def test_a_late_alert_is_waited_for_without_http_as_well(probe, version):
    with serving("strict-unknown-ca") as lab:
        report = ask(probe, lab, version, "mallory", more=["--no-http", "--settle", "20"])

    assert report["verdict"] == "ok", report["summary"]
    assert report["candidates"][0]["attempt"]["result"] == "rejected"


@pytest.mark.parametrize("scenario, who", [("iis-expired", "expired"), ("nginx-on", "mallory")])
def test_a_status_shuts_the_door(probe, version, scenario, who):
    with serving(scenario) as lab:
        report = ask(probe, lab, version, who)

    assert report["verdict"] == "ok", report["summary"]
    attempt = report["candidates"][0]["attempt"]
    assert (attempt["by"], attempt["result"]) == ("http", "rejected")


def test_a_certificate_that_gets_in_is_critical(probe, version):
    with serving("strict-unknown-ca") as lab:
        report = ask(probe, lab, version, "mallory", "alice")

    assert report["verdict"] == "critical"
    assert report.findings["accepted-unexpectedly"] == "critical"
    assert report.findings["rejected-by-alert"] == "info"


def test_a_door_that_is_open_to_everybody_is_critical(probe, version):
    with serving("door-open") as lab:
        report = ask(probe, lab, version, "alice")

    assert report["verdict"] == "critical"
    assert report.findings["accepted-without-certificate"] == report.findings["accepted-unexpectedly"] == "critical"


def test_a_server_that_never_asks_is_no_shut_door(probe, version):
    with serving("iis-certificates-ignored") as lab:
        report = ask(probe, lab, version)

    assert report["verdict"] == "critical" and report.findings["accepted-without-certificate"] == "critical"


def test_silence_proves_nothing_in_tls13(probe):
    with serving("strict-unknown-ca") as lab:
        certain = probe.json("--tls", "1.2", "--expect-outcome", "reject", f"localhost:{lab.port}")
    with serving("raw-stall-after-server-hello-done") as lab:
        silent = probe.run("--format", "json", "--expect-outcome", "reject", "--timeout", "3", f"localhost:{lab.port}")

    assert certain["verdict"] == "ok"
    assert silent.report["verdict"] == "unknown"


@pytest.mark.parametrize("who, result", [("mallory", "rejected"), ("alice", "accepted")])
def test_where_tls13_cannot_ask_tls12_proves_it(probe, who, result):
    """Server 2022 resets TLS 1.3 before anybody has looked at a certificate."""
    with serving("iis-late-tls13-reset") as lab:
        words = [word for option, end in (("--cert", "pem"), ("--key", "key")) for word in
                 (option, lab.folder / f"{who}.{end}")]
        report = probe.json("--expect-outcome", "reject", *words, f"localhost:{lab.port}")

    (candidate,) = report["candidates"]
    seen = report["observations"][candidate["attempt"]["observation"]]
    assert seen["certificate_sent"] and seen["negotiated"]["version"] == "1.2"
    assert candidate["attempt"]["result"] == result
    assert ("accepted-unexpectedly" in report.findings) == (result == "accepted")
