"""mtls-exporter: what it answers, whom it refuses, and that neither clients nor files bring it down."""
import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress

import pytest

from support import formats
from support.exporter import PROGRAM, exporting
from support.pki import PASSPHRASE
from support.raw import serving, stalls
from support.servers import s_server


@pytest.fixture(scope="module")
def port(pki):
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        yield port


def configured(tmp_path, text):
    file = tmp_path / "exporter.toml"
    file.write_text(text)
    return file


PKI_MODULE = """
[module.default]
[module.pki]
expect_issuers = ["{root}"]
[[module.pki.candidate]]
cert = "{alice}"
pass = "env:MTLS_SECRET"
[module.shut]
expect_outcome = "reject"
[[module.shut.candidate]]
cert = "{mallory}"
"""


def modules(pki):
    return PKI_MODULE.format(root=pki.root.certificate, alice=pki.pkcs12(pki.alice), mallory=pki.mallory.file)


@pytest.fixture(scope="module")
def exporter(pki, tmp_path_factory):
    config = configured(tmp_path_factory.mktemp("exporter"), modules(pki))
    with exporting(config, {**os.environ, "MTLS_SECRET": PASSPHRASE}) as running:
        yield running


@pytest.mark.parametrize("module, verdict", [(None, "ok"), ("pki", "ok"), ("shut", "ok")])
def test_a_probe_is_metrics_that_promtool_takes(exporter, port, module, verdict):
    status, headers, text = exporter.probe(f"127.0.0.1:{port}", module)

    assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
    samples = formats.prometheus(text)
    target = ("target", f"127.0.0.1:{port}")
    assert samples["mtls_probe_verdict", (target, ("verdict", verdict))] == 1
    accepted = [value for (name, _), value in samples.items() if name == "mtls_probe_candidate_accepted"]
    assert accepted == {None: [], "pki": [1], "shut": [0]}[module]


def test_a_target_that_does_not_answer_is_an_answer(exporter):
    status, _, text = exporter.probe("127.0.0.1:1")

    assert status == 200
    assert formats.prometheus(text)["mtls_probe_success", (("target", "127.0.0.1:1"),)] == 0


def test_it_counts(exporter, port):
    before = exporter.own('mtls_exporter_probes_total{verdict="ok"}')
    exporter.probe(f"127.0.0.1:{port}")
    formats.prometheus(exporter.ask("/metrics")[2])

    assert exporter.own('mtls_exporter_probes_total{verdict="ok"}') == before + 1


@pytest.mark.parametrize("path, status", [
    ("/", 200), ("/probe", 400), ("/probe?target=", 400), ("/probe?target=a&target=b", 400), ("/nothing", 404),
    ("/probe?target=localhost&module=nope", 400), ("/probe?target=user:secret@localhost:1", 400),
    ("/probe?target=%0d%0aX:1", 400), ("/probe?target=%zz", 400), ("/probe?target=localhost:1&modul=pki", 400),
    ("/probe?target=localhost:1&module=pki&module=pki", 400), ("/probe?target=localhost:1&module=", 400), ("/metrics/../probe", 404), ("//probe", 404)])
def test_what_is_asked_wrongly(exporter, path, status):
    answer = exporter.ask(path)

    assert answer[0] == status
    assert "secret" not in answer[2] and not formats.UNSAFE.search(answer[2])


@pytest.mark.parametrize("query, why", [
    ("target=localhost:1&modul=pki", "there is no parameter 'modul'"), ("module=pki", "'target' is missing"),
    ("target=a&target=b", "'target' is given more than once"), ("target=", "'target' is empty"),
    ("target=a&module=", "'module' is empty"), ("target=a:1&module=nope", "no module 'nope'; there is: default, pki, shut"),
    ("target=a:b:c", "target 'a:b:c': "), ("target=%zz", "not encoded"), ("x%1b%0a=1", "parameter 'x")])
