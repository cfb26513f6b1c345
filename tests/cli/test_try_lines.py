"""The lines that `mtls-harness run` prints to try: pasted into a shell as they stand, they tell the scenario's story.
What came of each is what the server records, so neither openssl's nor curl's words are trusted."""

import json
import os
import pathlib
import re
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

BIN = pathlib.Path(os.environ["MTLS_BIN"])
# Scenario -> (decision, certificates that arrived) of each line in turn.
STORIES = {
    "apache-per-location-tls12": [("200", 2)] * 2,
    "apache-per-location-tls13": [("200", 2), ("403", 0), ("200", 2)],
    "back-ends-disagree": [("200", 2)] * 3,
    "certificate-types-exclude-rsa": [("alert handshake_failure", 0), ("200", 2), ("alert handshake_failure", 0)],
    "door-open": [("200", 2), ("200", 2), ("200", 0), ("200", 2)],
    "iis-bindings-disagree": [("200", 2), ("403.16", 2), ("200", 2)],
    "iis-ctl-store-lost": [("403.16", 2), ("403.7", 0), ("403.16", 2)],
    "iis-expired": [("403.17", 2)] * 2,
    "iis-healthy": [("200", 2), ("403.7", 0), ("200", 2)],
    "iis-intermediate-missing": [("403.16", 1), ("200", 2), ("403.16", 1)],
    "iis-late-tls12": [("200", 2)] * 2,
    "iis-late-tls13-500": [("500.0", 0), ("200", 2), ("500.0", 0), ("500.0", 0)],
    "iis-late-tls13-post-handshake": [("200", 2), ("200", 2), ("500.0", 0), ("200", 2)],
    "iis-late-tls13-reset": [("reset", 0), ("200", 2), ("reset", 0), ("reset", 0)],
    "iis-mode-1-intermediate-only": [("403.16", 2)] * 2,
    "iis-revoked": [("403.13", 2), ("200", 2), ("403.13", 2)],
    "iis-root-store-polluted": [("403.16", 2)] * 2,
    "iis-root-store-polluted-list": [("403.16", 2), ("403.7", 0), ("403.16", 2)],
    "iis-self-hosted": [("403 native error code 0x109", 2), ("403", 0), ("403 native error code 0x109", 2)],
    "iis-upload-413": [("200", 2), ("403.7", 0), ("413.0", 0)],
    "nginx-on": [("200", 2), ("400", 2), ("400", 0), ("200", 2)],
    "raw-list-too-long": [("none", 0)],
    "raw-well-formed": [("close", 2), ("close", 0)],
    "signature-algorithms-exclude-rsa": [("alert certificate_required", 0), ("200", 2),
                                         ("alert certificate_required", 0)],
    "strict-certificate-required": [("alert certificate_required", 0)] * 2,
    "strict-close": [("200", 2), ("close", 2), ("200", 2)],
    "strict-unknown-ca": [("200", 2), ("alert unknown_ca", 2), ("alert certificate_required", 0), ("200", 2)],
    "tls10-only": [("200", 2)] * 2,
    "tls13-rejected-after-handshake": [("alert unknown_ca", 2)],
}


def test_a_server_that_stalls_in_its_answer_is_asked_for_one(tmp_path):
    shown = subprocess.run([BIN / "mtls-harness", "run", "raw-stall-in-answer", "--for", "0", "--dir", tmp_path / "lab"],
                           capture_output=True, text=True, timeout=60, check=True).stdout
    lines = re.findall(r"^    (timeout 5 openssl .*)$", shown, re.M)

    assert len(lines) == 2 and all(line.endswith(f" < {tmp_path}/lab/request.txt") for line in lines), shown


