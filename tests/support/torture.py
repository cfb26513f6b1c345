"""The torture table: where a server goes wrong x how, served by mtls-harness, and what one run of a program came to."""
import json
import re
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support import held
from support.probe import BIN

# As harness/scenarios/FORMAT.md names them, in the order of a connection; each with what the server has said in whole by
# then. In TLS 1.3 ServerHelloDone is Finished.
SAID = {
    "1.2": {"before_tls": [], "before_server_hello": [], "after_server_hello": ["ServerHello"],
            "within_certificate": ["ServerHello"], "after_certificate": ["ServerHello", "Certificate"],
            "within_certificate_request": ["ServerHello", "Certificate", "ServerKeyExchange"],
            "after_certificate_request": ["ServerHello", "Certificate", "ServerKeyExchange", "CertificateRequest"]},
    "1.3": {"before_tls": [], "before_server_hello": [], "after_server_hello": ["ServerHello"],
            "after_encrypted_extensions": ["ServerHello", "EncryptedExtensions"],
            "within_certificate_request": ["ServerHello", "EncryptedExtensions"],
            "after_certificate_request": ["ServerHello", "EncryptedExtensions", "CertificateRequest"],
            "within_certificate": ["ServerHello", "EncryptedExtensions", "CertificateRequest"],
            "after_certificate": ["ServerHello", "EncryptedExtensions", "CertificateRequest", "Certificate"],
            "before_finished": ["ServerHello", "EncryptedExtensions", "CertificateRequest", "Certificate",
                                "CertificateVerify"]},
}
for _version, _last in (("1.2", "ServerHelloDone"), ("1.3", "Finished")):
    _all = [*list(SAID[_version].values())[-1], _last]
    SAID[_version] |= {point: _all for point in ("after_server_hello_done", "after_client_certificate",
                                                 "within_http_head", "within_http_body")}
POINTS = list(dict.fromkeys([*SAID["1.3"], *SAID["1.2"]]))
ANYWHERE = ["close", "reset", "stall", "slow", "garbage", "endless_messages", "giant_message", "empty_records",
            "hello_requests", "certificate_requests", "warnings"]
ONLY_AT = {"compressed_certificate": ["within_certificate"], "header_without_end": ["within_http_head"],
           "body_without_end": ["within_http_head", "within_http_body"], "compressed_body": ["within_http_head"]}
FAULTS = [*ANYWHERE, *ONLY_AT]
VERSIONS = ["1.2", "1.3"]


@dataclass(frozen=True)
class Cell:
    version: str
    point: str
    fault: str

    @property
    def name(self):
        return f"{self.version} {self.point} {self.fault}"

    @property
    def said(self):
        """The messages that the server has said in whole before it goes wrong."""
        return SAID[self.version][self.point]


CELLS = [Cell(version, point, fault) for version in VERSIONS for point in SAID[version] for fault in FAULTS
         if point in ONLY_AT.get(fault, POINTS)]


def scenario(cells):
    """One listener a cell."""
    listeners = [f'[[listener]]\nname = "{cell.name}"\ntls = ["{cell.version}"]\nat = "{cell.point}"\n'
                 f'fault = "{cell.fault}"\n' for cell in cells]
    return "\n".join(['summary = "Every point, every fault"', 'personality = "raw"', *listeners,
                      '[raw.request]\nauthorities = ["root", "intermediate"]\n'])


@contextmanager
def tortured(folder=BIN, cells=tuple(CELLS)):
    """{cell: port}, all served by one mtls-harness of that folder."""
    with tempfile.TemporaryDirectory(prefix="mtls-torture-") as scratch:
        file = Path(scratch) / "torture.toml"
        file.write_text(scenario(cells))
        process = subprocess.Popen([folder / "mtls-harness", "serve", file, "--dir", Path(scratch) / "lab"],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            ports = {}
            while len(ports) < len(cells):
                line = process.stdout.readline()
                assert line, "the harness ended"
                if found := re.match(r"  (\S+ \S+ \S+) listens on \S+:(\d+)$", line):
                    ports[found[1]] = int(found[2])
            yield {cell: ports[cell.name] for cell in cells}
        finally:
            process.terminate()
            process.stdout.close()
            process.wait(60)


@dataclass
class Run:
    code: int
    out: str
    err: str
    seconds: float
    processor: float  # seconds of both kinds
    peak: float  # MiB
    left: bool  # a process
    report: dict | None


def parsed(text):
    """None if it is no report, or more than one."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def run(program, *words, limit=60):
    """GNU time starts it: what Python's own child would show as its peak begins with the memory of Python."""
    with tempfile.TemporaryDirectory(prefix="mtls-run-") as folder:
        figures, out, err = Path(folder) / "figures", Path(folder) / "out", Path(folder) / "err"
        with out.open("wb") as to_out, err.open("wb") as to_err:
            process = subprocess.Popen(["/usr/bin/time", "-q", "-f", "%e %U %S %M", "-o", figures, program,
                                        *map(str, words)], stdin=subprocess.DEVNULL, stdout=to_out, stderr=to_err,
                                       start_new_session=True)
            try:
                code = process.wait(limit)
                left = held.group_lives(process.pid)
            finally:
                held.end_group(process.pid)
        seconds, user, system, peak = map(float, figures.read_text().split())
        text = out.read_text()
        return Run(code, text, err.read_text(errors="replace"), seconds, user + system, peak / 1024, left,
                   parsed(text))
