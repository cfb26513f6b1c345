"""Where a passphrase comes from, and what becomes of those who give none, give too much, or go away. What holds keys
leaves no core dump."""
import fcntl
import json
import os
import pty
import resource
import signal
import stat
import subprocess
import termios
import threading
import time
from contextlib import contextmanager

import pytest

from support.exporter import PROGRAM as EXPORTER
from support.pki import PASSPHRASE
from support.probe import check
from support.raw import serving, stalls
from support.servers import s_server

NOBODY = "127.0.0.1:1"


@pytest.fixture(scope="module")
def port(pki):
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        yield port


@pytest.fixture
def locked(pki):
    return pki.encrypted_key(pki.alice)


class Terminal:
    """The controlling terminal of a program whose stdin is elsewhere."""

    def __init__(self, *command, ignored=()):
        self.ours, self.theirs = pty.openpty()

        def take():
            os.setsid()
            fcntl.ioctl(self.theirs, termios.TIOCSCTTY, 0)
            for one in ignored:
                signal.signal(one, signal.SIG_IGN)

        self.process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, pass_fds=(self.theirs,), preexec_fn=take)
        self.shown = b""

    def echoes(self):
        return bool(termios.tcgetattr(self.theirs)[3] & termios.ECHO)

    def wait_for_prompt(self):
        """Until what is typed is no longer shown."""
        end = time.monotonic() + 30
        while (self.echoes() or b": " not in self.shown) and time.monotonic() < end:
            if b": " not in self.shown:
                self.shown += os.read(self.ours, 4096)
            time.sleep(0.01)
        assert not self.echoes(), self.shown

    def type(self, text):
        self.wait_for_prompt()
        os.write(self.ours, text)

    def hang_up(self):
        os.close(self.ours)
        os.close(self.theirs)
        self.ours = self.theirs = -1

    def end(self):
        """Exit code, stdout, stderr."""
        out, err = self.process.communicate(timeout=60)
        if self.ours >= 0:
            assert self.echoes(), "the terminal was left without echo"
            os.set_blocking(self.ours, False)
            try:
                self.shown += os.read(self.ours, 65536)
            except BlockingIOError:
                pass
        return self.process.returncode, out.decode(), err.decode()


@contextmanager
def terminal(probe, locked, target, **more):
    one = Terminal(probe.program, "--format", "json", "--cert", locked, "--pass", "prompt", target, **more)
    try:
        yield one
    finally:
        one.process.kill()
        if one.ours >= 0:
            one.hang_up()


def test_a_prompt_asks_on_the_terminal_and_shows_nothing(probe, pki, locked, port):
    with terminal(probe, locked, f"127.0.0.1:{port}") as tty:
        tty.type(PASSPHRASE.encode() + b"\n")
        code, out, err = tty.end()

    report = check(json.loads(out), code)
    assert report.attempted(locked)["certificate_sent"] and err == ""
    assert b"Passphrase for " in tty.shown and locked.name.encode() in tty.shown
    assert PASSPHRASE.encode() not in tty.shown


@pytest.mark.parametrize("typed, why", [
    (b"wrong\n", "wrong passphrase"), (b"\n", "wrong passphrase"), (b"\x04", "none was given"),
    (b"\x03", "prompt: interrupted"), (b"x" * 1023 + b"\n", "wrong passphrase"),
    (b"x" * 1024 + b"\n", "prompt: longer than 1023 bytes"), (b"x" * 3000 + b"\n", "prompt: longer than 1023 bytes")],
    ids=["wrong", "empty", "end of file", "interrupt", "long", "too long", "far too long"])
def test_a_prompt_that_gets_no_good_answer_is_one_line(probe, locked, typed, why):
    with terminal(probe, locked, NOBODY) as tty:
        tty.type(typed)
        code, out, err = tty.end()

    assert code == 3 and out == "" and len(err.splitlines()) == 1 and why in err


@pytest.mark.parametrize("number, why", [(signal.SIGINT, "interrupted"),
                                         (signal.SIGTERM, "none was given, or a signal ended the question"),
                                         (signal.SIGHUP, "none was given, or a signal ended the question")])
def test_a_signal_at_the_prompt_ends_it(probe, locked, number, why):
    with terminal(probe, locked, NOBODY) as tty:
        tty.wait_for_prompt()
        tty.process.send_signal(number)
        code, out, err = tty.end()

    assert (code, out, err) == (3, "", f"mtls-probe: passphrase from prompt: {why}\n")


def test_a_terminal_that_goes_away_is_no_answer(probe, locked):
    with terminal(probe, locked, NOBODY, ignored=[signal.SIGHUP]) as tty:
        tty.wait_for_prompt()
        tty.hang_up()
        code, out, err = tty.end()

    assert code == 3 and out == "" and err == "mtls-probe: passphrase from prompt: none was given, or a signal ended the question\n"


def test_without_a_terminal_nobody_is_asked(probe, locked):
    complaint = probe.run("--cert", locked, "--pass", "prompt", NOBODY, limit=10).complaint

    assert "there is no terminal to ask on" in complaint


