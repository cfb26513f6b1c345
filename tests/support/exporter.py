"""mtls-exporter, started for a test and stopped for sure."""
import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager

from support.probe import BIN

PROGRAM = BIN / "mtls-exporter"


class Exporter:
    def __init__(self, config, env=None):
        self.process = subprocess.Popen([PROGRAM, "--config", config, "--listen", "127.0.0.1:0"], env=env, text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.lines = [self.process.stderr.readline()]
        found = re.search(r"listens on 127\.0\.0\.1:(\d+)", self.lines[0])
        assert found, self.lines[0] + self.process.communicate(timeout=20)[1]
        self.port = int(found[1])
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stderr), daemon=True)
        self.reader.start()

    def ask(self, path, headers=None, method="GET"):
        """Status, headers, text."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, dict(answer.headers), answer.read().decode()

    def probe(self, target, module=None, **headers):
        query = {"target": target, **({"module": module} if module else {})}
        return self.ask("/probe?" + urllib.parse.urlencode(query), **headers)

    def own(self, line):
        """The value of one of its own metrics."""
        return float(re.search(rf"^{re.escape(line)} (\S+)$", self.ask("/metrics")[2], re.MULTILINE)[1])

    def wait_for(self, line, value):
        deadline = time.monotonic() + 60
        while self.own(line) != value:
            assert time.monotonic() < deadline, self.lines
            time.sleep(0.02)

    def wait_until_deaf(self):
        """Until it has heard that it is to end: it takes no more connections."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
            except OSError:
                return
            time.sleep(0.02)
        raise AssertionError(self.lines)

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.reader.join(20)
        assert "Sanitizer" not in "".join(self.lines) and "runtime error" not in "".join(self.lines), self.lines
        return code


@contextmanager
def exporting(config, env=None):
    exporter = Exporter(config, env)
    try:
        yield exporter
    finally:
        exporter.stop()


def said_of_reload(config, change, env=None):
    """What an exporter says that keeps its configuration when the file has become another."""
    config.write_text("[module.one]\n")
    with exporting(config, {**os.environ, **(env or {})}) as exporter:
        change()
        exporter.process.send_signal(signal.SIGHUP)
        exporter.wait_for("mtls_exporter_config_last_reload_successful", 0)
    said = "".join(exporter.lines)
    assert "the old configuration stays: " in said
    return said


def said_of_check(config):
    """The one line with which it refuses a configuration."""
    done = subprocess.run([PROGRAM, "--config", config, "--check"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 3 and len(done.stderr.splitlines()) == 1, done
    return done.stderr
