"""Scenario files of one's own: what is served, and what is said of mistakes."""
import json
import re
import subprocess
import xml.etree.ElementTree as xml_tree

import pytest

from support.probe import BIN, TREE
from support.served import harness

FORMAT = TREE / "harness" / "scenarios" / "FORMAT.md"


def test_serve_takes_a_file_and_names_the_line_of_a_mistake(tmp_path, served):
    good = tmp_path / "mine.toml"
    good.write_text("""summary = "mine"
personality = "nginx"
[[listener]]
trust = ["root"]
intermediates = ["intermediate"]
[[pki.client]]
name = "bob"
issuer = "intermediate"
""")
    bad = tmp_path / "bad.toml"
    bad.write_text('summary = "mine"\npersonality = "nginx"\n[[listener]]\ntrust = ["nobody"]\n')

    server = served(good, command="serve")

    assert server.curl("bob")[0] == 200
    assert server.curl()[0] == 400
    run = harness("serve", bad)
    assert run.returncode == 3
    assert f"{bad}:4:10: no certificate is called 'nobody'" in run.stderr


def example_of_the_format():
    return re.search(r"```toml\n(.*?)```", FORMAT.read_text(), re.S).group(1)


def test_the_smallest_example_of_the_format_is_served(tmp_path, served):
    mine = tmp_path / "mine.toml"
    mine.write_text(example_of_the_format())

    server = served(mine, command="serve")

    assert server.curl("alice")[0] == 200
    assert server.curl("mallory")[0] == 0


@pytest.mark.parametrize("change, place", [
    (("trust = ", "thrust = "), "5:1: unknown key 'thrust'"),
    (('"strict"', '"stern"'), "2:15: personality must be one of "),
    (('["root"]', '["rot"]'), "5:10: no certificate is called 'rot' (did you mean 'root'?)"),
    (('"A server', "A server"), "1:1"),
])
def test_a_mistake_in_a_scenario_has_file_line_and_column(tmp_path, change, place):
    bad = tmp_path / "bad.toml"
    bad.write_text(example_of_the_format().replace(*change))

    for command in ("serve", "run", "verify"):
        run = harness(command, bad)

        assert run.returncode == 3
        assert run.stderr.startswith(f"mtls-harness: {bad}:{place}"), run.stderr
        assert run.stdout == "" and len(run.stderr.splitlines()) == 1


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text(example_of_the_format().replace("trust = ", "thrust = ") + """
[expect]
findings = ["rejected-by-htp"]
[try]
candidates = ["alice", "malory"]
""")

    run = harness("serve", bad)

    assert run.returncode == 3 and run.stdout == ""
    assert run.stderr.splitlines() == [f"mtls-harness: {bad}:{rest}" for rest in (
        "5:1: unknown key 'thrust' (did you mean 'trust'?)",
        "9:13: no finding is called 'rejected-by-htp' (did you mean 'rejected-by-http'?)",
        "11:24: no certificate is called 'malory' (did you mean 'mallory'?)")]


def test_a_word_of_the_file_is_escaped_once(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text('''summary = "x"
personality = "iis"
[iis.stores]
"CT\\u001b" = []
[[iis.binding]]
ipport = "0.0.0.0"
ctl_store_name = "CTL"
''')

    assert harness("serve", bad).stderr == (
        f"mtls-harness: {bad}:7:18: no store in [iis.stores] is called 'CTL' (did you mean 'CT\\1B'?)\n")


def test_nothing_of_a_file_reaches_the_terminal_raw(tmp_path):
    """Its name, the story, a listener's name, arguments to paste; of the probe that verify tries, complaints."""
    evil = tmp_path / "evil\x1b[31m.toml"
    text = example_of_the_format().replace("A server", "\\u001b[2J\\u009b\\u202eA server")
    evil.write_text(text.replace("[[listener]]", '[[listener]]\nname = "\\u001b]0;x"') +
                    '\n[try]\narguments = ["--header", "X: \\u001b[2J\'"]\n[expect]\nverdict = "unknown"\n')

    served = harness("run", evil, "--for", "0.1")
    verified = harness("verify", evil, "--probe", "/bin/false", "--junit", tmp_path / "out.xml")

    assert (served.returncode, verified.returncode) == (0, 2)
    said = served.stdout + served.stderr + verified.stdout + verified.stderr
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said), said
    assert "\\1B[2J" in said and "\\1B]0;x listens on" in said
    assert xml_tree.parse(tmp_path / "out.xml").getroot() is not None
    (pasted,) = [line.strip() for line in served.stdout.splitlines() if "--header" in line]
    words = subprocess.run(["bash", "-c", f"printf '%s\\n' {pasted}"], capture_output=True, text=True, check=True).stdout
    assert "\nX: \x1b[2J'\n" in words


@pytest.mark.skipif(not (BIN / "mtls-probe").exists(), reason="the probe is not built")
def test_a_scenario_may_expect_every_finding_that_the_probe_knows(tmp_path):
    pages = subprocess.run([BIN / "mtls-probe", "explain", "--list", "--format", "json"], capture_output=True,
                           check=True).stdout
    known = {page["asked"] for page in json.loads(pages)["answers"]}
    listed = set(re.findall(r'"([a-z-]+)",', (TREE / "harness" / "scenario" / "finding_ids.cpp").read_text()))

    assert listed == known
