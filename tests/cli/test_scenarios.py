"""What each scenario claims, confirmed by clients that know nothing of this project: the list of names by openssl
s_client, the fate of each candidate by curl. So the probe and the harness cannot be wrong together."""

import base64
import os
import pathlib
import re
import subprocess
import tomllib

import pytest

from support import der
from support.all_served import AllServed

FILES = sorted((pathlib.Path(__file__).parents[2] / "harness" / "scenarios").glob("*.toml"))
# What raw scenarios claim is about broken bytes: peers/test_raw_scenarios.py.
SCENARIOS = {file.stem: text for file in FILES
             if (text := tomllib.loads(file.read_text()))["personality"] != "raw"}
NAME_OPTIONS = ["-nameopt", "RFC2253,utf8,-esc_msb"]


def candidates():
    return [(scenario, who) for scenario, text in SCENARIOS.items()
            for who in text.get("expect", {}).get("candidates", {})]


def with_list():
    """Those that ask in the handshake: s_client shows no later list."""
    return [scenario for scenario, text in SCENARIOS.items()
            if "list" in text["expect"] and "late-certificate-request" not in text["expect"].get("findings", [])]


def announced(scenario):
    """The method and the length of the body that the scenario wants to be sent."""
    length = SCENARIOS[scenario].get("try", {}).get("upload", 0)
    return ("POST" if length else "GET"), length


def vector(data, width):
    """RFC 8446 §3.4: what stands in a vector whose length has so many bytes, and what follows it."""
    end = width + int.from_bytes(data[:width], "big")
    return data[width:end], data[end:]


def names_in(body):
    """The names of a CertificateRequest. In TLS 1.3 it begins with a context, empty or of 32 bytes; before, with one
    to three certificate types."""
    first, rest = vector(body, 1)
    if 1 <= len(first) <= 3:
        if len(body) != 1 + len(first) + 2 + int.from_bytes(rest[:2], "big"):  # TLS 1.2 has algorithms in between
            _, rest = vector(rest, 2)
        entries, _ = vector(rest, 2)
    else:
        entries, (extensions, _) = b"", vector(rest, 2)
        while extensions:
            kind = extensions[:2]
            content, extensions = vector(extensions[2:], 2)
            if kind == bytes([0, 47]):
                entries, _ = vector(content, 2)
    names = []
    while entries:
        name, entries = vector(entries, 2)
        names.append(name.hex())
    return names


# TLS 1.3 breaks off before the server asks: whoever wants an answer asks in 1.2.
BROKEN_IN_13 = {"tls13-without-signature-algorithm"}