class Printed:
    """`mtls-harness run` of all of them, and what it prints."""

    def __init__(self, directory):
        self.record = directory / "record.jsonl"
        self.process = subprocess.Popen(
            [BIN / "mtls-harness", "run", *STORIES, "--dir", directory / "lab", "--record", self.record],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.lines = {scenario: [] for scenario in STORIES}
        self.stories = {scenario: [] for scenario in STORIES}
        scenario = None
        ended = 0
        while ended < len(STORIES):
            line = self.process.stdout.readline()
            assert line, "the harness ended"
            if match := re.match(r"(\S+): ", line):
                scenario = match[1]
            elif line.startswith("    # "):
                self.stories[scenario].append(line[6:-1])
            elif line.startswith("    "):
                self.lines[scenario].append(line.strip())
            ended += line == "\n"

    def paste(self, scenario):
        """All but the first line, which is mtls-probe's; what each said."""
        return [subprocess.run(["sh", "-c", line], capture_output=True, timeout=60, check=False,
                               stdin=subprocess.DEVNULL).stdout.decode(errors="replace")
                for line in self.lines[scenario][1:]]

    def records(self, scenario):
        """One a line, in order. The last ones come when the server has noticed that the client left."""
        deadline = time.monotonic() + 20
        while True:
            text = self.record.read_text()
            found = [record for line in text[:text.rfind("\n") + 1].splitlines()  # the last may be under way
                     if (record := json.loads(line))["scenario"] == scenario]
            if len(found) >= len(self.lines[scenario]) - 1 or time.monotonic() > deadline:
                return sorted(found, key=lambda record: record["connection"])
            time.sleep(0.02)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    everything = Printed(tmp_path_factory.mktemp("try"))
    with ThreadPoolExecutor(4) as pool:
        everything.said = dict(zip(STORIES, pool.map(everything.paste, STORIES)))
    yield everything
    everything.stop()


@pytest.mark.parametrize("scenario", STORIES)
def test_a_pasted_line_comes_to_what_the_story_says(printed, scenario):
    came = [(record["decision"], len(record["chain"])) for record in printed.records(scenario)]

    assert came == STORIES[scenario], printed.lines[scenario]


@pytest.mark.parametrize("scenario", STORIES)
def test_each_line_says_before_what_will_come_of_it(printed, scenario):
    decisions = [decision for decision, _ in STORIES[scenario]]
    assert len(printed.stories[scenario]) == len(decisions)
    for story, decision in zip(printed.stories[scenario], decisions):
        if ": let in" in story:
            assert decision == "200", story
        elif "by a TLS alert" in story:
            assert decision.startswith("alert "), story
        elif ": refused" in story:
            assert decision not in ("200", "none"), story
        elif "hangs up" in story:
            assert decision in ("close", "reset"), story
        else:
            assert re.search(r"with curl|again|TLS 1\.2|short|without|never asked|-msg", story), story


def test_openssl_shows_the_list_of_each_back_end_and_of_each_binding(printed):
    first, second, _ = printed.said["back-ends-disagree"]
    assert "CN = Example Root CA" in first.partition("Acceptable client")[2]
    assert "Northwind" in second.partition("Acceptable client")[2]
    by_name, without, _ = printed.said["iis-bindings-disagree"]
    assert "Example Issuing CA 1" in by_name.partition("Acceptable client")[2].partition("Requested")[0]
    assert "Northwind" in without.partition("Acceptable client")[2]


def test_curl_shows_the_answer(printed):
    assert printed.said["iis-ctl-store-lost"][-1].startswith("HTTP/1.1 403 Forbidden")
    assert printed.said["iis-upload-413"][-1].startswith("HTTP/1.1 413 ")


@pytest.mark.skipif(not (BIN / "mtls-probe").exists(), reason="the probe is not built")
@pytest.mark.parametrize("scenario, exit_code", [("iis-healthy", 0), ("iis-bindings-disagree", 1),
                                                 ("iis-upload-413", 2)])
def test_the_probes_own_line_works_too(printed, scenario, exit_code):
    run = subprocess.run(["sh", "-c", printed.lines[scenario][0]], capture_output=True, text=True, timeout=60,
                         check=False)

    assert run.returncode == exit_code, run.stdout + run.stderr
