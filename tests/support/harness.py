"""mtls-harness serving scenarios for a test, on a port that may have been another scenario's."""
import re
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.probe import BIN


@dataclass
class Lab:
    port: int
    folder: Path
    process: subprocess.Popen

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.stdout.close()
        self.process.wait(60)


def _start(scenario, port, folder):
    """The process and its port; null if the port is not free (yet)."""
    process = subprocess.Popen([BIN / "mtls-harness", "run", str(scenario), "--port", str(port), "--dir", folder],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in process.stdout:
        if found := re.search(r"listens on \S+:(\d+)$", line.rstrip()):
            return process, int(found[1])
    process.wait(30)
    return process, None


@contextmanager
def serving(scenario, port=0):
    with tempfile.TemporaryDirectory(prefix="mtls-lab-") as folder:
        deadline = time.monotonic() + 60
        process, taken = _start(scenario, port, Path(folder) / "lab")
        while taken is None:
            assert port and time.monotonic() < deadline, f"{scenario} does not start"
            time.sleep(0.1)
            process, taken = _start(scenario, port, Path(folder) / "lab")
        lab = Lab(taken, Path(folder) / "lab", process)
        try:
            yield lab
        finally:
            lab.stop()