def test_a_variable_that_is_not_set_is_named(probe, locked):
    assert "env:NO_SUCH_NAME: the variable is not set" in \
        probe.run("--cert", locked, "--pass", "env:NO_SUCH_NAME", NOBODY).complaint


@pytest.mark.parametrize("form", ["env", "file"])
def test_a_passphrase_in_the_place_of_its_source_is_not_repeated(probe, locked, form):
    complaint = probe.run("--cert", locked, "--pass", f"{form}:Sup3r-secret", NOBODY).complaint

    assert "Sup3r" not in complaint and "not repeated here" in complaint


@pytest.mark.parametrize("endless, why", [
    (b"x" * 65536, "longer than 1023 bytes"), (b"wrong\n" * 10000, "wrong passphrase"),
    (bytes(65536), "longer than 1023 bytes")], ids=["a line", "lines", "zeros"])
def test_a_descriptor_that_never_ends_is_read_as_far_as_is_needed(probe, locked, endless, why):
    reader, writer = os.pipe()

    def write():
        try:
            while os.write(writer, endless):
                pass
        except BrokenPipeError:
            pass

    pouring = threading.Thread(target=write)
    pouring.start()
    try:
        words = ["--cert", locked, "--pass", f"fd:{reader}", NOBODY]
        complaint = probe.run(*words, pass_fds=(reader,), limit=20).complaint
    finally:
        os.close(reader)
        pouring.join(20)
        os.close(writer)

    assert why in complaint


def test_a_key_log_leaves_a_pipe_or_a_device_as_it_is(probe, port, tmp_path):
    """For root, to make /dev/null private would be an accident."""
    pipe, old = tmp_path / "pipe", tmp_path / "old"
    os.mkfifo(pipe)
    pipe.chmod(0o644)
    old.touch()
    old.chmod(0o644)
    heard = []
    reading = threading.Thread(target=lambda: heard.append(pipe.read_bytes()))
    reading.start()
    probe.run("--keylog", pipe, f"127.0.0.1:{port}")
    probe.run("--keylog", old, f"127.0.0.1:{port}")
    reading.join(20)

    assert stat.S_IMODE(pipe.stat().st_mode) == 0o644 and b"CLIENT_RANDOM" in heard[0]
    assert stat.S_IMODE(old.stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_report_that_replaces_one_is_for_the_same_readers(probe, port, tmp_path, mode):
    for option in ("-o", "--save-baseline"):
        file = tmp_path / option
        file.touch()
        file.chmod(mode)
        probe.run("--format", "json", option, file, f"127.0.0.1:{port}")

        assert file.stat().st_size > 1000 and stat.S_IMODE(file.stat().st_mode) == mode
    assert not [one for one in os.listdir(tmp_path) if ".tmp" in one]


def test_nobody_else_chooses_where_a_report_is_written(probe, port, tmp_path):
    """A link that lies in wait under the name of the file that will be renamed."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    command = ["sh", "-c", 'ln -s "$1" "$2.tmp$$"; exec "$3" --format json -o "$2" "$4"', "sh", victim,
               tmp_path / "report", probe.program, f"127.0.0.1:{port}"]
    done = subprocess.run(command, capture_output=True, timeout=40)

    assert done.returncode in (0, 1, 2) and victim.read_text() == "precious"
    check(json.loads((tmp_path / "report").read_text()))
    assert sorted(os.listdir(tmp_path)) == ["report", "victim"]


def crashes(command, ready, cwd):
    """The wait status of a program that is killed by a fault when it is `ready`; cores are allowed."""
    large = (1 << 30, 1 << 30)
    process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE,
                               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, large))
    try:
        ready(process)
        process.send_signal(signal.SIGABRT)
        _, status = os.waitpid(process.pid, 0)
    finally:
        process.stderr.close()
        process.returncode = -1
    return status


def test_a_crash_leaves_no_core_dump(probe, pki, locked, tmp_path):
    def waits_for(server):
        def ready(process):
            end = time.monotonic() + 30
            while server.taken == 0 and time.monotonic() < end:
                time.sleep(0.02)
        return ready

    control = ["sh", "-c", "echo ready >&2; exec sleep 60"]
    if not os.WCOREDUMP(crashes(control, lambda process: process.stderr.readline(), tmp_path)):
        pytest.skip("this system keeps no core dumps")
    before = set(os.listdir(tmp_path))
    config = tmp_path / "exporter.toml"
    config.write_text("[module.a]\n")
    with serving(stalls) as server:
        probed = crashes([probe.program, "--cert", pki.alice.file, f"127.0.0.1:{server.port}"], waits_for(server),
                         tmp_path)
    exported = crashes([EXPORTER, "--config", config, "--listen", "127.0.0.1:0"],
                       lambda process: process.stderr.readline(), tmp_path)

    assert os.WIFSIGNALED(probed) and not os.WCOREDUMP(probed)
    assert os.WIFSIGNALED(exported) and not os.WCOREDUMP(exported)
    assert set(os.listdir(tmp_path)) - before == {"exporter.toml"}
