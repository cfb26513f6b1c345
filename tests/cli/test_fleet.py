"""Many targets in one run: what a list may say, and what comes of it."""
import hashlib
import json
import os
import re
import subprocess
from collections import Counter

import pytest

from support.fleet import QUICK, flight, names, running, server, targets  # noqa: F401 (fixtures)
from support.probe import check, listed
from support.raw import serving, stalls
from support.servers import s_server
from support.terminal import shown_on_a_terminal


def test_shards_divide_the_list(probe, targets, tmp_path):
    file, expected = targets(60)
    parts = [names(probe.run("--targets", file, "--shard", f"{i}/3", *QUICK).text) for i in (1, 2, 3)]

    assert sum(parts, Counter()) == Counter(expected)
    assert all(parts)
    # Whatever else is in the list.
    half = tmp_path / "half"
    half.write_text("".join(reversed(file.read_text().splitlines(True)[1::2])))
    assert set(names(probe.run("--targets", half, "--shard", "1/3", *QUICK).text)) < set(parts[0])
    assert probe.run("--targets", half, "--shard", "999983/1000000", *QUICK).code == 0  # nothing for this one


def test_a_list_that_comes_in_a_pipe_is_read_as_it_comes(probe, server):
    with running(probe, "--targets", "-", *QUICK, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for i in range(3):
            process.stdin.write(f"{server.endpoints[0]} sni=host{i}\n")
            process.stdin.flush()
            assert names(process.stdout.readline()) == Counter([f"host{i}"])
        process.stdin.close()
        assert process.wait(20) == 0


def test_what_a_line_says(probe, server, pki):
    address, port = server.endpoints[0].split(":")
    text = f"""
        nosuch.invalid:1 connect={server.endpoints[0]}   # by way of an address
        nosuch.invalid:{port} connect={address} sni=other.example
        {server.endpoints[0]}
        alsonosuch.invalid:{port} connect={address} sni=
    """
    read, write = os.pipe()
    os.write(write, text.encode())
    os.close(write)
    result = subprocess.run([probe.program, "--targets", "-", *QUICK], stdin=read, capture_output=True, timeout=60)
    os.close(read)

    assert result.returncode == 0, result.stderr
    seen = {one["target"]["input"]: one["observations"][0]["variant"] for one in map(json.loads, result.stdout.splitlines())}
    assert seen["nosuch.invalid:1"]["sni"] == "nosuch.invalid" and seen["nosuch.invalid:1"]["port"] == int(port)
    assert seen[f"nosuch.invalid:{port}"]["sni"] == "other.example"
    assert seen[server.endpoints[0]]["sni"] is None
    assert seen[f"alsonosuch.invalid:{port}"]["sni"] is None
    told = {one["target"]["input"]: one["target"]["connect"] for one in map(json.loads, result.stdout.splitlines())}
    assert told == {"nosuch.invalid:1": server.endpoints[0], f"nosuch.invalid:{port}": address, server.endpoints[0]: None,
                    f"alsonosuch.invalid:{port}": address}


def test_text_says_which_back_end_a_line_is_about(probe, server, tmp_path):
    (tmp_path / "list").write_text(f"one.invalid:1 connect={server.endpoints[0]}\n")

    text = probe.run("--targets", tmp_path / "list", *QUICK, "--format", "text").text
    assert f"one.invalid:1 (at {server.endpoints[0]})  " in text
    assert f"OK  one.invalid:1 (at {server.endpoints[0]})\n" in probe.run("--connect", server.endpoints[0], "one.invalid:1").text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_list_as_windows_programs_save_it(probe, server, pki, encoding, tmp_path):
    (tmp_path / "list.txt").write_bytes("".join(f"{server.endpoints[0]} sni=host{i}\r\n" for i in range(200)).encode(encoding))
    (tmp_path / "cas.txt").write_bytes("# müde\r\nCN=Root,O=Example\r\n".encode(encoding))

    result = probe.run("--targets", tmp_path / "list.txt", "--expect-issuers", tmp_path / "cas.txt", *QUICK)

    assert names(result.text) == Counter(f"host{i}" for i in range(200)), result.err
    report = json.loads(result.out.splitlines()[0])
    assert [one["name"] for one in report["expected"]["missing"]] == ["CN=Root,O=Example"]


def test_lines_that_are_no_targets(probe, server, tmp_path):
    (tmp_path / "list").write_text(f"{server.endpoints[0]}\nhost:99999\n\n{server.endpoints[1]} tls=1.2\n"
                                   f"# end\n{'x' * 10000}\nuser:hunter2@host\n{server.endpoints[2]}\n")
    result = probe.run("--targets", tmp_path / "list", *QUICK)

    complaints = [line for line in result.err.decode().splitlines() if line.startswith("mtls-probe: ")]
    assert [re.search(r"list:(\d+): ", line)[1] for line in complaints] == ["2", "4", "6", "7"]
    assert "hunter2" not in result.err.decode()
    assert len(result.text.splitlines()) == 2 and result.code == 3
    assert "4 lines of the list are no target: unknown\n" in result.err.decode()


def test_lists_that_are_none(probe, tmp_path):
    (tmp_path / "empty").write_text("# nothing\n\n")
    assert "no target" in probe.run("--targets", tmp_path / "empty").err.decode()
    assert probe.run("--targets", tmp_path / "empty").code == 3
    assert "No such file" in probe.run("--targets", tmp_path / "missing").complaint
    assert "directory" in probe.run("--targets", tmp_path).complaint
    older = tmp_path / "report"
    older.write_text("an older report")
    probe.run("--targets", tmp_path / "missing", "-o", older).complaint
    assert older.read_text() == "an older report"


@pytest.mark.parametrize("words, word", [
    (["--targets", "x", "host"], "--targets"), (["--concurrency", "5", "host"], "--targets"),
    (["--targets", "x", "--format", "json"], "jsonl"), (["--targets", "x", "--format", "prometheus"], "jsonl"),
    (["--targets", "x", "--shard", "4/3"], "4/3"), (["--targets", "x", "--rate", "0"], "--rate"),
    (["--targets", "x", "--concurrency", "0"], "--concurrency"), (["--targets", "x", "--progress", "no"], "--progress")])
def test_options_that_make_no_sense(probe, words, word):
    assert word in probe.run(*words).complaint


def test_the_summary_knows_lists_by_their_hash(probe, server, tmp_path):
    with serving(stalls) as silent:
        (tmp_path / "list").write_text("\n".join([*server.endpoints[:5], f"127.0.0.1:{silent.port}"]))
        result = probe.run("--targets", tmp_path / "list", "--timeout", "2", *QUICK)
    report = check(json.loads(next(line for line in result.text.splitlines() if '"ok"' in line)))
    hashed = hashlib.sha256(b"".join(listed(report.request))).hexdigest()[:16]

    assert result.code == 3
    assert "6 targets: 5 ok, 0 warning, 0 critical, 1 unknown; 1 distinct list of normal clients\n" in result.err.decode()
    assert re.search(rf"^ +5  list {hashed}, 3 names \(such as 127\.", result.err.decode(), re.MULTILINE)


def test_findings_are_counted_and_the_worst_verdict_counts(probe, pki, targets):
    file, _ = targets(4)
    result = probe.run("--targets", file, "--expect-issuers", pki.root.certificate, *QUICK, "--format", "text")

    assert result.code == 1 and result.err == b""
    lines = result.text.splitlines()
    assert sum(line.startswith("WARNING   127.") for line in lines) == 4
    assert any(re.match(r" +4  warning   unexpected-issuer$", line) for line in lines)


def test_each_target_is_held_against_its_own_baseline(probe, server, pki, tmp_path):
    known, other, new = server.endpoints[:3]
    (tmp_path / "list").write_text(f"{known}\n{other}\n")
    (tmp_path / "good.jsonl").write_bytes(probe.run("--targets", tmp_path / "list", *QUICK).out)
    same = probe.run("--targets", tmp_path / "list", "--baseline", tmp_path / "good.jsonl", *QUICK)
    (tmp_path / "list").write_text(f"{known}\n{new}\n")
    more = probe.run("--targets", tmp_path / "list", "--baseline", tmp_path / "good.jsonl", *QUICK)

    assert same.code == 0
    assert all(json.loads(line)["baseline"]["changes"] == [] for line in same.text.splitlines())
    # What nobody knows cannot be found changed, and must not pass for unchanged.
    assert more.code == 3 and f"the baseline holds no report on {new}\n" in more.err.decode()
    verdicts = {one["target"]["input"]: one["verdict"] for one in map(json.loads, more.text.splitlines())}
    assert verdicts == {known: "ok", new: "unknown"}


def test_a_host_with_many_names_is_held_against_the_baseline_of_each(probe, server, tmp_path):
    lines = [f"{server.endpoints[0]} sni=host{number}.example\n" for number in range(3)] + [server.endpoints[0] + "\n"]
    (tmp_path / "list").write_text("".join(lines))
    (tmp_path / "good.jsonl").write_bytes(probe.run("--targets", tmp_path / "list", *QUICK).out)
    (tmp_path / "list").write_text("".join(lines[:3]) + f"{server.endpoints[0]} sni=new.example\n")
    again = probe.run("--targets", tmp_path / "list", "--baseline", tmp_path / "good.jsonl", *QUICK)

    reports = [json.loads(line) for line in again.text.splitlines()]
    found = {one["observations"][0]["variant"]["sni"]: (one["verdict"], one["baseline"]["compared"]) for one in reports}
    assert found == {**{f"host{number}.example": ("ok", 1) for number in range(3)}, "new.example": ("unknown", 0)}


def test_a_host_with_many_back_ends_is_held_against_the_baseline_of_each(probe, pki, tmp_path):
    with s_server(pki, "-verify", "1", "-CAfile", pki.root.certificate) as one, \
            s_server(pki, "-verify", "1", "-CAfile", pki.inter.certificate) as other:
        (tmp_path / "list").write_text("".join(f"nosuch.invalid:443 connect=127.0.0.1:{port}\n" for port in (one, other)))
        (tmp_path / "good.jsonl").write_bytes(probe.run("--targets", tmp_path / "list", *QUICK).out)
        again = probe.run("--targets", tmp_path / "list", "--baseline", tmp_path / "good.jsonl", *QUICK)

    assert again.code == 0, again.text
    assert [json.loads(line)["baseline"]["changes"] for line in again.text.splitlines()] == [[], []]


def test_candidates_are_tried_at_each_target(probe, pki, tmp_path):
    with s_server(pki, "-www", "-Verify", "5", "-verify_return_error", "-CAfile", pki.root.certificate) as port:
        (tmp_path / "list").write_text(f"127.0.0.1:{port}\nlocalhost:{port} connect=127.0.0.1\n")
        result = probe.run("--targets", tmp_path / "list", "--cert", pki.alice.file, "--chain", pki.inter.certificate)

    reports = [check(json.loads(line)) for line in result.text.splitlines()]
    assert [one.attempt(pki.alice)[0] for one in reports] == ["accepted", "accepted"]


def test_a_path_is_asked_for_unless_lists_are_all_that_is_wanted(probe, pki, tmp_path):
    with s_server(pki, "-www", "-verify", "5", "-CAfile", pki.root.certificate) as port:
        (tmp_path / "list").write_text(f"127.0.0.1:{port}\nhttps://127.0.0.1:{port}/in\n127.0.0.1:{port} path=/also\n")
        free = probe.run("--targets", tmp_path / "list", "--variants", "one")
        bound = probe.run("--targets", tmp_path / "list", "--variants", "one", "--list-only")
        full = probe.run("--targets", tmp_path / "list", "--variants", "one", "--handshakes")

    def asked(result):
        reports = [check(json.loads(line)) for line in result.text.splitlines()]
        return Counter((one["target"]["path"], one["observations"][0]["list_only"]) for one in reports)

    assert asked(free) == Counter([(None, True), ("/in", False), ("/also", False)])
    assert asked(bound) == Counter([(None, True)]) and bound.code == 3 and "list:2: " in bound.err.decode()
    assert asked(full) == Counter([("/", False), ("/in", False), ("/also", False)])


def stderr_on_a_terminal(probe, words, **environment):
    return shown_on_a_terminal([probe.program, *words], streams=["stderr"], code=0, **environment)


def test_progress_only_where_it_is_wanted(probe, targets):
    file, _ = targets(60)
    words = ["--targets", file, *QUICK, "--rate", "60"]
    line = re.compile(r"\d+ of 60 done, [\d.]+/s")

    shown = stderr_on_a_terminal(probe, words)
    assert line.search(shown) and "\r" in shown and re.search(line.pattern + r", about \d:\d\d left, \d+ ok", shown)
    assert shown.rindex("\x1b[K") < shown.index("60 targets: ")  # it is gone when the summary comes
    assert "\x1b" not in stderr_on_a_terminal(probe, words, TERM="dumb")
    assert not line.search(stderr_on_a_terminal(probe, [*words, "--progress", "never"]))
    assert not line.search(probe.run(*words).err.decode())
    plain = probe.run(*words, "--progress", "always").err.decode()
    assert line.search(plain) and "\x1b" not in plain and "\r" not in plain
