"""--list-only against the ordinary probe, on every scenario of the harness."""
import os
import pathlib
import re
import signal
import subprocess
import tomllib

import pytest

from support.two_readers import agree, both

HARNESS = pathlib.Path(os.environ["MTLS_BIN"]) / "mtls-harness"
FILES = sorted((pathlib.Path(__file__).parents[2] / "harness" / "scenarios").glob("*.toml"))
SCENARIOS = {file.stem: tomllib.loads(file.read_text()) for file in FILES}


class Served:
    """Every scenario at once, in one process."""

    def __init__(self, directory):
        self.process = subprocess.Popen([HARNESS, "run", *SCENARIOS, "--dir", directory], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
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
            started += line == "\n"

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    everything = Served(tmp_path_factory.mktemp("scenarios"))
    yield everything
    everything.stop()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario(probe, served, scenario):
    attempt = SCENARIOS[scenario].get("try", {})
    patience = ["--timeout", "2"] if "stall" in scenario else []
    sni = ["--sni", attempt.get("sni", "localhost")]
    ordinary, listing = both(probe, *patience, *sni, f"127.0.0.1:{served.ports[scenario]}")

    found = agree(ordinary, listing)

    expect = SCENARIOS[scenario]["expect"]
    if "list" in expect and "late-certificate-request" not in expect.get("findings", []):
        assert any(requests for _, requests in found.values())


def test_every_scenario_with_a_stalled_request_reports_what_came(probe, served):
    for scenario in ("raw-stall-in-request", "raw-tls13-stall-in-request"):
        report = probe.json("--list-only", "--timeout", "2", f"127.0.0.1:{served.ports[scenario]}")

        assert report["verdict"] == "unknown" and report["request"]["status"] == "undetermined"
        assert report["request"]["index"] is None
        if scenario == "raw-stall-in-request":
            [request] = report.requests()
            assert not request["complete"] and request["bytes"] > 4