def test_a_refusal_says_why(exporter, query, why):
    before = exporter.own('mtls_exporter_refused_total{reason="bad_request"}')
    text = exporter.ask(f"/probe?{query}")[2]

    assert why in text and text.count("\n") == 1 and text[:-1].isprintable()
    assert exporter.own('mtls_exporter_refused_total{reason="bad_request"}') == before + 1


def test_other_methods_are_refused(exporter):
    assert exporter.ask("/metrics", method="POST")[0] == 405
    assert exporter.ask("/metrics", method="HEAD")[0] == 200


def test_the_page_leads_to_its_own_metrics(exporter):
    _, headers, text = exporter.ask("/")

    assert headers["Content-Type"].startswith("text/html")
    assert "mtls-exporter" in formats.html(text.replace('href="/metrics"', 'href="#"')) and 'href="/metrics"' in text


ALLOWED = ["pki.example.test:443", "localhost:PORT", "*.below.test:*", "[::1]:8443", "192.0.2.1"]


@pytest.mark.parametrize("target, allowed", [
    ("localhost:PORT", True), ("LOCALHOST:PORT", True), ("localhost.:PORT", True), ("https://localhost:PORT/x", True),
    ("localhost", False), ("localhost:1", False), ("127.0.0.1:PORT", False), ("localhost.evil.test:PORT", False),
    ("pki.example.test.evil.test", False), ("evilpki.example.test", False), ("pki.example.test:444", False),
    ("a.below.test:1", True), ("a.b.BELOW.test:99", True), ("below.test:1", False), ("xbelow.test:1", False),
    ("[0:0:0:0:0:0:0:1]:8443", True), ("[::1]:8444", False), ("[::ffff:127.0.0.1]:PORT", False),
    ("192.0.2.1", True), ("192.0.2.1:80", False), ("0x7f.1:PORT", False), ("2130706433:PORT", False),
    ("localhost:PORT@evil.test", False), ("evil.test#localhost:PORT", False), ("evil.test/@localhost:PORT", False),
    ("localhost\x00:PORT", False), ("localhost:PORT\n", False), ("https://evil.test\\@localhost:PORT/", False)])
def test_only_targets_that_are_allowed(pki, port, tmp_path, target, allowed):
    words = ", ".join(f'"{one}"' for one in ALLOWED).replace("PORT", str(port))
    config = configured(tmp_path, f'allow_targets = [{words}]\n[module.default]\ntimeout = 1\nvariants = "one"\n')
    with exporting(config) as exporter:
        status = exporter.probe(target.replace("PORT", str(port)))[0]

    assert (status == 200) == allowed and status in (200, 400, 403)


@pytest.mark.parametrize("text", [
    "listen = 7", "x = 1", "concurrency = 0", "concurrency = 10000", "[module.a]\nvariants = \"some\"", "= nonsense",
    "[module.a]\nexpect_issuers = [\"missing.pem\"]", "[module.a]\nunknown = true", "module = 3", "[module]\na = 1",
    "allow_targets = []", "allow_targets = [\"*\"]", "allow_targets = [\"a.test/path\"]",
    "allow_targets = [\"a.*.test\"]",
    "[module.a]\ntls = [\"2.0\"]", "[module.a]\ntimeout = -1", "[module.a]\nstarttls = \"gopher\"",
    "[[module.a.candidate]]\nkey = \"x\"", "[[module.a.candidate]]\ncert = \"missing.pem\"",
    "[[module.a.candidate]]\ncert = \"x\"\npass = \"hunter2\"",
    "[[module.a.candidate]]\ncert = \"x\"\npass = \"prompt\"",
    # What would do nothing, or be fine whatever happens.
    "[module.a]\nsni = \"\"", "[module.a]\nsni = \"a b\"", "[module.a]\nsni = \"a.test\"\nno_sni = true",
    "[module.a]\nexpect_issuers = []", "[module.a]\nexpect_mode = \"exact\"",
    "[module.a]\nexpect_outcome = \"accept\"", "[module.a]\nexpect_outcome = \"reject\"\nlist_only = true",
    "[module.a]\nhttp = true\nlist_only = true", "[module.a]\nhttp = true\nstarttls = \"smtp\"",
    "[module.a]\npath = \"/x\"\nhttp = false", "[module.a]\npath = \"/x\"\nlist_only = true",
    "[module.a]\npath = \"x\"", "[module.a]\nwarning_days = 3\ncritical_days = 7"])
