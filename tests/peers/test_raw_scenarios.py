"""Raw scenarios, confirmed by clients that know nothing of this project: openssl s_client and gnutls-cli go on where
the bytes are good, and refuse where the scenario says that they are not."""
import json
import pathlib
import re
import shutil
import subprocess
import time
import tomllib

import pytest

from support.all_served import AllServed

FILES = sorted((pathlib.Path(__file__).parents[2] / "harness" / "scenarios").glob("raw-*.toml"))
SCENARIOS = {file.stem: tomllib.loads(file.read_text()) for file in FILES}
VERSIONS = ["1.2", "1.3"]
NAMES = ["C=DE, O=Example, CN=Example Root CA", "C=DE, O=Example, CN=Example Issuing CA 1"]
# What libssl itself refuses, with the alert that it sends: what it cannot read (50), half an algorithm (80), an
# extension that must be there (109), more than it takes (47).
REFUSED = {"raw-list-too-long": 50, "raw-entry-too-long": 50, "raw-zero-length-entry": 50, "raw-garbage-entry": 50,
           "raw-trailing-bytes-in-list": 50, "raw-trailing-bytes-after": 50, "raw-odd-algorithms": 80,
           "raw-missing-algorithms": 80, "raw-giant-length": 47, "raw-bad-utf8": 50, "raw-octet-string": 50,
           "raw-tls13-list-too-long": 50, "raw-tls13-entry-too-long": 50, "raw-tls13-zero-length-entry": 50,
           "raw-tls13-trailing-bytes-after": 50, "raw-tls13-context-too-long": 50,
           "raw-tls13-trailing-bytes-in-list": 50, "raw-tls13-odd-algorithms": 50, "raw-tls13-garbage-entry": 50,
           "raw-tls13-giant-length": 47, "raw-tls13-duplicate-extension": 47, "raw-tls13-missing-algorithms": 109}


class Lab(AllServed):
    def __init__(self, directory):
        self.record = directory / "record"
        self.seen = {}  # records of a scenario that a test has read
        super().__init__(directory, SCENARIOS, "--record", self.record)

    def last_record(self, scenario):
        """It is written when the server notices that the client has left."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            text = self.record.read_text() if self.record.exists() else ""
            lines = text[:text.rfind("\n") + 1].splitlines()  # the last may be under way
            found = [record for record in map(json.loads, lines) if record["scenario"] == scenario]
            if len(found) > self.seen.get(scenario, 0):
                self.seen[scenario] = len(found)
                return found[-1]
            time.sleep(0.02)
        raise AssertionError(f"no new record of {scenario}")

    def alice(self, scenario):
        return self.directory / scenario / "alice.pem", self.directory / scenario / "alice.key"

    def s_client(self, scenario, *more, limit=30):
        certificate, key = self.alice(scenario)
        done = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{self.ports[scenario]}", "-trace", "-cert", certificate,
             "-key", key, *more], capture_output=True, timeout=limit, check=False, input=b"")
        return (done.stdout + done.stderr).decode(errors="replace")

    def messages(self, scenario, limit, *more):
        """The handshake messages that openssl notes in so many seconds, in order; its own with '> '."""
        certificate, key = self.alice(scenario)
        try:
            shown = subprocess.run(
                ["stdbuf", "-oL", "openssl", "s_client", "-connect", f"127.0.0.1:{self.ports[scenario]}", "-msg",
                 "-ign_eof", "-cert", certificate, "-key", key, *more],
                input=b"", capture_output=True, timeout=limit, check=False).stdout
        except subprocess.TimeoutExpired as patience:
            shown = patience.stdout or b""
        return [("> " if way == b">>>" else "") + name.decode()
                for way, name in re.findall(rb"^(<<<|>>>) .*, Handshake \[length \w+\], (\w+)", shown, re.M)]

    def gnutls(self, scenario, priority):
        certificate, key = self.alice(scenario)
        program = shutil.which("gnutls-cli")
        if not program:
            pytest.skip("gnutls-cli is not installed")
        done = subprocess.run(
            [program, "--insecure", "--no-ca-verification", "-d", "3", "--x509certfile", certificate, "--x509keyfile",
             key, "--priority", priority, "--port", str(self.ports[scenario]), "127.0.0.1"],
            capture_output=True, timeout=30, check=False, input=b"")
        return (done.stdout + done.stderr).decode(errors="replace")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    everything = Lab(tmp_path_factory.mktemp("raw"))
    yield everything
    everything.stop()


def option(version):
    return "-tls" + version.replace(".", "_")


def sent_by_client(text):
    """The names of the client's messages in a trace, in order."""
    return [match[1] for part in text.split("Sent Record")[1:]
            for match in re.finditer(r"^    (\w+), Length=", part.split("Received Record")[0], re.M)]