class Lab(AllServed):
    def __init__(self, directory):
        super().__init__(directory, SCENARIOS, "--log", directory / "log")

    def name(self, scenario, authority):
        subject = subprocess.run(["openssl", "x509", "-in", self.directory / scenario / f"{authority}.pem", "-noout",
                                  "-subject", *NAME_OPTIONS], capture_output=True, text=True, check=True).stdout
        return subject.removeprefix("subject=").strip("\n")

    def subject(self, scenario, authority):
        pem = (self.directory / scenario / f"{authority}.pem").read_text().split("-----")[2]
        return der.subject(base64.b64decode(pem)).hex()

    def s_client(self, scenario, who=None, text=""):
        sni = SCENARIOS[scenario].get("try", {}).get("sni", "localhost")
        files = self.directory / scenario
        presented = ["-cert", files / f"{who}.pem", "-key", files / f"{who}.key"] if who else []
        return subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.ports[scenario]}", "-servername",
                               sni, "-cipher", "DEFAULT:@SECLEVEL=0", *NAME_OPTIONS, *presented,
                               *(["-tls1_2"] if scenario in BROKEN_IN_13 else []), *(["-ign_eof"] if text else [])],
                              capture_output=True, text=True, timeout=60, check=False, input=text)

    def requests(self, scenario):
        """The names in each CertificateRequest, as hex, by the bytes that s_client says it received: also the late
        ones, which come after the HTTP request."""
        attempt = SCENARIOS[scenario].get("try", {})
        method, length = announced(scenario)
        log = self.directory / f"{scenario}.messages"
        subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.ports[scenario]}", "-servername",
                        attempt.get("sni", "localhost"), "-cipher", "DEFAULT:@SECLEVEL=0", "-enable_pha", "-ign_eof",
                        "-msg", "-msgfile", log, *(["-tls1_2"] if scenario in BROKEN_IN_13 else [])],
                       input=f"{method} {attempt.get('path', '/')} HTTP/1.0\r\nContent-Length: {length}\r\n\r\n".encode(),
                       capture_output=True, timeout=60, check=False)
        bodies = re.findall(r"<<< .*, Handshake .*, CertificateRequest\n((?:    .*\n)+)", log.read_text())
        return [names_in(bytes.fromhex(body)[4:]) for body in bodies]

    def alert(self, scenario, who):
        errors = self.s_client(scenario, who, "GET / HTTP/1.0\r\n\r\n").stderr
        return int(re.search(r"SSL alert number (\d+)", errors).group(1))

    def names_sent(self, scenario):
        shown = self.s_client(scenario).stdout
        if "No client certificate CA names sent" in shown:
            return []
        match = re.search(r"Acceptable client certificate CA names\n(.*?)\n(?:Client Certificate Types|Requested)",
                          shown, re.S)
        return match.group(1).splitlines()

    def upload(self, scenario):
        method, length = announced(scenario)
        if not length:
            return []
        body = self.directory / f"{scenario}.body"
        body.write_bytes(b"x" * length)
        return ["-X", method, "--data-binary", f"@{body}"]

    def curl(self, scenario, who=None):
        attempt = SCENARIOS[scenario]["try"]
        host, port, files = attempt.get("sni", "localhost"), self.ports[scenario], self.directory / scenario
        certificate = ["--cert", files / f"{who}.pem", "--key", files / f"{who}.key"] if who else []
        return subprocess.run(
            ["curl", "-sSk", *self.upload(scenario), *certificate, "--max-time", "20", "--tlsv1.0",
             *(["--tls-max", "1.2"] if scenario in BROKEN_IN_13 else []), "--ciphers", "DEFAULT:@SECLEVEL=0", "-o", os.devnull,
             "-w", "%{http_code}", "--connect-to", f"::127.0.0.1:{port}",
             f"https://{host}:{port}{attempt.get('path', '/')}"],
            capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    everything = Lab(tmp_path_factory.mktemp("scenarios"))
    yield everything
    everything.stop()


@pytest.mark.parametrize("scenario", BROKEN_IN_13)
def test_a_client_of_tls_13_gets_no_request(served, scenario):
    shown = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{served.ports[scenario]}", "-tls1_3", "-msg"],
                           capture_output=True, text=True, timeout=60, check=False, input="")

    assert "SSL alert number 80" in shown.stderr and "CertificateRequest" not in shown.stdout


@pytest.mark.parametrize("scenario", with_list())
def test_the_list_is_what_the_scenario_says(served, scenario):
    claimed = [served.name(scenario, authority) for authority in SCENARIOS[scenario]["expect"]["list"]]

    assert served.names_sent(scenario) == claimed


@pytest.mark.parametrize("scenario", [name for name, text in SCENARIOS.items() if "list_size" in text["expect"]])
def test_the_list_is_as_long_as_the_scenario_says(served, scenario):
    assert len(served.names_sent(scenario)) == SCENARIOS[scenario]["expect"]["list_size"]


