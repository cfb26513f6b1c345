"""What lies in scripts/monitoring: each file does what it says, as far as that can be run here."""
import grp
import json
import os
import pwd
import re
import shlex
import shutil
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
import yaml

from support import formats
from support.exporter import PROGRAM
from support.pki import PASSPHRASE
from support.probe import BIN
from support.replay import Replay, first_flight
from support.servers import program, s_server

GLUE = Path(__file__).resolve().parents[2] / "scripts" / "monitoring"


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
        assert used and used <= options, (name, used - options)


@pytest.mark.parametrize("command", ["check_mtls", "check_mtls_issuers"])
def test_the_command_lines_of_nagios_run(pki, port, command):
    text = (GLUE / "nagios.cfg").read_text()
    line = re.search(rf"command_name\s+{command}\n\s+command_line\s+(.*)", text)[1]
    for name, value in {"$USER1$": str(BIN), "$ARG1$": f"127.0.0.1:{port}", "$ARG2$": str(pki.root.certificate),
                        "$ARG3$": "--expect-mode contains"}.items():
        line = line.replace(name, value)

    done = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0 and formats.nagios(done.stdout)[0] == "OK"


ICINGA = """
const PluginDir = "{plugins}"
include <itl>
include "{glue}"
object CheckerComponent "checker" {{ }}
object PerfdataWriter "perfdata" {{
  rotation_interval = 1s
  service_perfdata_path = "{folder}/service"
  service_temp_path = "{folder}/service.new"
  service_format_template = "result $service.state$ $service.perfdata$ $service.output$"
  host_perfdata_path = "{folder}/host"
  host_temp_path = "{folder}/host.new"
}}
object Host "good" {{
  check_command = "dummy"
  vars.mtls_target = "127.0.0.1:{port}"
  vars.mtls_expect_issuers = "{expected}"
}}
object Host "bad" {{
  check_command = "dummy"
  vars.mtls_target = "127.0.0.1:{port}"
  vars.mtls_expect_issuers = "{unexpected}"
}}
"""


def icinga(folder, *words):
    for name in ("data", "cache", "log", "run"):
        (folder / name).mkdir(exist_ok=True)
    user, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    return [program("icinga2"), "daemon", *words, "--no-stack-rlimit", "-D", f"DataDir={folder}/data", "-D",
            f"CacheDir={folder}/cache", "-D", f"LogDir={folder}/log", "-D", f"InitRunDir={folder}/run", "-D",
            f"RunAsUser={user}", "-D", f"RunAsGroup={group}"]


def results_of(folder):
    """What Icinga wrote of its checks: state, and perfdata with the first line of the output."""
    lines = [line for file in folder.glob("service*") for line in file.read_text().splitlines()]
    return {tuple(line.split(" ", 2)[1:]) for line in lines if line.startswith("result ")}


def test_icinga_takes_the_definitions_and_runs_the_check(pki, port, tmp_path):
    glue = (GLUE / "icinga2.conf").read_text()
    (tmp_path / "glue.conf").write_text(glue.replace("check_interval = 2m", "check_interval = 1s"))
    main = tmp_path / "main.conf"
    main.write_text(ICINGA.format(plugins=BIN, glue=tmp_path / "glue.conf", folder=tmp_path, port=port,
                                  expected=pki.root.certificate, unexpected=pki.other.certificate))
    checked = subprocess.run(icinga(tmp_path, "-C", "-c", str(main)), capture_output=True, text=True, timeout=120)
    assert checked.returncode == 0 and "Instantiated 2 Services" in checked.stdout, checked.stdout
    assert "warning" not in checked.stdout, checked.stdout

    with open(tmp_path / "icinga.log", "w") as log:
        process = subprocess.Popen(icinga(tmp_path, "-c", str(main)), stdout=log, stderr=log, start_new_session=True)
    try:
        deadline = time.monotonic() + 90
        while {state for state, _ in results_of(tmp_path)} != {"OK", "CRITICAL"}:
            assert process.poll() is None and time.monotonic() < deadline, (tmp_path / "icinga.log").read_text()
            time.sleep(0.1)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)
    for state, text in results_of(tmp_path):
        # Icinga splits the perfdata off, and writes what it could read.
        assert re.search(rf"issuers=1;;;0 .*missing={int(state == 'CRITICAL')}[; ].* MTLS {state} - ", text), text


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


def seconds(text):
    return sum(int(number) * {"s": 1, "m": 60, "min": 60, "h": 3600}[unit]
               for number, unit in re.findall(r"(\d+)\s*(s|min|m|h)", text))


def setting(file, name):
    """The one value of it in the file."""
    (value,) = re.findall(rf"^\s*{name}\s*[=:]?\s*(\w+)", (GLUE / file).read_text(), re.MULTILINE)
    return value


FIVE_MINUTES = 300