def names_shown(text):
    """From the trace, which shows them up to TLS 1.2, or from the summary, which comes after a whole handshake."""
    summary = re.search(r"^Acceptable client certificate CA names\n(.*?)\n(?:Client Certificate Types|Requested)",
                        text, re.M | re.S)
    names = summary[1].splitlines() if summary else re.findall(r"DistinguishedName \(len=\d+\): (.*)", text)
    return [name.replace(" = ", "=") for name in names]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("scenario", ["raw-well-formed", "raw-fragments"])
def test_openssl_goes_on_to_its_certificate(served, scenario, version):
    shown = served.s_client(scenario, option(version))

    assert names_shown(shown) == NAMES
    assert sent_by_client(shown)[1:2] == ["Certificate"], shown[-3000:]
    assert "Finished" in sent_by_client(shown)
    record = served.last_record(scenario)
    assert record["version"] == version and record["asked"] == ["handshake"] and record["advertised"] == 2
    assert record["chain"][0]["subject"] == "CN=Alice,OU=Users,O=Example,C=DE"
    assert record["handshake_completed"] == (version == "1.3")
    assert record["alert_received"] is None and record["decision"] == "close"


@pytest.mark.parametrize("priority", ["NORMAL:-VERS-ALL:+VERS-TLS1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.3",
                                      "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-SECP256R1:+GROUP-X25519"])
def test_gnutls_goes_on_to_its_certificate(served, priority):
    shown = served.gnutls("raw-well-formed", priority)

    assert re.findall(r"Peer requested CA: (.*)", shown) == ["CN=Example Root CA,O=Example,C=DE",
                                                             "CN=Example Issuing CA 1,O=Example,C=DE"]
    assert "Successfully sent 2 certificate(s) to server" in shown
    assert served.last_record("raw-well-formed")["chain"][0]["subject"].startswith("CN=Alice")


def test_openssl_takes_a_hello_retry_request(served):
    shown = served.s_client("raw-well-formed", "-tls1_3", "-groups", "P-256:X25519")

    assert sent_by_client(shown)[:2] == ["ClientHello", "ClientHello"]
    assert served.last_record("raw-well-formed")["handshake_completed"]


@pytest.mark.parametrize("scenario", REFUSED)
def test_openssl_refuses_what_is_malformed(served, scenario):
    version = SCENARIOS[scenario]["listener"][0]["tls"][0]
    shown = served.s_client(scenario, option(version))

    alerts = [int(code) for code in re.findall(r"Level=fatal\(2\), description=.*\((\d+)\)", shown)]
    assert alerts == [REFUSED[scenario]], shown[-3000:]
    assert "Certificate" not in sent_by_client(shown)
    assert served.last_record(scenario)["alert_received"] is not None


@pytest.mark.parametrize("scenario, version", [("raw-list-too-long", "1.2"), ("raw-trailing-bytes-after", "1.2"),
                                               ("raw-tls13-list-too-long", "1.3"),
                                               ("raw-tls13-context-too-long", "1.3")])
def test_gnutls_refuses_what_is_malformed(served, scenario, version):
    shown = served.gnutls(scenario, f"NORMAL:-VERS-ALL:+VERS-TLS{version}")

    assert "Fatal error" in shown
    assert served.last_record(scenario)["chain"] == []


