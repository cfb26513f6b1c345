"""The endpoints of mtls-harness that ask, and what arrives at them."""
import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

from peers.clients.asking import all_requests, scenarios

HARNESS = Path(os.environ["MTLS_BIN"]) / "mtls-harness"


class Endpoints:
    """All of them in one process. A connection is told from others by the server name that it asks for."""

    def __init__(self, folder):
        requests = list(all_requests())
        self.certificates = folder / "pki" / "clients"
        self.ports = {}  # Request -> port
        self._record = folder / "record.jsonl"
        self._record.touch()
        self._read = 0
        self._seen = {}
        files = scenarios(requests)
        for name, text in files.items():
            (folder / name).write_text(text)
        self._log = open(folder / "harness.log", "w+")
        self._process = subprocess.Popen(
            [HARNESS, "run", *(folder / name for name in files), "--dir", folder / "pki", "--record", self._record],
            stdout=subprocess.PIPE, stderr=self._log, text=True)
        started = 0
        for line in self._process.stdout:
            if found := re.search(r"^  e(\d+) listens on \S+:(\d+)$", line):
                self.ports[requests[int(found[1])]] = int(found[2])
            started += line == "\n"
            if started == len(files):
                break
        self._log.seek(0)
        assert len(self.ports) == len(requests), self._log.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=60)
        self._log.close()

    def seen(self, name):
        """The records of the connections that asked for this server name, so far."""
        data = self._record.read_bytes()
        whole = data.rfind(b"\n") + 1
        for line in data[self._read:whole].splitlines():
            record = json.loads(line)
            self._seen.setdefault(record["sni"], []).append(record)
        self._read = whole
        return self._seen.get(name, [])

    def wait_for(self, names, seconds=30):
        """Until each has been seen, or the time is over: a server writes it down when its client has left."""
        deadline = time.monotonic() + seconds
        missing = [name for name in names if not self.seen(name)]
        while missing and time.monotonic() < deadline:
            time.sleep(0.05)
            missing = [name for name in missing if not self.seen(name)]
