"""--baseline and --save-baseline: what the server asked for then against what it asks for now."""
import json
import re
from contextlib import contextmanager

import pytest

from support import der, formats
from support.pki import subjects
from support.servers import free_port, on_port, program

NAMES = [der.name((der.C, der.PRINTABLE, b"DE"), (der.O, der.UTF8, b"Org %d" % i), (der.CN, der.UTF8, b"CA %d" % i))
         for i in range(8)]


@contextmanager
def listing(pki, port, names, *more):
    """A server on this very port whose list holds these names."""
    bundle = pki.bundle("baseline", pki.named(*names))
    with on_port(port, [program("openssl"), "s_server", "-cert", str(pki.server.certificate), "-key",
                        str(pki.server.key), "-accept", f"127.0.0.1:{port}", "-www", "-verify", "5", "-CAfile",
                        str(bundle), *more]):
        yield


@pytest.fixture
def saved(probe, pki, tmp_path):
    """A port, and the baseline of a server there with the first three names."""
    port, file = free_port(), tmp_path / "baseline.json"
    with listing(pki, port, NAMES[:3]):
        run = probe.run("--save-baseline", file, f"127.0.0.1:{port}")
    assert run.code == 0 and run.err == b""
    return port, file


def changes(report):
    return [{**one, **{key: [x509["sha256"] for x509 in one[key]] for key in ("added", "removed")}}
            for one in report["baseline"]["changes"]]


def test_nothing_has_changed(probe, pki, saved):
    port, file = saved
    with listing(pki, port, NAMES[:3]):
        report = probe.json("--baseline", file, f"127.0.0.1:{port}")

    assert report["verdict"] == "ok" and report["baseline"]["changes"] == []
    assert report["baseline"]["started"] == json.loads(file.read_text())["started"]


@pytest.mark.parametrize("now, added, removed", [(NAMES[:2], 0, 1), (NAMES[:4], 1, 0), (NAMES[1:5], 2, 1), ([], 0, 3)])
def test_names_come_and_go(probe, pki, saved, now, added, removed):
    port, file = saved
    with listing(pki, port, now or [pki.root.subject]):
        report = probe.json("--baseline", file, f"127.0.0.1:{port}")

    assert report["verdict"] == "warning" and report.findings["issuer-list-changed"] == "warning"
    assert {one["observation"] for one in report["baseline"]["changes"]} == {0, 1}  # TLS 1.3 and below
    for one in changes(report):
        assert (len(one["added"]), len(one["removed"])) == (added or (0 if now else 1), removed)


def test_a_host_is_the_same_in_any_spelling(probe, pki, tmp_path):
    port, file = free_port(), tmp_path / "baseline.json"
    with listing(pki, port, NAMES[:3]):
        probe.run("-4", "--save-baseline", file, f"localhost:{port}")
        for host in ("LocalHost", "LOCALHOST"):
            report = probe.json("-4", "--baseline", file, f"{host}:{port}")

            assert report["verdict"] == "ok" and report["baseline"]["changes"] == []
            assert report["observations"][0]["variant"]["sni"] == "localhost"


def test_the_order_alone_is_no_alarm(probe, pki, saved, tmp_path):
    port, file = saved
    # s_server sorts what it lists, so the earlier report is what gets another order.
    text = json.loads(file.read_text())
    for seen in text["observations"]:
        for request in seen["certificate_requests"]:
            first, second = (request["certificate_authorities"][at]["der"] for at in (0, 1))
            assert len(first) == len(second)
            request["raw"] = request["raw"].replace(first, "X").replace(second, first).replace("X", second)
    file.write_text(json.dumps(text))
    with listing(pki, port, NAMES[:3]):
        report = probe.json("--baseline", file, f"127.0.0.1:{port}")

    assert report["verdict"] == "ok" and report.findings["issuer-list-changed"] == "info"
    assert all(one["reordered"] and not one["added"] and not one["removed"] for one in report["baseline"]["changes"])


def test_a_server_that_asks_no_more(probe, pki, saved):
    port, file = saved
    with on_port(port, [program("openssl"), "s_server", "-cert", str(pki.server.certificate), "-key",
                        str(pki.server.key), "-accept", f"127.0.0.1:{port}", "-www"]):
        report = probe.json("--baseline", file, f"127.0.0.1:{port}")

    assert report.findings["issuer-list-changed"] == "warning"
    assert {one["status"] for one in report["baseline"]["changes"]} == {"list"}