def test_a_bad_configuration_is_one_line_and_exit_3(tmp_path, text):
    config = configured(tmp_path, text)
    done = subprocess.run([PROGRAM, "--config", config, "--check"], capture_output=True, text=True, timeout=60)

    assert done.returncode == 3 and done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("mtls-exporter: ") and "hunter2" not in lines[0], lines
    assert ":0:0" not in lines[0], lines


def test_each_mistake_of_a_configuration_has_its_line(tmp_path):
    config = configured(tmp_path, "[module.a]\nwairning_days = 30\nexpect_modeome = \"reject\"\n")
    done = subprocess.run([PROGRAM, "--config", config, "--check"], capture_output=True, text=True, timeout=60)

    assert done.returncode == 3
    assert [line.split(": ")[1:3] for line in done.stderr.splitlines()] == [
        [f"{config}:2:1", 'unknown key "wairning_days" (did you mean \'warning_days\'?)'],
        [f"{config}:3:1", 'unknown key "expect_modeome" (did you mean \'expect_mode\'?)']]


@pytest.mark.parametrize("text, told", [
    ("listen = 7", ":1:10: listen: must be a string"), ("\n[module.a]\ntimeout = \"x\"", ":3:11: timeout: must be an integer"),
    ("[module.a]\n\ntls = \"1.2\"", ":3:7: tls: must be an array"), ("x = 1", ":1:1: unknown key"),
    ("[module.a]\nstarttls = \"gopher\"", ":2:12: starttls: write one of smtp, "),
    ("[[module.a.candidate]]\nkey = \"x\"", ":1:1: cert: a candidate needs one")])
def test_a_mistake_in_the_configuration_has_its_place(tmp_path, text, told):
    config = configured(tmp_path, text)
    done = subprocess.run([PROGRAM, "--config", config, "--check"], capture_output=True, text=True, timeout=60)

    assert f"{config}{told}" in done.stderr


