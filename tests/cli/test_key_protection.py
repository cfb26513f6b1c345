"""Keys and PKCS#12 files whose protection asks for more than can be given, and what is said of it."""
from contextlib import suppress

import pytest

from support import der
from support.exporter import said_of_reload
from support.pki import PASSPHRASE, openssl, write_private


NOWHERE = "127.0.0.1:1"
SECRET = {"SECRET": PASSPHRASE}
MOST = 10_000_000
OCTETS, SEQUENCE = 0x04, 0x30


def integer(number):
    return der.value(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def replaced(data, old, new):
    """One value for another wherever it stands, also in the DER that an OCTET STRING holds."""
    if data == old:
        return new
    start, _ = der.read(data)
    with suppress(ValueError, IndexError):  # salt and ciphertext are octets that are no DER
        if data[0] == OCTETS and der.read(data, start)[1] == len(data):
            return der.value(OCTETS, replaced(data[start:], old, new))
    if data[0] & 0x20:
        return der.value(data[0], *(replaced(one, old, new) for one in der.children(data)))
    return data


class Locked:
    """A key and an archive whose numbers are then made others."""

    def __init__(self, pki, folder):
        self.pki, self.folder = pki, folder
        self.certificate = pki.alice_ec.certificate.read_bytes()

    def key(self, *how):
        return openssl("pkcs8", "-topk8", "-in", self.pki.alice_ec.key, "-outform", "DER", "-passout", "env:SECRET",
                       *how, cwd=self.folder, env=SECRET)

    def archive(self, *how):
        return openssl("pkcs12", "-export", "-in", self.pki.alice_ec.file, "-passout", "env:SECRET", *how,
                       cwd=self.folder, env=SECRET)

    def kept(self, name, content):
        file = self.folder / name
        write_private(file, content)
        return file

    def pbkdf2(self, rounds):
        return self.kept("pbkdf2.key", replaced(self.key("-iter", "1000"), integer(1000), integer(rounds)))

    def scrypt(self, cost):
        key = self.key("-scrypt", "-scrypt_N", "16384")
        return self.kept("scrypt.key", replaced(key, integer(16384), integer(cost)))

    def oldest(self, rounds):
        key = self.key("-v1", "PBE-SHA1-3DES", "-iter", "1000")
        return self.kept("oldest.key", replaced(key, integer(1000), integer(rounds)))

    def mac(self, rounds):
        *fields, mac = der.children(self.archive())
        changed = der.value(SEQUENCE, *der.children(mac)[:2], integer(rounds))
        return self.kept("mac.p12", der.value(SEQUENCE, *fields, changed))

    def bags(self, rounds, *how):
        changed = replaced(self.archive("-iter", "1000", "-nomac", *how), integer(1000), integer(rounds))
        return self.kept("bags.p12", changed)

    def key_bag(self, rounds):
        return self.bags(rounds, "-certpbe", "NONE")

    def certificate_bag(self, rounds):
        return self.bags(rounds, "-keypbe", "NONE", "-certpbe", "AES-256-CBC")


@pytest.fixture
def locked(pki, tmp_path):
    return Locked(pki, tmp_path)


def words(locked, file):
    """What is typed to present it."""
    certificate = ["--cert", locked.pki.alice_ec.certificate, "--key"] if file.suffix == ".key" else ["--cert"]
    return [*certificate, file, "--pass", "env:SECRET"]


COSTLY = [
    ("pbkdf2", 2 ** 31 - 1), ("pbkdf2", MOST + 1), ("scrypt", 2 ** 28), ("oldest", 2 ** 31 - 1), ("mac", 2 ** 31),
    ("mac", 10 ** 8), ("mac", 2 ** 63 - 1), ("key_bag", 2 ** 31 - 1), ("certificate_bag", 2 ** 31 - 1)]


@pytest.mark.parametrize("kind, rounds", COSTLY)
def test_a_derivation_that_would_not_end_is_not_begun(probe, locked, kind, rounds):
    file = getattr(locked, kind)(rounds)
    asked = rounds * 8 if kind == "scrypt" else rounds

    complaint = probe.run(*words(locked, file), NOWHERE, env=SECRET, limit=20).complaint

    assert f"read {file}: its passphrase protection asks for " in complaint
    assert asked <= int(complaint.split(" asks for ")[1].split(" ")[0])
    assert f"(at most {MOST})" in complaint


def test_in_a_directory_such_a_file_is_skipped(probe, locked, pki):
    big = locked.pbkdf2(2 ** 31 - 1)
    write_private(locked.folder / "good.pem", pki.leaf_only.file.read_bytes())

    done = probe.run("--cert", locked.folder, "--pass", "env:SECRET", "--timeout", "5", NOWHERE, env=SECRET, limit=20)

    assert f"skipped {big}: its passphrase protection asks for {2 ** 31 - 1} rounds" in done.err.decode()
    assert b"Connection refused" in done.out


def test_an_archive_that_is_no_archive_within_is_skipped_too(probe, locked, pki):
    content = bytes.fromhex("2a864886f70d010701")  # pkcs7-data
    odd = locked.kept("odd.p12", locked.archive("-nomac").replace(content, content[:-1] + b"\x7f", 1))
    write_private(locked.folder / "good.pem", pki.leaf_only.file.read_bytes())

    done = probe.run("--cert", locked.folder, "--pass", "env:SECRET", "--timeout", "5", NOWHERE, env=SECRET, limit=20)

    assert f"skipped {odd}: a damaged PKCS#12 file" in done.err.decode()
    assert b"Connection refused" in done.out


@pytest.mark.parametrize("kind, rounds", [
    ("pbkdf2", 0), ("pbkdf2", -1), ("scrypt", 0), ("mac", 0), ("mac", -1), ("key_bag", 0)])
def test_a_derivation_without_a_round_is_damage(probe, locked, kind, rounds):
    file = getattr(locked, kind)(rounds)

    complaint = probe.run(*words(locked, file), NOWHERE, env=SECRET, limit=20).complaint

    assert f"read {file}: damaged: its passphrase protection asks for {rounds} rounds" in complaint


@pytest.mark.parametrize("cost, why", [(131072, "memory limit exceeded"), (3, "illegal scrypt parameters")])
def test_what_openssl_refuses_is_no_wrong_passphrase(probe, locked, cost, why):
    complaint = probe.run(*words(locked, locked.scrypt(cost)), NOWHERE, env=SECRET, limit=20).complaint

    assert "OpenSSL refuses its protection" in complaint and why in complaint and "openssl pkcs8 -topk8" in complaint
    assert "wrong passphrase" not in complaint


UNCHANGED = [("pbkdf2", 1000), ("scrypt", 16384), ("oldest", 1000), ("mac", 2048), ("key_bag", 1000),
             ("certificate_bag", 1000)]


@pytest.mark.parametrize("kind, rounds", UNCHANGED)
def test_the_right_passphrase_opens_and_a_wrong_one_is_called_so(probe, locked, kind, rounds):
    file = getattr(locked, kind)(rounds)

    wrong = probe.run(*words(locked, file), NOWHERE, env={"SECRET": "guess"}, limit=20)
    right = probe.run(*words(locked, file), "--timeout", "5", NOWHERE, env=SECRET, limit=20)

    assert wrong.complaint.rstrip().endswith(f"read {file}: wrong passphrase")
    assert b"read " not in right.err and b"Connection refused" in right.out


def test_the_exporter_outlives_a_costly_candidate(locked, tmp_path):
    config = tmp_path / "exporter.toml"
    text = f"[[module.one.candidate]]\ncert = '{locked.mac(10 ** 8)}'\npass = 'env:SECRET'\n"

    said = said_of_reload(config, lambda: config.write_text(text), SECRET)

    assert f"mac.p12: its passphrase protection asks for {10 ** 8 // 10 ** 6}" in said