def test_a_list_replaced_by_many_strangers_is_a_lost_store(probe, pki, saved):
    port, file = saved
    with listing(pki, port, NAMES[3:7]):
        without = probe.json(f"127.0.0.1:{port}")
        report = probe.json("--baseline", file, f"127.0.0.1:{port}")
        run = probe.run("--baseline", file, f"127.0.0.1:{port}")

    assert without["verdict"] == "ok"
    assert report["verdict"] == "critical" and report.findings["ctl-store-lost"] == "critical"
    assert "had the right list, with 3 names" in re.sub(r"\s+", " ", run.text)
    changed, = (one for one in report["findings"] if one["id"] == "issuer-list-changed")
    assert changed["summary"].endswith("(follows from ctl-store-lost)")


def test_a_baseline_is_not_overwritten_by_a_failure(probe, saved):
    port, file = saved
    before = file.read_bytes()

    run = probe.run("--save-baseline", file, f"127.0.0.1:{port}")

    assert run.code == 3 and b"is not written" in run.err and file.read_bytes() == before


def test_several_targets_and_lines_of_reports(probe, pki, saved, tmp_path):
    port, file = saved
    with listing(pki, port, NAMES[:3]):
        lines = probe.run("--format", "jsonl", f"127.0.0.1:{port}", f"localhost:{port}")
        (tmp_path / "lines").write_bytes(lines.out)
        assert len(lines.text.splitlines()) == 2
        run = probe.run("--baseline", tmp_path / "lines", "--save-baseline", tmp_path / "array.json",
                        f"localhost:{port}", f"127.0.0.1:{port}")
        assert (run.code, run.err) == (0, b"")
        again = probe.run("--baseline", tmp_path / "array.json", f"localhost:{port}", f"127.0.0.1:{port}")
        assert (again.code, again.err) == (0, b"")


HOSTILE = {
    "empty": b"", "blanks": b" \n\n", "text": b"hello", "cut": b'{"schema": "mtls-probe/report/1", "started"',
    "other JSON": b'{"a": 1}', "a number": b"17", "no report": b"[]", "nested": b"[[]]", "deep": b"[" * 100000,
    "binary": bytes(range(256)), "not UTF-8": b'{"schema": "mtls\xff"}', "future": b'{"schema": "mtls-probe/report/9"}',
    "escape": b'{"schema": "\\u001b[31m\\n"}', "bare": b'{"schema": "mtls-probe/report/1"}',
    "certificate": b"-----BEGIN CERTIFICATE-----\nMIIB\n", "huge number": b"1e999999999",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_report(probe, tmp_path, name):
    file = tmp_path / "foreign.json"
    file.write_bytes(HOSTILE[name])

    complaint = probe.run("--baseline", file, "127.0.0.1:9").complaint

    assert "foreign.json" in complaint and "\x1b" not in complaint


def test_a_report_with_anything_replaced(probe, saved, tmp_path):
    """One value after the other becomes something else: a clear error or a comparison, never a crash."""
    port, file = saved
    text = json.loads(file.read_text())
    text["observations"] = text["observations"][:1]
    places = []

    def walk(value, path):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value[:1]):
            places.append((*path, key))
            if isinstance(inner, (dict, list)):
                walk(inner, (*path, key))

    walk({key: text[key] for key in ("schema", "started", "target", "observations")}, ())
    reports = []
    for path in places:
        for bad in (None, -1, "\x1b\n|", [], {}, "zz"):
            copy = json.loads(json.dumps(text))
            inner = copy
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = bad
            reports.append(copy)
    assert len(reports) > 300
    codes = set()
    for number in range(0, len(reports), 7):
        file.write_text(json.dumps(reports[number]))
        codes.add(probe.run("--baseline", file, "--timeout", "5", f"127.0.0.1:{port}").code)
    assert codes == {3}


