"""The released probe under valgrind: no use of memory that holds nothing yet, no leak, no descriptor left open."""
import subprocess

import pytest

from support.probe import BIN, TREE

CLEAN = 0
FOUND = 99  # what valgrind's findings make of the exit code


def run(tmp_path, *arguments):
    """Exit code of the probe."""
    log = tmp_path / "valgrind.log"
    done = subprocess.run(["valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=definite,possible",
                           "--errors-for-leak-kinds=definite", f"--error-exitcode={FOUND}", "--child-silent-after-fork=yes",
                           f"--log-file={log}", BIN / "mtls-probe", *map(str, arguments)],
                          capture_output=True, text=True, timeout=250)
    assert done.returncode != FOUND, log.read_text()
    assert "ERROR SUMMARY" not in log.read_text()
    return done.returncode


@pytest.mark.parametrize("more", [[], ["--list-only"], ["--format", "json", "-v"], ["--variants", "one", "--tls", "1.2"]])
def test_a_whole_run_is_clean(tmp_path, served, more):
    lab = served("iis-ctl-store-lost")
    candidate = [] if "--list-only" in more else ["--cert", lab.directory / "alice.pem", "--key",
                                                  lab.directory / "alice.key"]

    assert run(tmp_path, *candidate, "--expect-issuers", lab.directory / "expect-issuers.pem", *more,
               f"localhost:{lab.ports[0]}") == 2


def test_a_fleet_is_clean(tmp_path, served):
    lab = served("iis-healthy")
    targets = tmp_path / "targets"
    targets.write_text("".join(f"127.0.0.{host}:{lab.ports[0]} connect=127.0.0.1\n" for host in range(1, 21)))

    assert run(tmp_path, "--targets", targets, "--format", "jsonl", "-o", tmp_path / "all.jsonl") in (0, 1)
    assert len((tmp_path / "all.jsonl").read_text().splitlines()) == 20


def test_what_hostile_bytes_touch_is_clean(tmp_path, served):
    lab = served("hostile-names")
    assert run(tmp_path, "--format", "html", "-o", tmp_path / "page.html", f"localhost:{lab.ports[0]}") in (0, 1, 2)


@pytest.mark.parametrize("arguments", [
    ["decode", TREE / "tests" / "data" / "captures" / "openssl-1.2.pcap"],
    ["explain", TREE / "tests" / "data" / "iis" / "u_ex.log"],
    ["audit-store", "/etc/ssl/certs/ca-certificates.crt"],
])
def test_commands_without_a_server_are_clean(tmp_path, arguments):
    assert run(tmp_path, *arguments) in (0, 1, 2)
