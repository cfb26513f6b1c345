"""--baseline and --save-baseline: what the server asked for then against what it asks for now."""
import json
import re
from contextlib import contextmanager

import pytest

from support import der
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


def test_a_target_that_the_baseline_does_not_know(probe, saved):
    port, file = saved

    complaint = probe.run("--baseline", file, f"127.0.0.1:{port}", "elsewhere.test:443").complaint

    assert "no report on elsewhere.test:443" in complaint


def test_one_file_for_two_things(probe, tmp_path):
    words = ["--save-baseline", tmp_path / "a", "-o", tmp_path / "a", "--format", "json"]

    assert "same file" in probe.run(*words, "127.0.0.1:9").complaint