@pytest.mark.parametrize("words", [["--tls", "1.2"], ["--variants", "one"]])
def test_where_nothing_can_be_compared_the_verdict_is_unknown(probe, pki, saved, words):
    port, file = saved
    with listing(pki, port, NAMES[3:6]):
        run = probe.run("--format", "json", "--baseline", file, *words, f"127.0.0.1:{port}")
        line = probe.run("--format", "nagios", "--baseline", file, *words, f"127.0.0.1:{port}")
        metrics = probe.run("--format", "prometheus", "--baseline", file, *words, f"127.0.0.1:{port}")

    report = run.report
    assert run.code == 3 and report.findings["baseline-incomplete"] == "warning"
    samples = formats.prometheus(metrics.text)
    assert samples["mtls_probe_success", (("target", f"127.0.0.1:{port}"),)] == 1  # it did answer
    assert report["baseline"]["compared"] == 0 and report["baseline"]["changes"] == []
    assert {one["reason"] for one in report["baseline"]["not_compared"]} == {"no_answer_then", "not_asked_now"}
    assert "Nothing could be compared with the baseline" in report["summary"]
    assert line.text.startswith("MTLS UNKNOWN - ") and "compared" in line.text.splitlines()[0]


def test_what_could_not_be_compared_is_named(probe, pki, saved):
    port, file = saved
    text = json.loads(file.read_text())
    text["observations"] = [one for one in text["observations"] if one["variant"]["tls_offered"] == ["1.3"]]
    file.write_text(json.dumps(text))
    with listing(pki, port, NAMES[:3]):
        report = probe.json("--baseline", file, f"127.0.0.1:{port}")
        shown = re.sub(r"\s+", " ", probe.run("-v", "--baseline", file, f"127.0.0.1:{port}").text)

    assert report["verdict"] == "ok" and report.findings["baseline-incomplete"] == "info"
    assert report["baseline"]["compared"] == 1
    assert [one["reason"] for one in report["baseline"]["not_compared"]] == ["no_answer_then"]
    assert "no answer in the baseline: no SNI, TLS 1.0 to 1.2 offered" in shown


def test_another_address_is_compared(probe, pki, saved):
    port, file = saved
    with listing(pki, port, NAMES[:2]):
        report = probe.json("--baseline", file, "--connect", f"127.0.0.1:{port}", f"127.0.0.1:{port}")

    assert report.findings["issuer-list-changed"] == "warning" and report["baseline"]["not_compared"] == []


def test_list_only_and_the_full_probe_judge_alike_by_what_the_baseline_knows(probe, pki, tmp_path):
    """A server that refuses by an alert is no http.sys; --list-only cannot see that, but the baseline has."""
    port, file = free_port(), tmp_path / "baseline.json"
    refusing = ["-Verify", "5", "-verify_return_error"]
    with listing(pki, port, NAMES[:3], *refusing):
        assert probe.run("--save-baseline", file, f"127.0.0.1:{port}").code == 0
    with listing(pki, port, NAMES[3:], *refusing):
        full = probe.json("--baseline", file, f"127.0.0.1:{port}")
        listed = probe.json("--list-only", "--baseline", file, f"127.0.0.1:{port}")

    assert full.findings == listed.findings and full["verdict"] == listed["verdict"] == "warning"
    assert "issuer-list-changed" in full.findings


def test_a_target_that_the_baseline_does_not_know(probe, saved):
    port, file = saved

    complaint = probe.run("--baseline", file, f"127.0.0.1:{port}", "elsewhere.test:443").complaint

    assert "no report on elsewhere.test:443" in complaint


def test_one_file_for_two_things(probe, tmp_path):
    words = ["--save-baseline", tmp_path / "a", "-o", tmp_path / "a", "--format", "json"]

    assert "same file" in probe.run(*words, "127.0.0.1:9").complaint


def test_a_baseline_may_be_of_any_size_but_for_a_single_report(probe, saved, tmp_path):
    port, file = saved
    one = json.dumps(json.loads(file.read_text())).encode() + b"\n"
    big = tmp_path / "big.jsonl"
    with open(big, "wb") as lines:
        lines.write(one)
        for _ in range(20 * 1024 * 1024 // 4096):
            lines.write(b" " * 4095 + b"\n")
        lines.write(one)
    assert big.stat().st_size > 20 * 1024 * 1024
    assert "no report on elsewhere" in probe.run("--baseline", big, "elsewhere.test:1").complaint
    with open(big, "wb") as lines:
        lines.write(b'{"schema": "')
        lines.truncate(80 << 20)
    assert "not JSON" in probe.run("--baseline", big, "elsewhere.test:1").complaint
    with open(big, "wb") as lines:
        lines.write(b'{"schema": "' + b"x" * (70 << 20))
    assert "larger than 64 MiB" in probe.run("--baseline", big, "elsewhere.test:1").complaint
