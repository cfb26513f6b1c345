"""A fleet that is killed, interrupted and resumed: nothing lost, nothing twice."""
import signal
import subprocess
import time
from collections import Counter

from support.fleet import LARGE, QUICK, flight, lines_in, names, running, server, targets, wait_for  # noqa: F401 (fixtures)
from support.raw import serving, stalls


def test_killed_and_resumed_every_target_stands_in_the_report_once(probe, targets, server, tmp_path):
    file, expected = targets(LARGE)
    report, journal = tmp_path / "report.jsonl", tmp_path / "journal"
    words = ["--targets", file, "-o", report, "--resume", journal, "--per-host", "64", *QUICK]

    for part in (LARGE // 4, LARGE // 2):
        with running(probe, *words, "--rate", LARGE // 3) as process:
            wait_for(lambda: lines_in(journal) > part or process.poll() is not None)
            process.send_signal(signal.SIGKILL)
            process.wait(20)
        assert process.returncode == -signal.SIGKILL
    # What a kill in the middle of writing leaves.
    with open(journal, "a") as file:
        file.write("0123456789abcdef crit")
    with open(report, "a") as file:
        file.write('{"schema": "mtls-probe/rep')
    done = lines_in(journal) - 1
    before = server.taken
    result = probe.run(*words, limit=240)

    assert names(report.read_text()) == Counter(expected)
    assert result.code == 0 and result.out == b""
    assert server.taken - before == LARGE - done
    # What the earlier runs did is in the counts.
    assert f"{LARGE} targets: {LARGE} ok" in result.err.decode() and "1 distinct list of normal clients\n" in result.err.decode()
    again = probe.run(*words)
    assert again.code == 0 and server.taken - before == LARGE - done
    assert names(report.read_text()) == Counter(expected)


def test_interrupted_and_resumed_on_a_pipe(probe, targets, tmp_path):
    file, expected = targets(400)
    words = ["--targets", file, "--resume", tmp_path / "journal", *QUICK]

    with running(probe, *words, "--rate", "200", stdout=subprocess.PIPE) as process:
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.stdout.read(), process.stderr.read()  # communicate() would lose what readline() has buffered
        assert process.wait(60) == 3
    assert "interrupted" in err and "the same command again" in err
    rest = probe.run(*words)

    assert rest.code == 0
    assert 0 < len((first + out).splitlines()) < 400
    assert names(first + out + rest.text) == Counter(expected)


def test_ctrl_c_waits_a_second_for_what_is_in_flight(probe, targets, tmp_path):
    file, _ = targets(3)
    with serving(stalls) as silent:
        with open(file, "a") as more:
            more.write(f"127.0.0.1:{silent.port} sni=silent.example\n")
        words = ["--targets", file, "-o", tmp_path / "report", "--resume", tmp_path / "journal", "--timeout", "60", *QUICK]
        with running(probe, *words) as process:
            wait_for(lambda: lines_in(tmp_path / "journal") == 4 and silent.taken == 1)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=60)

        assert process.returncode == 3 and "interrupted" in err
        assert 0.9 < time.monotonic() - began < 20
        # It has no result, so it is not in the report: a timeout that the server is not guilty of would be a lie.
        assert "silent.example" not in names((tmp_path / "report").read_text())
        assert silent.wait_until_all_left()


def test_a_second_ctrl_c_ends_at_once(probe, tmp_path):
    with serving(stalls) as silent:
        (tmp_path / "list").write_text(f"127.0.0.1:{silent.port}\n")
        with running(probe, "--targets", tmp_path / "list", "--timeout", "60") as process:
            wait_for(lambda: silent.taken > 0)
            process.send_signal(signal.SIGINT)
            while process.poll() is None:
                process.send_signal(signal.SIGINT)
                time.sleep(0.005)
        assert process.returncode == -signal.SIGINT


def test_journals_that_do_not_fit(probe, targets, tmp_path):
    file, _ = targets(5)
    report, journal = tmp_path / "report", tmp_path / "journal"
    words = ["--targets", file, "--resume", journal, *QUICK]
    assert probe.run(*words, "-o", report).code == 0

    assert "journal" in probe.run(*words).complaint  # its report is in a file
    assert "journal" in probe.run(*words, "-o", report, "--format", "text").complaint
    report.write_text("")
    assert "shorter" in probe.run(*words, "-o", report).complaint
    journal.write_text(journal.read_text() + "nonsense\n")
    assert "line 7" in probe.run(*words, "-o", report).complaint
    lines = journal.read_text().splitlines(keepends=True)[:-1]
    for at, word in ((2, "list\x1b]0;PWNED\x07"), (2, "0123456789abcdeg"), (4, "\x1b]0;PWNED\x07/critical")):
        fields = lines[2].split(" ")
        fields[at] = word
        journal.write_text("".join([*lines[:2], " ".join(fields), *lines[3:]]))
        assert "line 3 is damaged" in probe.run(*words, "-o", report).complaint
    before = file.read_text()
    (tmp_path / "more").write_text(before)
    assert "no journal" in probe.run("--targets", tmp_path / "more", "--resume", file).complaint
    assert file.read_text() == before
    assert file.read_text().startswith("# all of them")


def test_two_runs_do_not_share_a_journal(probe, tmp_path):
    with serving(stalls) as silent:
        (tmp_path / "list").write_text(f"127.0.0.1:{silent.port}\n")
        words = ["--targets", tmp_path / "list", "--resume", tmp_path / "journal", "--timeout", "60"]
        with running(probe, *words):
            wait_for(lambda: silent.taken > 0)
            assert "another run" in probe.run(*words).complaint


def test_a_journal_goes_on_only_with_the_same_questions(probe, pki, targets, tmp_path):
    file, _ = targets(3)
    report, journal = tmp_path / "report", tmp_path / "journal"
    words = ["--targets", file, "--resume", journal, "-o", report]
    root, other = pki.root.certificate, pki.other.certificate
    asked = [*words, *QUICK, "--expect-issuers", root]
    assert probe.run(*asked).code == 1
    before = report.read_bytes(), journal.read_bytes()
    (tmp_path / "good.jsonl").write_bytes(report.read_bytes())

    for changed, told in (([*words, *QUICK], "--expect-issuers"),
                          ([*words, *QUICK, "--expect-issuers", other], "--expect-issuers"),
                          ([*asked, "--expect-mode", "contains"], "--expect-mode"),
                          ([*asked, "--issuer-certs", root], "--issuer-certs"),
                          ([*asked, "--cert", pki.alice.file], "ways of asking"),
                          ([*asked, "--handshakes"], "--list-only"), ([*asked, "-w", "30"], "-w"),
                          ([*words, "--variants", "one", "--expect-issuers", root], "--variants"),
                          ([*asked, "--baseline", tmp_path / "good.jsonl"], "--baseline")):
        complaint = probe.run(*changed).complaint
        assert told in complaint and str(journal) in complaint and "another --resume" in complaint, complaint
        assert (report.read_bytes(), journal.read_bytes()) == before
    # Patience, pace and more targets change no question.
    file.write_text(file.read_text() + "127.0.0.1:9\n")
    again = probe.run(*asked, "--timeout", "7", "--concurrency", "3", "--retries", "1")
    assert len(report.read_text().splitlines()) == 4 and again.code == 3


def test_a_journal_of_an_older_version_is_refused(probe, targets, tmp_path):
    file, _ = targets(3)
    (tmp_path / "journal").write_text("mtls-probe-journal 1 jsonl stream\n")

    complaint = probe.run("--targets", file, "--resume", tmp_path / "journal", *QUICK).complaint

    assert "older" in complaint and (tmp_path / "journal").read_text().count("\n") == 1