def test_a_mistake_on_the_command_line_is_its_own():
    done = subprocess.run([PROGRAM, "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=60)

    assert done.returncode == 3
    assert done.stderr == "mtls-exporter: --config is required (mtls-exporter --help shows every option)\n"


def test_a_wrong_passphrase_is_not_printed(pki, tmp_path):
    config = configured(tmp_path, modules(pki))
    done = subprocess.run([PROGRAM, "--config", config], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "MTLS_SECRET": "guess-me-not"})

    assert done.returncode == 3 and "passphrase" in done.stderr and "guess-me-not" not in done.stderr


def test_no_passphrase_in_any_answer(exporter, port):
    texts = [exporter.ask(path)[2] for path in ("/", "/metrics", "/probe?target=x&module=pki")]
    texts.append(exporter.probe(f"127.0.0.1:{port}", "pki")[2])

    assert not any(PASSPHRASE in text for text in [*texts, *exporter.lines])


def test_a_new_configuration_is_used_and_a_bad_one_is_not(port, tmp_path):
    config = configured(tmp_path, "[module.one]\n")
    good = "mtls_exporter_config_last_reload_successful"
    with exporting(config) as exporter:
        target = f"127.0.0.1:{port}"
        assert [exporter.probe(target, name)[0] for name in ("one", "two")] == [200, 400]
        config.write_text("[module.two]\n")
        exporter.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 60
        while exporter.probe(target, "two")[0] != 200:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert exporter.own(good) == 1
        config.write_text("[module.three]\nnonsense = 1\n")
        exporter.process.send_signal(signal.SIGHUP)
        exporter.wait_for(good, 0)
        assert [exporter.probe(target, name)[0] for name in ("one", "two", "three")] == [400, 200, 400]
        assert any("the old configuration stays" in line and "nonsense" in line for line in exporter.lines)
        config.write_text("[module.three]\n")
        exporter.process.send_signal(signal.SIGHUP)
        exporter.wait_for(good, 1)


def test_what_a_new_configuration_cannot_change_is_told(tmp_path):
    config = configured(tmp_path, "concurrency = 2\n[module.one]\n")
    with exporting(config) as exporter:
        for again in range(2):
            config.write_text("concurrency = 3\n[module.two]\n[module.three]\n")
            exporter.process.send_signal(signal.SIGHUP)
            deadline = time.monotonic() + 60
            while sum("only with a restart" in line for line in exporter.lines) != again + 1:
                assert time.monotonic() < deadline, exporter.lines
                time.sleep(0.02)
    assert any(line.endswith("read again, modules: three, two\n") for line in exporter.lines)


def test_a_path_that_the_module_would_not_request_is_refused(port, tmp_path):
    config = configured(tmp_path, "[module.default]\nlist_only = true\n")
    with exporting(config) as exporter:
        status, _, text = exporter.probe(f"https://127.0.0.1:{port}/login")
        assert status == 400 and "requests nothing" in text
        assert exporter.probe(f"https://127.0.0.1:{port}/")[0] == 200


def test_a_target_that_the_modules_baseline_does_not_hold_is_unknown(probe, port, tmp_path):
    assert probe.run("--save-baseline", tmp_path / "good.json", f"127.0.0.1:{port}").code == 0
    config = configured(tmp_path, '[module.default]\nbaseline = "good.json"\n')
    with exporting(config) as exporter:
        for target, verdict in ((f"127.0.0.1:{port}", "ok"), (f"localhost:{port}", "unknown")):
            samples = formats.prometheus(exporter.probe(target)[2])
            assert samples["mtls_probe_verdict", (("target", target), ("verdict", verdict))] == 1


@pytest.mark.parametrize("said", ["0", "-1", "nan", "inf", "soon", "", "1e400", "0x10", "2,5"])
def test_a_scrape_timeout_that_makes_no_sense_is_refused(port, tmp_path, said):
    config = configured(tmp_path, "[module.default]\ntimeout = 20\n")
    with exporting(config) as exporter:
        status, _, text = exporter.probe(f"127.0.0.1:{port}", headers={"X-Prometheus-Scrape-Timeout-Seconds": said})

        assert status == 400
        assert text == f"X-Prometheus-Scrape-Timeout-Seconds '{said}' is no number of seconds above 0\n"
        assert exporter.own('mtls_exporter_refused_total{reason="bad_request"}') == 1


@pytest.mark.parametrize("said", ["15", "0.5", "1e3", "1e300"])
def test_a_scrape_timeout_is_a_number_of_seconds(port, tmp_path, said):
    config = configured(tmp_path, '[module.default]\ntimeout = 20\nvariants = "one"\n')
    with exporting(config) as exporter:
        assert exporter.probe(f"127.0.0.1:{port}", headers={"X-Prometheus-Scrape-Timeout-Seconds": said})[0] == 200


def test_of_very_many_modules_the_first_are_named(tmp_path):
    config = configured(tmp_path, "".join(f"[module.m{number:04}]\n" for number in range(3000)))
    done = subprocess.run([PROGRAM, "--config", config, "--check"], capture_output=True, text=True, timeout=60)

    assert done.returncode == 0 and "3000 modules: m0000, m0001" in done.stdout
    assert done.stdout.endswith("m0019 and 2980 more\n")


def in_background(call):
    results = []
    thread = threading.Thread(target=lambda: results.append(call()))
    thread.start()
    return thread, results


IN_FLIGHT = "mtls_exporter_probes_in_flight"


def test_the_scrape_timeout_is_honoured(tmp_path):
    config = configured(tmp_path, '[module.default]\ntimeout = 300\nvariants = "one"\n')
    with serving(stalls) as server, exporting(config) as exporter:
        began = time.monotonic()
        status, _, text = exporter.probe(f"127.0.0.1:{server.port}",
                                         headers={"X-Prometheus-Scrape-Timeout-Seconds": "2"})

        assert status == 200 and time.monotonic() - began < 60
        assert 'mtls_probe_success{' in text and "} 0" in text


def test_sigterm_finishes_what_is_being_answered(tmp_path):
    config = configured(tmp_path, '[module.default]\ntimeout = 4\nvariants = "one"\n')
    with serving(stalls) as server, exporting(config) as exporter:
        idle = socket.create_connection(("127.0.0.1", exporter.port))
        thread, results = in_background(lambda: exporter.probe(f"127.0.0.1:{server.port}"))
        exporter.wait_for(IN_FLIGHT, 1)

        assert exporter.stop() == 0
        thread.join(60)
        assert results[0][0] == 200
        assert idle.recv(1) == b""
        idle.close()


def test_a_second_sigterm_waits_for_no_probe(tmp_path):
    config = configured(tmp_path, '[module.default]\ntimeout = 60\nvariants = "one"\n')
    with serving(stalls) as server, exporting(config) as exporter:
        def scrape():
            with suppress(OSError, http.client.HTTPException):  # nobody stays to answer it
                exporter.probe(f"127.0.0.1:{server.port}")
        thread, _ = in_background(scrape)
        exporter.wait_for(IN_FLIGHT, 1)
        exporter.process.send_signal(signal.SIGTERM)
        exporter.wait_until_deaf()
        exporter.process.send_signal(signal.SIGTERM)

        assert exporter.process.wait(20) == -signal.SIGTERM
        thread.join(20)


def test_probes_at_once_are_bounded(tmp_path):
    config = configured(tmp_path, 'concurrency = 1\n[module.default]\ntimeout = 8\nvariants = "one"\n')
    with serving(stalls) as server, exporting(config) as exporter:
        waiting = [in_background(lambda: exporter.probe(f"127.0.0.1:{server.port}")) for _ in range(2)]
        exporter.wait_for(IN_FLIGHT, 2)

        status = exporter.probe(f"127.0.0.1:{server.port}")[0]

        assert status == 503 and server.taken <= 1
        for thread, _ in waiting:
            thread.join(60)
        assert {results[0][0] for _, results in waiting} <= {200, 503}


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\nX: " + b"a" * 20000, b"\x16\x03\x01\x02\x00\x01", b"\r\n" * 9000,
                                  b"GET / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n" + b"a" * 4000],
                         ids=["header", "TLS", "blanks", "body"])
