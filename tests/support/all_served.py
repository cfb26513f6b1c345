"""Many scenarios at once, in one process of mtls-harness."""
import re
import signal
import subprocess

from support.served import HARNESS


class AllServed:
    """`ports` has the first of each scenario, whose certificates are in a folder of its name. stop() when done."""

    def __init__(self, directory, scenarios, *arguments):
        self.directory = directory
        self.process = subprocess.Popen([HARNESS, "run", *scenarios, "--dir", directory, *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.ports = {}
        scenario = None
        started = 0
        while started < len(scenarios):
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
