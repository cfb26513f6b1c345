"""What lies in scripts/monitoring: each file does what it says, as far as that can be run here."""
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from support import formats
from support.exporter import PROGRAM
from support.pki import PASSPHRASE
from support.probe import BIN
from support.servers import s_server

GLUE = Path(__file__).resolve().parents[2] / "scripts" / "monitoring"
# Comes with fleets of targets.
LATER = {"--targets", "--shard"}


@pytest.fixture(scope="module")
def port(pki):
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        yield port


@pytest.fixture(scope="module")
def options(probe):
    return set(re.findall(r"(?<![\w-])(--?[\w-]+)", probe.run("--help").text))


def test_every_option_that_is_used_exists(options):
    for name in ("icinga2.conf", "nagios.cfg", "mtls-probe-textfile.service", "kubernetes-job.yml"):
        lines = [line for line in (GLUE / name).read_text().splitlines() if not line.lstrip().startswith("#")]
        used = set(re.findall(r"(?<![\w-])(--[a-z-]+|-[wco](?=[ \"]))", "\n".join(lines))) - {"-c"}
        assert used and used - LATER <= options, (name, used - options)


@pytest.mark.parametrize("command", ["check_mtls", "check_mtls_issuers"])
def test_the_command_lines_of_nagios_run(pki, port, command):
    text = (GLUE / "nagios.cfg").read_text()
    line = re.search(rf"command_name\s+{command}\n\s+command_line\s+(.*)", text)[1]
    for name, value in {"$USER1$": str(BIN), "$ARG1$": f"127.0.0.1:{port}", "$ARG2$": str(pki.root.certificate),
                        "$ARG3$": "--expect-mode contains"}.items():
        line = line.replace(name, value)

    done = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0 and formats.nagios(done.stdout)[0] == "OK"


def test_the_textfile_service_writes_metrics(pki, port, tmp_path):
    text = (GLUE / "mtls-probe-textfile.service").read_text()
    line = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)[1]
    line = line.replace("/usr/bin/mtls-probe", str(BIN / "mtls-probe")).replace(
        "/var/lib/prometheus/node-exporter", str(tmp_path)).replace(
        "$MTLS_ARGUMENTS", f"--expect-issuers {pki.other.certificate} 127.0.0.1:{port}")

    done = subprocess.run(shlex.split(line), capture_output=True, text=True, timeout=60)

    assert str(done.returncode) in re.search(r"SuccessExitStatus=(.*)", text)[1].split()
    samples = formats.prometheus((tmp_path / "mtls.prom").read_text())
    assert samples["mtls_probe_missing_issuers", (("target", f"127.0.0.1:{port}"),)] == 1


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_takes_the_units(tmp_path):
    units = []
    for unit in [*GLUE.glob("*.service"), *GLUE.glob("*.timer")]:
        units.append(tmp_path / unit.name)
        units[-1].write_text(re.sub(r"/usr/bin/(mtls-\w+)", rf"{BIN}/\1", unit.read_text()))
    assert len(units) == 3

    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_configuration_of_the_exporter_is_good(pki, tmp_path):
    shutil.copy(GLUE / "exporter.toml", tmp_path)
    shutil.copy(pki.root.certificate, tmp_path / "client-cas.pem")
    shutil.copy(pki.pkcs12(pki.alice), tmp_path / "monitoring.p12")
    shutil.copy(pki.mallory.file, tmp_path / "stranger.pem")

    done = subprocess.run([PROGRAM, "--config", tmp_path / "exporter.toml", "--check"], capture_output=True, text=True,
                          timeout=60, env={**os.environ, "MTLS_PASSPHRASE": PASSPHRASE})

    assert (done.returncode, done.stderr) == (0, "") and "3 modules" in done.stdout


def test_the_job_of_kubernetes_shards_one_list(tmp_path):
    job = yaml.safe_load((GLUE / "kubernetes-job.yml").read_text())
    spec = job["spec"]
    pod = spec["template"]["spec"]
    (container,) = pod["containers"]

    assert (job["apiVersion"], job["kind"], spec["completionMode"]) == ("batch/v1", "Job", "Indexed")
    assert pod["restartPolicy"] == "Never"
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    # A stand-in that says what it was called with, for each index of the job.
    (tmp_path / "mtls-probe").write_text('#!/bin/sh\necho "$@"\nexit $CODE\n')
    (tmp_path / "mtls-probe").chmod(0o755)
    shards = []
    for index in range(spec["completions"]):
        for code in range(4):
            environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "JOB_COMPLETION_INDEX": str(index),
                           "CODE": str(code)}
            done = subprocess.run([*container["command"], *container["args"]], capture_output=True, text=True,
                                  timeout=60, env=environment)
            assert (done.returncode == 0) == (code < 3)
        shards.append(re.search(r"--shard (\S+)", done.stdout)[1])
    assert shards == [f"{index}/{spec['completions']}" for index in range(1, spec["completions"] + 1)]