def test_what_is_too_much_is_cut_off(exporter, said):
    with socket.create_connection(("127.0.0.1", exporter.port)) as client:
        client.settimeout(60)
        try:
            client.sendall(said)
            while client.recv(65536):
                pass
        except ConnectionError:
            pass

    assert exporter.ask("/")[0] == 200


@pytest.mark.parametrize("said", [b"Content-Length: 5\r\n\r\nhello", b"Transfer-Encoding: chunked\r\n\r\n0\r\n",
                                  b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"])
def test_a_request_with_a_body_is_refused_and_ends_the_connection(exporter, said):
    with socket.create_connection(("127.0.0.1", exporter.port)) as client:
        client.settimeout(60)
        client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n" + said)
        answer = client.recv(65536)

        assert answer.startswith(b"HTTP/1.1 400 ") and b"a request has no body here" in answer
        try:
            assert client.recv(1) == b""
        except ConnectionError:
            pass


def test_a_client_that_is_too_slow_is_cut_off(exporter):
    with socket.create_connection(("127.0.0.1", exporter.port)) as client:
        client.settimeout(60)
        client.sendall(b"GET /metrics HTTP/1.1\r\nHost:")
        assert client.recv(1) == b""


def test_it_listens_on_loopback_unless_told_otherwise(tmp_path):
    config = configured(tmp_path, "# nothing but defaults")
    with exporting(config) as running:
        assert running.ask("/")[0] == 200
    done = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, timeout=60)

    assert done.returncode == 0 and "default 127.0.0.1:9469" in done.stdout
