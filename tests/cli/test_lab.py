"""The lab as a whole: every scenario against the probe, and the README's other clients against one of them."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import xml.etree.ElementTree as xml_tree

import pytest

BIN = pathlib.Path(os.environ["MTLS_BIN"])
TOP = pathlib.Path(__file__).parents[2]


@pytest.mark.skipif(not (BIN / "mtls-probe").exists(), reason="the probe is not built")
def test_verify_is_green_with_the_probe_beside_it(tmp_path):
    run = subprocess.run([BIN / "mtls-harness", "verify", "--junit", tmp_path / "report.xml"], capture_output=True,
                         text=True, timeout=110, check=False)

    assert run.returncode == 0, run.stdout
    assert run.stdout.count("ok    ") == len(list((TOP / "harness" / "scenarios").glob("*.toml")))
    suite = xml_tree.parse(tmp_path / "report.xml").getroot().find("testsuite")
    assert (suite.get("tests"), suite.get("failures")) == (str(run.stdout.count("ok    ")), "0")


@pytest.mark.skipif(not (shutil.which("java") and shutil.which("go")), reason="java or go is not installed")
def test_the_readme_tries_other_clients(tmp_path):
    readme = (TOP / "README.md").read_text()
    (block,) = re.findall(r"```\n(mtls-harness run iis-ctl-store-lost --port 8443.*?)```", readme, re.S)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])

    run = subprocess.run(["bash", "-c", block.replace("8443", port)], cwd=tmp_path, capture_output=True, text=True,
                         timeout=100, check=False, env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"})

    assert run.returncode == 0, run.stderr
    records = [json.loads(line) for line in (tmp_path / "lab.jsonl").read_text().splitlines()]
    assert [(record["decision"], bool(record["chain"])) for record in records] == [
        ("403.16", True), ("403.16", True), ("403.7", False), ("403.7", False)]
    assert re.findall(r"^\d{3}$", run.stdout, re.M) == ["403"] * 4
    assert run.stdout.count('"decision":') == 4
