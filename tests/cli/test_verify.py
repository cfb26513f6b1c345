"""`mtls-harness verify` against probes that say the wrong thing."""
import json
import xml.etree.ElementTree as xml_tree

from support.served import harness


def fake_probe(tmp_path, report, code):
    probe = tmp_path / "probe"
    probe.write_text(f"#!/bin/sh\ncat <<'END'\n{report}\nEND\nexit {code}\n")
    probe.chmod(0o755)
    return probe


def test_verify_says_what_is_not_as_expected(tmp_path):
    report = {"schema": "mtls-probe/report/1", "verdict": "ok", "findings": [{"id": "bindings-disagree"}],
              "request": {"status": "empty"}}

    run = harness("verify", "iis-healthy", "--probe", fake_probe(tmp_path, json.dumps(report), 1))

    assert run.returncode == 2
    assert run.stdout.startswith("FAIL  iis-healthy")
    for complaint in ["exit code is 1, not 0", "request.status is empty, not list", "expected.result is null, not match",
                      "findings: bindings-disagree; not: none", "causes: bindings-disagree; not: none", "alice: attempt.result is null, not accepted",
                      "the trusted issuer list has 0 names, not the 1 configured"]:
        assert complaint in run.stdout
    assert "verdict" not in run.stdout
    assert run.stdout.splitlines()[-1].startswith("1 scenario, 0 ok, 1 failed, ")


def test_verify_writes_the_same_as_junit(tmp_path):
    xml = tmp_path / "report.xml"
    report = {"schema": "mtls-probe/report/1", "verdict": "<&\">\u0007"}

    run = harness("verify", "iis-healthy", "strict-unknown-ca", "--junit", xml, "--probe",
                  fake_probe(tmp_path, json.dumps(report), 0))

    assert run.returncode == 2
    suite = xml_tree.parse(xml).getroot().find("testsuite")
    assert (suite.get("tests"), suite.get("failures")) == ("2", "2")
    assert float(suite.get("time")) > 0
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases] == ["iis-healthy", "strict-unknown-ca"]
    for case in cases:
        said = case.find("failure").text.splitlines()
        assert case.find("failure").get("message") == said[0]
        assert all(f"      {line}\n" in run.stdout for line in said)


def test_verify_survives_a_probe_that_speaks_nonsense(tmp_path):
    run = harness("verify", "iis-healthy", "strict-unknown-ca", "--probe", fake_probe(tmp_path, "nonsense", 0))

    assert run.returncode == 2
    assert run.stdout.count("stdout is not JSON") == 2
