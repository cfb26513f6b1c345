"""Ways to run a client: a process a connection, or one process for all of them."""
import os
import shutil
import signal
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from peers.clients.credentials import Credential

SOURCES = Path(__file__).parent / "programs"
REQUEST = "GET / HTTP/1.0\r\n\r\n"
PATIENCE = 60  # seconds that one connection may take; a whole batch takes more
BATCH_PATIENCE = 240
ONE_AT_A_TIME = threading.Lock()


class Absent(Exception):
    """A program that is not installed, or does not start here: which, and why."""


@dataclass(frozen=True)
class Job:
    """One connection. `name` is the server name that the client asks for."""
    name: str
    port: int
    credential: Credential


def tool(*names):
    """The first; all must be there."""
    for name in names:
        if not shutil.which(name):
            raise Absent(f"{name} is not installed")
    return shutil.which(names[0])


def _kill_all_of(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run(command, patience=PATIENCE, says="", **more):
    """Its exit code (None: it did not end) and what it said. No process of its stays behind."""
    process = subprocess.Popen(list(map(str, command)), **{"stdin": subprocess.PIPE, **more}, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True)
    try:
        out, _ = process.communicate(says or None, timeout=patience)
        return process.returncode, out
    except subprocess.TimeoutExpired:
        _kill_all_of(process)
        out, _ = process.communicate()
        return None, f"{out}\n{command[0]} did not end within {patience} s"
    finally:
        _kill_all_of(process)


class OneByOne:
    """A program that makes one connection: `command(job)` is what to type. One that `stays` leaves when its input ends,
    whatever the server is about to ask; so its input does not end before the server hangs up."""

    def __init__(self, needs, command, says="", stays=False):
        self._needs, self._command, self._says, self._stays = needs, command, says, stays

    def run(self, jobs, _folder):
        tool(*self._needs)
        return [f"{job.name} {self._run(self._command(job))[1][-300:]}" for job in jobs]

    def _run(self, command):
        if not self._stays:
            return run(command, says=self._says)
        hears, tells = os.pipe()
        try:
            os.write(tells, self._says.encode())
            return run(command, stdin=hears)
        finally:
            os.close(hears)
            os.close(tells)


class Batch:
    """A program of the tests that makes one connection after the other, as lines on stdin tell it. `mode` is the first
    word of each; `start(folder)` makes the command."""

    def __init__(self, start, mode="default"):
        self._start, self._mode = start, mode

    def run(self, jobs, folder):
        lines = [" ".join([self._mode, job.name, str(job.port), *map(str, self._files(job.credential))]) + "\n"
                 for job in jobs]
        return run(self._start(folder), BATCH_PATIENCE, says="".join(lines))[1].splitlines()

    @staticmethod
    def _files(credential):
        return credential.pem, credential.key, credential.pkcs12


def compiled(source, needs, command):
    """The program that `command(source, program)` makes of a source file; made once."""

    def start(folder):
        tool(*needs)
        program = folder / Path(source).stem
        with ONE_AT_A_TIME:  # two clients may want it at once
            if not program.exists():
                code, said = run(command(SOURCES / source, program), BATCH_PATIENCE,
                                 env={**os.environ, "GO111MODULE": "off", "GOCACHE": str(folder / "go")})
                assert code == 0, said
        return [program]

    return start


def cpp(source, header, *libraries):
    def command(file, program):
        return ["g++", "-std=c++20", "-o", program, file, *(f"-l{one}" for one in libraries)]

    def start(folder):
        if not Path("/usr/include", header).exists():
            raise Absent(f"{header} is not installed")
        return compiled(source, ["g++"], command)(folder)

    return start


CRATES = Path("/usr/share/cargo/registry")  # what Debian's librust-*-dev packages install


def cargo(source, *crates):
    """A Rust program, built from Debian's crates without the network."""

    def command(file, _program):
        return ["/usr/bin/cargo", "build", "--quiet", "--offline", "--manifest-path", file / "Cargo.toml"]

    def start(folder):
        for crate in crates:
            if not any(CRATES.glob(f"{crate}-[0-9]*")):
                raise Absent(f"librust-{crate}-dev is not installed")
        if not Path("/usr/bin/cargo").exists():
            raise Absent("cargo is not installed")
        home = folder / "cargo"
        target = home / "target" / "debug" / f"client-{source}"
        with ONE_AT_A_TIME:
            if not target.exists():
                home.mkdir(exist_ok=True)
                (home / "config.toml").write_text('[source.crates-io]\nreplace-with = "debian"\n'
                                                  f'[source.debian]\ndirectory = "{CRATES}"\n')
                shutil.copytree(SOURCES / source, home / source, dirs_exist_ok=True)
                code, said = run(command(home / source, target), BATCH_PATIENCE,
                                 env={"PATH": "/usr/bin:/bin", "HOME": str(home), "CARGO_HOME": str(home),
                                      "CARGO_TARGET_DIR": str(home / "target")})
                assert code == 0, said
        return [target]

    return start


def interpreter(program, source):
    return lambda _folder: [tool(program), SOURCES / source]