@pytest.mark.parametrize("scenario, who", candidates())
def test_the_candidate_fares_as_the_scenario_says(served, scenario, who):
    claimed = SCENARIOS[scenario]["expect"]["candidates"][who]

    run = served.curl(scenario, who)

    how = f"curl said {run.returncode}, {run.stdout}: {run.stderr}"
    if claimed["result"] == "accepted" or SCENARIOS[scenario]["expect"].get("required") == "no":
        assert run.stdout == "200", how
    elif claimed["result"] == "not_requested":
        assert run.stdout in ("200", "403", "413", "500"), how
    elif claimed["by"] == "http":
        assert run.stdout in ("400", "403"), how
    elif claimed["by"] == "alert":
        assert run.returncode != 0 and "alert" in run.stderr, how
    else:
        assert run.returncode != 0 and "alert" not in run.stderr, how


def test_back_ends_take_turns(served):
    lists = [served.names_sent("back-ends-disagree") for _ in range(4)]

    assert lists[0] != lists[1]
    assert lists[:2] == lists[2:]
    assert sorted(map(len, lists)) == [1, 1, 2, 2]


@pytest.mark.parametrize("scenario", ["strict-access-denied", "strict-bad-certificate", "strict-certificate-expired",
                                      "strict-certificate-required", "strict-certificate-revoked",
                                      "strict-handshake-failure", "strict-unknown-ca",
                                      "strict-unsupported-certificate"])
def test_the_alert_is_the_one_in_the_name_of_the_scenario(served, scenario):
    wanted = {"access-denied": 49, "bad-certificate": 42, "certificate-expired": 45, "certificate-required": 116,
              "certificate-revoked": 44, "handshake-failure": 40, "unknown-ca": 48, "unsupported-certificate": 43}
    who = {"strict-unknown-ca": "mallory", "strict-certificate-required": None}.get(scenario, "alice")

    assert served.alert(scenario, who) == wanted[scenario.removeprefix("strict-")]


@pytest.mark.parametrize("scenario, types, algorithms", [
    ("certificate-types-exclude-rsa", "ECDSA sign", "ECDSA+SHA256:ECDSA+SHA384"),
    ("signature-algorithms-exclude-rsa", None, "ECDSA+SHA256"),
])
def test_the_request_takes_no_rsa(served, scenario, types, algorithms):
    shown = served.s_client(scenario).stdout

    assert f"Requested Signature Algorithms: {algorithms}\n" in shown
    if types:
        assert f"Client Certificate Types: {types}\n" in shown


@pytest.mark.parametrize("scenario", [name for name, text in SCENARIOS.items() if "request" in text["expect"]])
def test_a_certificate_is_asked_for_as_the_scenario_says(served, scenario):
    claimed = SCENARIOS[scenario]["expect"]["request"]

    requests = served.requests(scenario)

    assert len(requests) == (0 if claimed == "none" else 1)
    assert [bool(names) for names in requests] == {"none": [], "empty": [False], "list": [True]}[claimed]


@pytest.mark.parametrize("scenario", [name for name in SCENARIOS
                                      if "list" in SCENARIOS[name]["expect"] and name not in with_list()])
def test_the_late_list_is_what_the_scenario_says(served, scenario):
    (names,) = served.requests(scenario)

    assert names == [served.subject(scenario, authority) for authority in SCENARIOS[scenario]["expect"]["list"]]


@pytest.mark.parametrize("scenario", [name for name, text in SCENARIOS.items()
                                      if text["expect"].get("without_certificate") in ("accepted", "rejected")])
def test_nobody_without_a_certificate_fares_better_than_the_scenario_says(served, scenario):
    run = served.curl(scenario)

    accepted = SCENARIOS[scenario]["expect"]["without_certificate"] == "accepted"
    assert (run.stdout == "200") == accepted, f"curl said {run.returncode}, {run.stdout}: {run.stderr}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_scenario_says_which_findings_there_are_and_no_others(file):
    """Without both keys `mtls-harness verify` would let false companions pass."""
    expect = tomllib.loads(file.read_text())["expect"]

    assert set(expect["causes"]) <= set(expect["findings"])
    assert bool(expect["causes"]) == (expect["verdict"] in ("warning", "critical"))