@pytest.mark.parametrize("alert", ["MtlsCtlStoreLost", "MtlsIssuersMissing", "MtlsCritical"])
def test_a_fault_is_told_within_five_minutes_by_prometheus(alert):
    group, = yaml.safe_load((GLUE / "alerts.yml").read_text())["groups"]
    rule, = [one for one in group["rules"] if one["alert"] == alert]
    job = yaml.safe_load((GLUE / "prometheus.yml").read_text())["scrape_configs"][0]
    rules = seconds(group["interval"]) + seconds(rule["for"])

    assert seconds(job["scrape_interval"]) + seconds(job["scrape_timeout"]) + rules <= FIVE_MINUTES
    # node_exporter is scraped every minute, as is Prometheus' default; one target takes 15 s at most.
    timer = sum(seconds(setting("mtls-probe-textfile.timer", name))
                for name in ("OnUnitActiveSec", "RandomizedDelaySec", "AccuracySec"))
    assert timer + 15 + 60 + rules <= FIVE_MINUTES


def test_a_fault_is_told_within_five_minutes_by_nagios_and_icinga():
    for file, unit in (("nagios.cfg", "m"), ("icinga2.conf", "")):
        check, retry = (seconds(setting(file, name) + unit) for name in ("check_interval", "retry_interval"))
        timeout = 30  # of the command; the last check must have an answer
        assert check + (int(setting(file, "max_check_attempts")) - 1) * retry + timeout <= FIVE_MINUTES, file


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


@pytest.fixture
def job():
    return yaml.safe_load((GLUE / "kubernetes-job.yml").read_text())


def run_index(job, index, folder, **environment):
    """What the pod of this index of the job runs, with its programs from `folder`."""
    (container,) = job["spec"]["template"]["spec"]["containers"]
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "JOB_COMPLETION_INDEX": str(index), **environment}
    return subprocess.run([*container["command"], *container["args"]], capture_output=True, text=True, timeout=60,
                          env=environment)


def test_the_job_of_kubernetes_asks_each_target_once(pki, job, tmp_path):
    with s_server(pki, "-tls1_2", "-Verify", "5", "-CAfile", pki.root.certificate) as port:
        flight = first_flight(port)
    with Replay(flight, [f"127.0.0.{end}" for end in range(1, 41)]) as server:
        (tmp_path / "targets.txt").write_text("\n".join(server.endpoints) + "\n")
        shutil.copy(pki.root.certificate, tmp_path / "client-cas.pem")
        (container,) = job["spec"]["template"]["spec"]["containers"]
        (mount,) = container["volumeMounts"]
        container["args"] = [text.replace(mount["mountPath"], str(tmp_path)) for text in container["args"]]
        asked = Counter()
        for index in range(job["spec"]["completions"]):
            done = run_index(job, index, BIN)
            assert done.returncode == 0, done.stderr
            reports = [json.loads(line) for line in done.stdout.splitlines()]
            assert {one["verdict"] for one in reports} <= {"ok"}
            asked += Counter(one["target"]["input"] for one in reports)

    assert asked == Counter(server.endpoints)


def at_home(job, folder):
    """The job with what its pods mount in this folder, in one shard."""
    (container,) = job["spec"]["template"]["spec"]["containers"]
    (mount,) = container["volumeMounts"]
    container["args"] = [text.replace(mount["mountPath"], str(folder)).replace('))/8"', '))/1"')
                         for text in container["args"]]
    return job


def test_targets_that_do_not_answer_are_results_of_the_job_and_bad_files_are_not(pki, job, port, tmp_path):
    job = at_home(job, tmp_path)
    targets, issuers = tmp_path / "targets.txt", tmp_path / "client-cas.pem"
    targets.write_text(f"127.0.0.1:{port}\n127.0.0.1:1\n")
    shutil.copy(pki.other.certificate, issuers)

    done = run_index(job, 0, BIN)
    assert done.returncode == 0 and "2 targets: 0 ok, 0 warning, 1 critical, 1 unknown" in done.stderr
    assert {json.loads(line)["verdict"] for line in done.stdout.splitlines()} == {"critical", "unknown"}
    for write, why in ((lambda: targets.write_bytes(b"\0"), "NUL"), (lambda: targets.write_text(""), "no target"),
                       (targets.unlink, "targets.txt"), (issuers.unlink, "client-cas.pem")):
        write()
        done = run_index(job, 0, BIN)
        assert done.returncode == 3 and why in done.stderr and done.stdout == "", (why, done.stderr)


def test_the_job_of_kubernetes_tries_again_only_what_that_mends(job):
    """As the documentation of podFailurePolicy has it: rules in order, only for pods that are never restarted."""
    spec = job["spec"]
    pod = spec["template"]["spec"]
    rules = spec["podFailurePolicy"]["rules"]

    assert pod["restartPolicy"] == "Never" and {rule["action"] for rule in rules} <= {"FailJob", "Ignore", "Count"}
    for rule in rules:
        assert ("onExitCodes" in rule) != ("onPodConditions" in rule)
    (by_code,) = (rule["onExitCodes"] for rule in rules if "onExitCodes" in rule)
    assert by_code["containerName"] in {container["name"] for container in pod["containers"]}
    assert (by_code["operator"], by_code["values"]) == ("In", [3])


def test_the_job_of_kubernetes_is_one_list_in_shards(job, tmp_path):
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
            done = run_index(job, index, tmp_path, CODE=str(code))
            assert done.returncode == (0 if code < 3 else 3)
        assert run_index(job, index, tmp_path, CODE="137").returncode == 137
        shards.append(re.search(r"--shard (\S+)", done.stdout)[1])
    assert shards == [f"{index}/{spec['completions']}" for index in range(1, spec["completions"] + 1)]
