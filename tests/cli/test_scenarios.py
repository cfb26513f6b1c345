"""What each scenario claims, confirmed by clients that know nothing of this project: the list of names by openssl
s_client, the fate of each candidate by curl. So the probe and the harness cannot be wrong together."""

import os
import pathlib
import re
import signal
import subprocess
import tomllib

import pytest

HARNESS = pathlib.Path(os.environ["MTLS_BIN"]) / "mtls-harness"
FILES = sorted((pathlib.Path(__file__).parents[2] / "harness" / "scenarios").glob("*.toml"))
SCENARIOS = {file.stem: tomllib.loads(file.read_text()) for file in FILES}
NAME_OPTIONS = ["-nameopt", "RFC2253,utf8,-esc_msb"]


def candidates():
    return [(scenario, who) for scenario, text in SCENARIOS.items()
            for who in text.get("expect", {}).get("candidates", {})]


def with_list():
    """Those that ask in the handshake: s_client shows no later list."""
    return [scenario for scenario, text in SCENARIOS.items()
            if "list" in text["expect"] and "late-certificate-request" not in text["expect"].get("findings", [])]


class AllServed:
    """Every scenario at once, in one process."""

    def __init__(self, directory):
        self.directory = directory
        self.process = subprocess.Popen([HARNESS, "run", *SCENARIOS, "--dir", directory, "--log", directory / "log"],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.ports = {}
        scenario = None
        started = 0
        while started < len(SCENARIOS):
            line = self.process.stdout.readline()
            assert line, "the harness ended"
            if match := re.match(r"(\S+): ", line):
                scenario = match.group(1)
            elif match := re.search(r"listens on \S+:(\d+)$", line):
                self.ports.setdefault(scenario, int(match.group(1)))
            started += line.startswith("    openssl")

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0

    def name(self, scenario, authority):
        subject = subprocess.run(["openssl", "x509", "-in", self.directory / scenario / f"{authority}.pem", "-noout",
                                  "-subject", *NAME_OPTIONS], capture_output=True, text=True, check=True).stdout
        return subject.removeprefix("subject=").strip("\n")

    def names_sent(self, scenario):
        sni = SCENARIOS[scenario].get("try", {}).get("sni", "localhost")
        shown = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.ports[scenario]}", "-servername",
                                sni, "-cipher", "DEFAULT:@SECLEVEL=0", *NAME_OPTIONS],
                               capture_output=True, text=True, timeout=60, check=False, input="").stdout
        if "No client certificate CA names sent" in shown:
            return []
        match = re.search(r"Acceptable client certificate CA names\n(.*?)\n(?:Client Certificate Types|Requested)",
                          shown, re.S)
        return match.group(1).splitlines()

    def curl(self, scenario, who):
        attempt = SCENARIOS[scenario]["try"]
        host, port, files = attempt.get("sni", "localhost"), self.ports[scenario], self.directory / scenario
        return subprocess.run(
            ["curl", "-sSk", "--max-time", "20", "--tlsv1.0", "--ciphers", "DEFAULT:@SECLEVEL=0", "-o", os.devnull,
             "-w", "%{http_code}", "--connect-to", f"::127.0.0.1:{port}", "--cert", files / f"{who}.pem", "--key",
             files / f"{who}.key", f"https://{host}:{port}{attempt.get('path', '/')}"],
            capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    everything = AllServed(tmp_path_factory.mktemp("scenarios"))
    yield everything
    everything.stop()


@pytest.mark.parametrize("scenario", with_list())
def test_the_list_is_what_the_scenario_says(served, scenario):
    claimed = [served.name(scenario, authority) for authority in SCENARIOS[scenario]["expect"]["list"]]

    assert served.names_sent(scenario) == claimed


@pytest.mark.parametrize("scenario, who", candidates())
def test_the_candidate_fares_as_the_scenario_says(served, scenario, who):
    claimed = SCENARIOS[scenario]["expect"]["candidates"][who]

    run = served.curl(scenario, who)

    how = f"curl said {run.returncode}, {run.stdout}: {run.stderr}"
    if claimed["result"] == "accepted" or SCENARIOS[scenario]["expect"].get("required") == "no":
        assert run.stdout == "200", how
    elif claimed["result"] == "not_requested":
        assert run.stdout in ("200", "500"), how
    elif claimed["by"] == "http":
        assert run.stdout in ("400", "403"), how
    elif claimed["by"] == "alert":
        assert run.returncode != 0 and "alert" in run.stderr, how
    else:
        assert run.returncode != 0 and "alert" not in run.stderr, how
