"""What the clients are configured with: certificate, key and chain, in each of the forms that some client wants."""
import subprocess
import threading
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

PASSPHRASE = "changeit"  # of throw-away PKCS#12 files; some clients cannot do without one
ONE_AT_A_TIME = threading.Lock()  # clients run side by side, and some share a file
END = "-----END CERTIFICATE-----\n"


@dataclass(frozen=True)
class Credential:
    """`name` of the hierarchy's clients, with as much of the chain as `configuration` says: leaf, chain (up to the root
    but without it), root (with it)."""
    name: str
    configuration: str
    folder: Path = field(compare=False)
    certificates: Path = field(compare=False)

    @property
    def label(self):
        return f"{self.name}, {self.configuration}"

    @cached_property
    def chain(self):
        """PEM texts, leaf first."""
        blocks = [one + END for one in (self.certificates / f"{self.name}.pem").read_text().split(END) if one.strip()]
        if self.configuration == "leaf":
            return blocks[:1]
        return blocks + ([(self.certificates / "root.pem").read_text()] if self.configuration == "root" else [])

    def _file(self, suffix):
        return self.folder / f"{self.name}-{self.configuration}{suffix}"

    @property
    def key(self):
        return self.certificates / f"{self.name}.key"

    @cached_property
    def pem(self):
        """The chain."""
        file = self._file(".pem")
        file.write_text("".join(self.chain))
        return file

    @cached_property
    def issuers(self):
        """The chain without the leaf; may be empty."""
        file = self._file(".issuers.pem")
        file.write_text("".join(self.chain[1:]))
        return file

    @cached_property
    def pkcs12(self):
        file = self._file(".p12")
        subprocess.run(["openssl", "pkcs12", "-export", "-in", self.pem, "-inkey", self.key, "-name", self.name, "-out",
                        file, "-iter", "1", "-passout", f"pass:{PASSPHRASE}"], check=True, capture_output=True)
        return file

    @property
    def nss(self):
        """A database of NSS that holds just that, and trusts nobody. NSS does not import every kind of key."""
        folder = self._file(".nss")
        with ONE_AT_A_TIME:
            if not folder.exists():
                folder.mkdir()
                subprocess.run(["certutil", "-N", "-d", f"sql:{folder}", "--empty-password"], check=True,
                               capture_output=True)
                subprocess.run(["pk12util", "-i", self.pkcs12, "-d", f"sql:{folder}", "-W", PASSPHRASE], check=False,
                               capture_output=True)
        return folder
