"""Every client, with every credential, at every endpoint: what arrived."""
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from peers.clients import asking
from peers.clients.asking import Request
from peers.clients.credentials import Credential
from peers.clients.drivers import Absent, Job
from peers.clients.programs import CLIENTS

KEYS = {*asking.TYPES, *asking.ALGORITHMS, *asking.CERTIFICATE_ALGORITHMS, "[]", "[intermediate]"}
FEW = {"[]", "[intermediate]", "[other root]"}
ALL = None
# Client of the hierarchy, how much of its chain, and the requests that it is tried with.
TRIED = [("alice", "leaf", ALL), ("alice", "chain", ALL), ("alice", "root", {"[]", "[root]", "[other root]"}),
         ("alice-ec", "chain", KEYS), ("alice-ed25519", "chain", KEYS), ("no-usage", "chain", FEW),
         ("server-usage", "chain", FEW), ("any-usage", "chain", FEW), ("no-signature", "chain", FEW),
         ("expired", "chain", FEW), ("not-yet-valid", "chain", FEW), ("future", "chain", FEW), ("sha1", "chain", FEW)]
OPENSSL = {"openssl", "openssl-strict", "curl", "python", "nginx", "nodejs"}
# Certificates that a client does not even load: it makes no connection. SHA-1 is below OpenSSL's security level.
REFUSED = {*((client, "sha1") for client in OPENSSL), ("mbedtls", "alice-ed25519")}
# Each start of a browser is a second: it goes without those that others tell more of.
NO_BROWSER = {("alice", "root"), ("alice-ed25519", "chain"), ("sha1", "chain")}


@dataclass(frozen=True)
class Cell:
    client: str
    credential: Credential
    request: Request

    def __str__(self):
        return f"{self.client}: {self.credential.label}; {self.request}"

    @property
    def possible(self):
        if self.client in ("nss", "nss-nickname") and self.credential.name == "alice-ed25519":
            return False  # not even imported
        if self.client == "mbedtls" and self.request.version == "1.3":
            return False  # the version in Debian 12 has no TLS 1.3
        if self.client == "firefox" and self.request.raw:
            return False  # each of these has a server certificate of its own, which it would have to trust
        browser = self.client in ("firefox", "chromium-linux")
        return not browser or (self.credential.name, self.credential.configuration) not in NO_BROWSER


def has_answered(record):
    return bool(record["chain"] or record["handshake_completed"] or record["rule"].startswith("the client answered"))


def outcome(records):
    """What a client did, in the words of the report's `on_the_wire`, and how many certificates came. Browsers also
    break off to look for a certificate and come back, or open a connection that they then do not need: what they
    answer in another one counts."""
    if not records:
        return "nothing", 0
    if not any(one["asked"] for one in records) and any(one["handshake_completed"] for one in records):
        return "not_asked", 0
    record = max(records, key=lambda one: (has_answered(one), one["connection"]))
    ended = record["handshake_completed"] or record["alert_sent"] or record["decision"] == "close"
    if record["chain"]:
        return ("certificate" if ended else "certificate_then_break"), len(record["chain"])
    return ("empty_certificate" if has_answered(record) else "break_off"), 0


class Matrix:
    def __init__(self, endpoints, folder):
        """`folder` is for files with keys and for programs."""
        self._endpoints, self._folder = endpoints, folder
        self.credentials = [(Credential(name, configuration, folder, endpoints.certificates), labels)
                            for name, configuration, labels in TRIED]
        self.observed = {}   # Cell -> outcome
        self.predicted = {}  # Cell -> Prediction
        self.absent = {}     # client -> why
        self.said = {}       # client -> what its program said, for who looks for a fault
        for credential, _ in self.credentials:  # made here, for the clients run side by side
            assert credential.pem and credential.pkcs12 and credential.issuers

    def cells(self, client):
        found = [Cell(client, credential, request) for credential, _ in self.credentials
                 for request in self._endpoints.ports if credential in self.tried_at(request)]
        return [cell for cell in found if cell.possible]

    def _observe(self, client):
        cells = {f"{client.replace('.', '-')}-{number}.cells.localhost": cell
                 for number, cell in enumerate(self.cells(client))}
        jobs = [Job(name, self._endpoints.ports[cell.request], cell.credential) for name, cell in cells.items()]
        try:
            self.said[client] = CLIENTS[client].run(jobs, self._folder)
        except Absent as why:
            self.absent[client] = str(why)
            return {}
        return cells

    def tried_at(self, request):
        return [credential for credential, labels in self.credentials if labels is ALL or request.label in labels]

    def observe(self, clients=tuple(CLIENTS)):
        with ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:
            done = [pool.submit(self._observe, client) for client in clients]
            names = {name: cell for one in done for name, cell in one.result().items()}
        self._endpoints.wait_for([name for name, cell in names.items()
                                  if (cell.client, cell.credential.name) not in REFUSED])
        self.observed = {cell: outcome(self._endpoints.seen(name)) for name, cell in names.items()}
