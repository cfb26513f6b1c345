"""Runs mtls-probe as a user would, and reads what it says."""
import functools
import json
import os
import re
import subprocess
import time
from pathlib import Path

import jsonschema

TREE = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("MTLS_BIN", TREE / "build" / "check" / "bin"))
SCHEMA = json.loads((TREE / "probe" / "report" / "report.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
SCHEMAS = {}  # by $id; their references made absolute, since the library joins no urn with a fragment
for _file in (TREE / "probe" / "report").glob("*.schema.json"):
    _id = json.loads(_file.read_text())["$id"]
    SCHEMAS[_id] = json.loads(_file.read_text().replace('"#/', f'"{_id}#/'))
EXIT_CODES = {"ok": 0, "warning": 1, "critical": 2, "unknown": 3}


def fast(name):
    """The released program of that name, if it is no older than the one under test (scripts/test builds it last)."""
    released = TREE / "build" / "release" / "bin" / name
    return released if released.exists() and released.stat().st_mtime >= (BIN / name).stat().st_mtime else BIN / name


class Report(dict):
    """The JSON report, with the questions that tests ask it."""

    def observations_of(self, purpose="variant", version=None):
        """Those with this negotiated version; of any outcome if None."""
        return [one for one in self["observations"] if one["purpose"] == purpose and
                (version is None or (one["negotiated"] or {}).get("version") == version)]

    def requests(self, version=None, purpose="variant"):
        return [request for one in self.observations_of(purpose, version) for request in one["certificate_requests"]]

    @property
    def request(self):
        """The CertificateRequest that a normal client gets."""
        where = self["request"]
        return self["observations"][where["observation"]]["certificate_requests"][where["index"]]

    @property
    def findings(self):
        return {one["id"]: one["severity"] for one in self["findings"]}

    def finding(self, name):
        [found] = [one for one in self["findings"] if one["id"] == name]
        return found

    def candidate(self, issued):
        """By the file that it was given as."""
        found = [one for one in self["candidates"] if one["label"] == str(getattr(issued, "file", issued))]
        assert len(found) == 1, [one["label"] for one in self["candidates"]]
        return found[0]

    def attempt(self, issued):
        """result and by; the observation behind them is `attempted`."""
        attempt = self.candidate(issued)["attempt"]
        return attempt["result"], attempt["by"]

    def attempted(self, issued):
        return self["observations"][self.candidate(issued)["attempt"]["observation"]]


def listed(request):
    """The names of a CertificateRequest as bytes, in order; None without the extension."""
    authorities = request["certificate_authorities"]
    return None if authorities is None else [bytes.fromhex(one["der"]) for one in authorities]


class Result:
    def __init__(self, code, out, err, seconds):
        self.code, self.out, self.err, self.seconds = code, out, err, seconds

    @property
    def text(self):
        return self.out.decode()

    @property
    def report(self):
        return check(json.loads(self.out), self.code)

    @property
    def complaint(self):
        """The one line on stderr of a run that could not begin."""
        assert self.out == b"" and self.code == 3, (self.code, self.out, self.err)
        lines = self.err.decode().splitlines()
        assert len(lines) == 1 and lines[0].startswith("mtls-probe: "), lines
        return lines[0]


@functools.cache
def _severities():
    """finding -> the severities that its page names."""
    out = subprocess.run([BIN / "mtls-probe", "explain", "--list", "--format", "json"], capture_output=True, check=True)
    pages = [one["readings"][0] for one in json.loads(out.stdout)["answers"]]
    return {page["code"]: re.findall(r"critical|warning|info", page["severity"]) for page in pages}


def check(report, code=None):
    """What holds for every report."""
    errors = [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(report)]
    assert not errors, errors[:5]
    assert code is None or EXIT_CODES[report["verdict"]] == code
    assert "\n" not in report["summary"] and report["summary"]
    assert [one["id"] for one in report["observations"]] == list(range(len(report["observations"])))
    worst = max([EXIT_CODES[{"info": "ok"}.get(one["severity"], one["severity"])] for one in report["findings"]] + [0])
    assert report["verdict"] == "unknown" or EXIT_CODES[report["verdict"]] == worst
    for finding in report["findings"]:
        # What was wished for (--expect-outcome reject) and what explains it is info.
        assert finding["severity"] in [*_severities().get(finding["id"], ""), "info"], finding["id"]
    for candidate in report["candidates"]:
        attempt = candidate["attempt"]
        if attempt and attempt["result"] == "accepted":
            # Completing a TLS 1.3 handshake proves nothing: something must have come back.
            seen = report["observations"][attempt["observation"]]
            assert seen["negotiated"]["version"] != "1.3" or seen["http"] or attempt["by"] is None, seen
    return Report(report)


def document_of(result, command):
    """The JSON that a command without a server printed, held against its schema."""
    document = json.loads(result.out)
    schema = SCHEMAS[f"urn:mtls-probe:{command}:1"]
    resolver = jsonschema.RefResolver.from_schema(schema, store=SCHEMAS)
    errors = jsonschema.Draft202012Validator(schema, resolver=resolver).iter_errors(document)
    assert not (found := [f"{error.json_path}: {error.message}" for error in errors]), found[:5]
    return document


def explained(probe, *words, code=0):
    """What `mtls-probe explain` says of these words."""
    result = probe.run("explain", "--format", "json", *words)
    assert result.code == code, result.err
    return document_of(result, "explain")


class Probe:
    def __init__(self):
        self.program = BIN / "mtls-probe"
        assert self.program.exists(), f"{self.program} is not built: set MTLS_BIN"

    def run(self, *args, limit=40, env=None, **more):
        """Exit code, stdout, stderr, as bytes. The process must end by itself, and leave no child behind."""
        began = time.monotonic()
        process = subprocess.Popen([self.program, *map(str, args)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True,
                                   env={**os.environ, "TERM": "xterm", **(env or {})}, **more)
        try:
            out, err = process.communicate(timeout=limit)
        finally:
            process.kill()
        result = Result(process.returncode, out, err, time.monotonic() - began)
        assert result.code in (0, 1, 2, 3), (result.code, err.decode(errors="replace")[-3000:])
        assert b"Sanitizer" not in err and b"runtime error" not in err and b"terminate called" not in err, err
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return result
        raise AssertionError("mtls-probe left a process behind")

    def json(self, *args, **more):
        """Runs with --format json; nothing on stderr."""
        result = self.run("--format", "json", *args, **more)
        assert result.err == b"", result.err.decode(errors="replace")
        return result.report

    def ask(self, port, *args, **more):
        return self.json(*args, f"127.0.0.1:{port}", **more)
