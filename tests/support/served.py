"""mtls-harness as a user starts it, with curl and openssl s_client as clients that know nothing of this project."""
import json
import re
import signal
import subprocess
import time

from support.probe import BIN

HARNESS = BIN / "mtls-harness"


def harness(*arguments, **more):
    return subprocess.run([HARNESS, *arguments], capture_output=True, text=True, timeout=120, **more)


class Served:
    """`mtls-harness run ...` until the with block ends."""

    def __init__(self, directory, *arguments, command="run"):
        self.directory = directory / "certificates"
        self.record = directory / "record.jsonl"
        self.arguments = [HARNESS, command, *arguments, "--dir", self.directory, "--record", self.record]

    def __enter__(self):
        self.process = subprocess.Popen(self.arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line)
            if line == "\n":
                break
        self.ports = [int(port) for port in re.findall(r"listens on \S+:(\d+)\n", "".join(self.lines))]
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, by=signal.SIGINT):
        if self.process.returncode is None:
            self.process.send_signal(by)
            self.output, self.errors = self.process.communicate(timeout=60)
        return self.process.returncode

    def records(self):
        text = self.record.read_text()
        return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]  # the last may be under way

    def wait_for_records(self, count):
        """They are written when the server has noticed that the client left."""
        deadline = time.monotonic() + 20
        while not (self.record.exists() and len(self.records()) >= count):
            assert time.monotonic() < deadline, "no record"
            time.sleep(0.02)

    def curl(self, who=None, *more, url=None):
        certificate = ["--cert", self.directory / f"{who}.pem", "--key", self.directory / f"{who}.key"] if who else []
        answer = subprocess.run(
            ["curl", "-sk", "--max-time", "20", "-w", "\n%{http_code}", *certificate, *more,
             url or f"https://localhost:{self.ports[0]}/"],
            capture_output=True, text=True, timeout=60, check=False)
        body, _, code = answer.stdout.rpartition("\n")
        return int(code), body

    def ca_names(self, *more):
        """The list as s_client prints it, one name an item."""
        answer = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{self.ports[0]}", "-nameopt", "RFC2253,utf8,-esc_msb",
             *more],
            capture_output=True, text=True, timeout=60, check=False, input="")
        match = re.search(r"Acceptable client certificate CA names\n(.*?)\n(?:Client Certificate Types|Requested)",
                          answer.stdout, re.S)
        return match.group(1).splitlines() if match else []
