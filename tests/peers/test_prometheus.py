"""The real Prometheus scrapes mtls-exporter; the alert of scripts/monitoring fires and clears."""
import json
import re
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from support import formats
from support.exporter import exporting
from support.harness import serving
from support.servers import free_port, program

GLUE = Path(__file__).resolve().parents[2] / "scripts" / "monitoring"


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return json.loads(answer.read())["data"]


@contextmanager
def prometheus(folder, config):
    """Its port, once it is ready. Another program may take the port first, hence the attempts."""
    (folder / "prometheus.yml").write_text(config)
    for _ in range(5):
        port = free_port()
        with open(folder / "log", "wb") as log:
            process = subprocess.Popen([program("prometheus"), f"--config.file={folder}/prometheus.yml",
                                        f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}",
                                        "--web.enable-lifecycle"], stdout=log, stderr=log, cwd=folder)
        try:
            deadline = time.monotonic() + 60
            while process.poll() is None and time.monotonic() < deadline:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=10).close()
                    yield port
                    return
                except OSError:
                    time.sleep(0.05)
        finally:
            process.terminate()
            process.wait(60)
    raise AssertionError((folder / "log").read_text())


def firing(port):
    return {alert["labels"]["alertname"] for alert in get(port, "/api/v1/alerts")["alerts"]
            if alert["state"] == "firing"}


def wait_until(holds, why):
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline, why
        time.sleep(0.2)


def scrape_config(exporter_port, target):
    """The one of scripts/monitoring, with our addresses and a shorter breath."""
    text = (GLUE / "prometheus.yml").read_text()
    text = text.replace("pki.example.com:443", target).replace("127.0.0.1:9469", f"127.0.0.1:{exporter_port}")
    text = text.replace("scrape_interval: 1m", "scrape_interval: 2s")
    text = text.replace("scrape_timeout: 15s", "scrape_timeout: 2s")
    return "global: {scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 1s}\n" + text


@pytest.fixture(scope="module")
def glue():
    return {path.name: path.read_text() for path in GLUE.iterdir()}


def test_the_alert_fires_when_the_store_is_lost_and_clears_when_it_is_back(tmp_path, glue):
    rules, count = re.subn(r"for: \d+[mh]", "for: 0s", glue["alerts.yml"])
    assert count == rules.count("alert:")
    (tmp_path / "alerts.yml").write_text(rules)
    with serving("iis-healthy") as healthy:
        port = healthy.port
        (tmp_path / "expected.pem").write_bytes((healthy.folder / "expect-issuers.pem").read_bytes())
        (tmp_path / "exporter.toml").write_text('[module.pki]\nexpect_issuers = ["expected.pem"]\n')
        with exporting(tmp_path / "exporter.toml") as exporter:
            config = scrape_config(exporter.port, f"localhost:{port}")
            with prometheus(tmp_path, config) as prom:
                def value(query):
                    result = get(prom, f"/api/v1/query?query={query}")["result"]
                    return [one["value"][1] for one in result]

                wait_until(lambda: value("mtls_probe_success") == ["1"], "Prometheus does not see the target")
                wait_until(lambda: value("up") == ["1", "1"], "Prometheus does not see the exporter")
                assert "MtlsCtlStoreLost" not in firing(prom)
                healthy.stop()
                with serving("iis-ctl-store-lost", port):
                    wait_until(lambda: {"MtlsCtlStoreLost", "MtlsIssuersMissing", "MtlsCritical"} <= firing(prom),
                               "the alerts do not fire")
                with serving("iis-healthy", port):
                    wait_until(lambda: not firing(prom), "the alerts do not clear")
                    assert value("mtls_probe_success") == ["1"]


def test_promtool_takes_rules_and_scrape_configuration():
    for command in (["check", "rules", "alerts.yml"], ["check", "config", "--syntax-only", "prometheus.yml"]):
        done = subprocess.run([program("promtool"), *command], cwd=GLUE, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_fires_when_it_should_and_not_before(tmp_path, glue):
    (tmp_path / "alerts.yml").write_text(glue["alerts.yml"])
    cases = Path(__file__).resolve().parents[1] / "data" / "monitoring" / "alerts_test.yml"
    (tmp_path / cases.name).write_text(cases.read_text())

    done = subprocess.run([program("promtool"), "test", "rules", cases.name], cwd=tmp_path, capture_output=True, text=True,
                          timeout=120)

    assert done.returncode == 0, done.stdout + done.stderr
    fired = {alert["alertname"] for test in yaml.safe_load(cases.read_text())["tests"]
             for alert in test["alert_rule_test"] if alert.get("exp_alerts")}
    assert fired == set(re.findall(r"alert: (\w+)", glue["alerts.yml"]))


def metrics_named_in(text):
    return set(re.findall(r"mtls_(?:probe|exporter)_\w+", text))


def test_every_metric_of_the_alerts_and_the_dashboard_exists(tmp_path, glue):
    dashboard = json.loads(glue["grafana-dashboard.json"])
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    queries += [one["query"] for one in dashboard["templating"]["list"]]
    wanted = metrics_named_in(" ".join(queries)) | metrics_named_in("\n".join(
        line for line in glue["alerts.yml"].splitlines() if "expr:" in line))
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    with serving("iis-ctl-store-lost") as lab:
        (tmp_path / "exporter.toml").write_text(
            f'[module.pki]\nexpect_issuers = ["{lab.folder}/expect-issuers.pem"]\n[[module.pki.candidate]]\n'
            f'cert = "{lab.folder}/alice.pem"\nkey = "{lab.folder}/alice.key"\n')
        with exporting(tmp_path / "exporter.toml") as exporter:
            text = exporter.probe(f"localhost:{lab.port}", "pki")[2] + exporter.ask("/metrics")[2]

    assert wanted and wanted <= {name for name, _ in formats.prometheus(text)}
