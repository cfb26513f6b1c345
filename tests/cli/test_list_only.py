"""--list-only against the ordinary probe, on every scenario of the harness."""
import pathlib
import tomllib

import pytest

from support.all_served import AllServed
from support.two_readers import agree, both

FILES = sorted((pathlib.Path(__file__).parents[2] / "harness" / "scenarios").glob("*.toml"))
SCENARIOS = {file.stem: tomllib.loads(file.read_text()) for file in FILES}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    everything = AllServed(tmp_path_factory.mktemp("scenarios"), SCENARIOS)
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