def test_every_malformed_scenario_has_a_witness():
    # libssl does not mind these: no certificate types, a context where none may be.
    taken = {"raw-no-certificate-types", "raw-tls13-context-in-handshake"}
    malformed = {name for name, text in SCENARIOS.items()
                 if "malformed-certificate-request" in text["expect"].get("findings", [])}

    assert malformed - taken == set(REFUSED) - {"raw-giant-length", "raw-tls13-giant-length"}


# Where a server falls silent: the last whole message that openssl shows, and whether the request was said, or half of
# it. A ClientHello of its own is all that openssl shows of a server that says nothing.
STALLS = {
    "raw-stall-before-server-hello": ("> ClientHello", False),
    "raw-stall-after-server-hello": ("ServerHello", False),
    "raw-stall-after-certificate": ("Certificate", False),
    "raw-stall-in-request": ("ServerKeyExchange", False),
    "raw-stall-after-request": ("CertificateRequest", True),
    "raw-stall-after-server-hello-done": ("> Finished", True),
    "raw-stall-after-client-certificate": ("> Finished", True),
    "raw-tls13-stall-after-server-hello": ("ServerHello", False),
    "raw-tls13-stall-after-encrypted-extensions": ("EncryptedExtensions", False),
    "raw-tls13-stall-in-request": ("EncryptedExtensions", False),
    "raw-tls13-stall-after-request": ("CertificateRequest", True),
    "raw-tls13-stall-after-certificate": ("Certificate", True),
    "raw-tls13-stall-before-finished": ("CertificateVerify", True),
    "raw-tls13-stall-after-client-certificate": ("> Finished", True),
}


@pytest.mark.parametrize("scenario", STALLS)
def test_openssl_waits_where_the_server_stalls(served, scenario):
    last, asked = STALLS[scenario]
    version = SCENARIOS[scenario]["listener"][0].get("tls", VERSIONS)[-1]

    for limit in (0.3, 1, 4, 15):  # long enough, on whatever machine
        messages = served.messages(scenario, limit, option(version))
        if messages[-1:] != [last]:
            continue
        record = served.last_record(scenario)
        if bool(record["chain"]) == (last == "> Finished"):
            break

    assert messages[-1:] == [last]
    assert record["decision"] == "stall" and record["alert_received"] is None
    assert record["version"] == (None if scenario == "raw-stall-before-server-hello" else version)
    assert record["asked"] == (["handshake"] if asked else [])
    assert bool(record["chain"]) == (last == "> Finished")


@pytest.mark.parametrize("version", VERSIONS)
def test_curl_waits_where_the_server_stalls_in_its_answer(served, version):
    certificate, key = served.alice("raw-stall-in-answer")
    for limit in ("0.5", "2", "15"):  # long enough, on whatever machine
        done = subprocess.run(
            ["curl", "-kisS", "--max-time", limit, "--tls-max", version, "--cert", certificate, "--key", key,
             f"https://127.0.0.1:{served.ports['raw-stall-in-answer']}/"], capture_output=True, check=False, timeout=60)
        record = served.last_record("raw-stall-in-answer")
        if done.stdout:
            break

    assert done.returncode == 28 and done.stdout == b"HTTP/1.1 200 OK\r\nServer: raw\r\n"
    assert record["version"] == version and record["handshake_completed"] and record["decision"] == "stall"
    assert record["chain"][0]["subject"] == "CN=Alice,OU=Users,O=Example,C=DE"


def test_every_stall_has_a_witness():
    assert set(STALLS) | {"raw-stall-in-answer"} == {name for name, text in SCENARIOS.items() if "stall" in text.get("raw", {})}


def test_openssl_waits_for_slow_bytes(served):
    with pytest.raises(subprocess.TimeoutExpired):
        served.s_client("raw-slow-bytes", "-tls1_2", limit=0.5)
