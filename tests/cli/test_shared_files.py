"""One file for two things: refused before anything is written, by whatever spelling."""
import itertools
import os
import subprocess

import pytest

NOWHERE = "127.0.0.1:9"
WRITTEN = ["-o", "--save-baseline", "--save-pcap", "--keylog"]
READ = ["--baseline", "--expect-issuers", "--iis-bindings", "--cert", "--issuer-certs"]


@pytest.fixture
def file(tmp_path):
    (tmp_path / "file").write_text("content\n")
    return tmp_path / "file"


def refused(probe, file, *words):
    before = file.read_bytes() if file.exists() else None
    complaint = probe.run(*words).complaint
    assert "name the same file" in complaint and str(file) in complaint, complaint
    assert (file.read_bytes() if file.exists() else None) == before
    return complaint


@pytest.mark.parametrize("one, other", itertools.combinations(WRITTEN, 2))
def test_two_outputs(probe, file, one, other):
    assert refused(probe, file, one, file, other, file, NOWHERE).endswith("each needs one of its own")
    file.unlink()
    refused(probe, file, one, file, other, file, NOWHERE)


@pytest.mark.parametrize("output", WRITTEN)
@pytest.mark.parametrize("name", READ)
def test_an_output_that_is_an_input(probe, file, output, name):
    assert "overwritten" in refused(probe, file, output, file, name, file, NOWHERE)


def spellings(file):
    os.symlink("file", file.parent / "link")
    os.link(file, file.parent / "hard")
    (file.parent / "sub").mkdir()
    return [file, file.parent / "link", file.parent / "hard", file.parent / "sub" / ".." / "file", "./file"]


def test_a_fleets_files(probe, file):
    for other in spellings(file):
        for words in (["-o", other, "--resume", file, "--targets", "-"], ["-o", other, "--targets", file],
                      ["--resume", other, "--targets", file], ["--save-pcap", other, "--targets", file],
                      ["--keylog", other, "--resume", file, "--targets", "-"]):
            before = file.read_bytes()
            assert "name the same file" in probe.run(*words, cwd=file.parent).complaint
            assert file.read_bytes() == before


def test_what_the_shell_has_opened(probe, file):
    for words, how in ((["--resume", file, "--targets", "/dev/null"], {"stdout": open(file, "ab")}),
                       (["-o", file, "--targets", "-"], {"stdin": open(file, "rb"), "stdout": subprocess.PIPE})):
        done = subprocess.run([probe.program, *words], stderr=subprocess.PIPE, timeout=60,
                              **{"stdin": subprocess.DEVNULL, **how})
        assert done.returncode == 3 and b"name the same file" in done.stderr, done.stderr
    assert file.read_text() == "content\n"


def test_commands_without_a_server(probe, file):
    for words in (["decode", file, "-o", file], ["audit-store", file, "-o", file],
                  ["match", "--request", file, "--cert", "x.pem", "-o", file], ["explain", file, "-o", file]):
        assert "name the same file" in probe.run(*words).complaint
    assert file.read_text() == "content\n"


def test_devices_may_be_shared(probe):
    done = probe.run("-o", "/dev/null", "--save-baseline", "/dev/null", "--format", "json", NOWHERE)

    assert done.code == 3 and b"same file" not in done.err


def test_the_harness_too(file):
    from support.probe import BIN
    for words in (["run", "nginx-on", "--record", file, "--log", file], ["serve", file, "--record", file],
                  ["verify", f"{file}.toml", "--junit", f"{file}.toml"]):
        done = subprocess.run([BIN / "mtls-harness", *map(str, words)], capture_output=True, text=True, timeout=60)
        assert done.returncode == 3 and "name the same file" in done.stderr, done.stderr
        assert done.stderr.count("\n") == 1
    assert file.read_text() == "content\n"
