"""Every point of a connection x every way to go wrong there, in TLS 1.2 and 1.3: within --timeout + 0.5 s, in little
memory, with what was read, and with an exit code that is never "ok" for what went wrong in sight.

The released program is measured if it stands beside the one under test and is no older (scripts/test builds it last):
sanitizers need several times the memory and time. The table is written to reports/torture.txt beside the folder of the
programs."""
import functools
import itertools
import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import held, torture
from support.exporter import exporting
from support.probe import BIN, TREE, check, fast
from support.torture import CELLS, POINTS, SAID, VERSIONS

TIMEOUT = 1
MEMORY = 64  # MiB
UNDER_TEST = BIN / "mtls-probe"
MODES = {"ordinary": [], "list-only": ["--list-only"]}
# What floods keeps both processors busy: few of them at once, so that the others are measured and not the queue.
FLOODS = {"endless_messages", "giant_message", "hello_requests", "certificate_requests", "warnings",
          "header_without_end", "body_without_end"}

PROGRAM = fast("mtls-probe")
SLACK = 0.5 if "release" in PROGRAM.parts else 2  # seconds above --timeout; sanitizers and a busy machine take more


def base(program):
    """MiB that the program takes for nothing: with sanitizers much, and it counts on top."""
    peak = torture.run(program, "--version").peak
    return 0 if peak < 32 else peak


def ask(cell, port, mode):
    return torture.run(PROGRAM, "--format", "json", "--timeout", TIMEOUT, "--tls", cell.version, "--variants", "one",
                       *MODES[mode], f"127.0.0.1:{port}")


def all_of(pool, jobs):
    return dict(zip(jobs, pool.map(lambda job: ask(*job), jobs)))


@pytest.fixture(scope="module")
def served():
    with torture.tortured(fast("mtls-harness").parent) as ports:
        yield ports


@pytest.fixture(scope="module")
def runs(served):
    """{(cell, mode): Run}. What is not as it should be is asked again, alone, up to three times: another program may
    have had the processor. The table says how often, and what was wrong."""
    jobs = [(cell, port, mode) for cell, port in served.items() for mode in MODES]
    with ThreadPoolExecutor(32) as many, ThreadPoolExecutor(6) as few:
        done = all_of(many, [job for job in jobs if job[0].fault not in FLOODS])
        done |= all_of(few, [job for job in jobs if job[0].fault in FLOODS])
    patience = time.monotonic() + 40
    again = {job: [first] for job, run in done.items() if (first := judged(job[0], job[2], run))}
    for job in list(again) * 3:
        if again[job][-1] and time.monotonic() < patience:
            done[job] = ask(*job)
            again[job].append(judged(job[0], job[2], done[job]))
    table = {(cell, mode): run for (cell, _, mode), run in done.items()}
    write_down(table, again)
    return table


def in_time(run):
    return run.seconds < TIMEOUT + SLACK + lag()


@functools.cache
def lag():
    """Seconds that the machine takes to start a program and end it: of an idle one about 0.01."""
    return max(torture.run(PROGRAM, "--version").seconds for _ in range(5))


def read_before(cell):
    """Whether the request was there in whole before it went wrong. In TLS 1.3 it comes before the Certificate."""
    return "CertificateRequest" in cell.said


def in_sight(cell, mode):
    """Whether the program is still there when it goes wrong. A list is read, and then --list-only is gone; the body of
    an answer is not read to its end."""
    if mode == "list-only":
        return not read_before(cell)
    return cell.point not in ("within_http_head", "within_http_body") or \
        (cell.point == "within_http_head" and cell.fault in torture.ANYWHERE)


def refused(cell):
    """Without a certificate, to hang up is how many a server says no."""
    return cell.fault in ("close", "reset") and cell.point in ("after_server_hello_done", "after_client_certificate")


def judged(cell, mode, run):
    """What is wrong with a run; empty if nothing is."""
    wrong = []
    if not in_time(run):
        wrong.append(f"{run.seconds:.2f} s")
    if not run.report:
        return wrong + [f"no report: {run.err[-300:]}"]
    report = check(run.report, run.code)
    if run.err:
        wrong.append(run.err[-300:])
    if run.left:
        wrong.append("a process is left")
    said = cell.said if mode == "ordinary" else cell.said[:cell.said.index("CertificateRequest") + 1] \
        if read_before(cell) else cell.said
    told = [one["name"] for one in report["observations"][0]["messages"] if one["from"] == "server"]
    if told[:len(said)] != said:
        wrong.append(f"messages not reported: {told[:len(said)]}, not {said}")
    again = cell.fault == "certificate_requests"  # the last request counts, and these name nobody
    status = report["request"]["status"]
    if read_before(cell):
        lists = [len(request["certificate_authorities"] or []) for request in report.requests()]
        if lists[:1] != [2] or (status != "list" and not again):
            wrong.append(f"list not reported: {status}, {lists}")
    elif status not in ("undetermined", "malformed") and not (again and status == "empty"):  # one of these, in its place
        wrong.append(f"request {status}")
    if "malformed-certificate-request" in report.findings and (in_sight(cell, mode) or again):
        expected = 2
    else:
        expected = 3 if in_sight(cell, mode) and not refused(cell) else 0
    if run.code != expected:
        wrong.append(f"exit code {run.code}, not {expected}: {report['summary']}")
    if refused(cell) and mode == "ordinary" and (report["without_certificate"] or {}).get("result") != "rejected":
        wrong.append(f"without a certificate: {report['without_certificate']}")
    return wrong


def write_down(table, again):
    """Point x fault: outcome and exit code of the ordinary run and of --list-only, the longer time, the larger peak."""
    folder = BIN.parent / "reports"
    folder.mkdir(exist_ok=True)
    lines = [f"{len(table)} runs of {PROGRAM.relative_to(TREE) if PROGRAM.is_relative_to(TREE) else PROGRAM}, "
             f"--timeout {TIMEOUT}; {sum(map(in_time, table.values()))} within it + {SLACK} s (+ {lag():.2f} s, "
             f"which --version takes); "
             f"longest {max(run.seconds for run in table.values()):.2f} s, "
             f"peak {max(run.peak for run in table.values()):.0f} MiB", "",
             f"{'TLS':4}{'where':28}{'what':24}{'ordinary':34}{'--list-only':34}{'s':>6}{'MiB':>6}"]
    for cell in CELLS:
        both = [table[cell, mode] for mode in MODES]
        shown = ["no report" if not run.report else
                 f"{run.report['observations'][0]['outcome']}, {run.report['request']['status']}, {run.code}"
                 for run in both]
        lines.append(f"{cell.version:4}{cell.point:28}{cell.fault:24}{shown[0]:34}{shown[1]:34}"
                     f"{max(run.seconds for run in both):6.2f}{max(run.peak for run in both):6.0f}")
    lines += ["", f"{len(again)} of them were asked again, alone; {sum(map(len, again.values())) - len(again)} runs:"]
    lines += [f"    {cell.name}, {mode}: {' / '.join('; '.join(one) or 'well' for one in found)}"
              for (cell, _, mode), found in again.items()]
    (folder / "torture.txt").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


@pytest.mark.parametrize("version, point", [(version, point) for version in VERSIONS for point in SAID[version]])
def test_a_clear_result_in_time_whatever_goes_wrong_there(runs, point, version):
    wrong = {f"{cell.fault}, {mode}": found for (cell, mode), run in runs.items()
             if (cell.point, cell.version) == (point, version) and (found := judged(cell, mode, run))}

    assert not wrong


def test_in_little_memory(runs):
    peaks = {f"{cell.name}, {mode}": run.peak for (cell, mode), run in runs.items()}

    assert max(peaks.values()) < base(PROGRAM) + MEMORY, max(peaks, key=peaks.get)


@pytest.fixture(scope="module")
def exporter(tmp_path_factory):
    """One that lives on through all cells."""
    config = tmp_path_factory.mktemp("torture") / "exporter.toml"
    modules = [f'[module."{version} {mode}"]\ntls = ["{version}"]\nvariants = "one"\ntimeout = {TIMEOUT}\n' +
               ("list_only = true\n" if mode == "list-only" else "") for version in VERSIONS for mode in MODES]
    config.write_text("concurrency = 16\n" + "".join(modules))
    with exporting(config) as running:
        yield running


@pytest.mark.parametrize("point", POINTS)
def test_an_exporter_that_lives_on_keeps_nothing_of_them(served, exporter, point):
    """No descriptor, no child."""
    cells = [cell for cell in CELLS if cell.point == point]
    first = exporter.probe(f"127.0.0.1:{served[cells[0]]}", f"{cells[0].version} ordinary")  # some are kept for good
    before = held.at_rest(exporter.process)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda job: exporter.probe(f"127.0.0.1:{served[job[0]]}", f"{job[0].version} {job[1]}"),
                                itertools.product(cells, MODES)))

    assert {answer[0] for answer in [first, *answers]} == {200}
    assert all("mtls_probe_success" in answer[2] for answer in answers)
    assert held.settles_at(exporter.process, before), (before, held.by(exporter.process))


@pytest.mark.parametrize("words", [["--handshakes"], []], ids=["ordinary", "list-only"])
def test_a_fleet_that_lives_on_keeps_nothing_of_them(served, words):
    """Its list is a pipe: one target, and when that is done all the others."""
    lines = [f"127.0.0.1:{port} sni=t{i}.example\n".encode() for i, port in enumerate(served.values())]
    command = [UNDER_TEST, "--targets", "-", "--format", "jsonl", "--variants", "one", "--timeout", str(TIMEOUT),
               "--concurrency", "64", "--per-host", "64", "--progress", "never", *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            process.stdin.write(lines[0])
            process.stdin.flush()
            reports = [process.stdout.readline()]
            before = held.at_rest(process)
            process.stdin.write(b"".join(lines[1:]))
            process.stdin.flush()
            reports += [process.stdout.readline() for _ in lines[1:]]
            kept_nothing = held.settles_at(process, before)
            after = held.by(process)
            _, err = process.communicate(timeout=60)
        finally:
            process.kill()

    assert kept_nothing, (before, after)
    assert len({json.loads(one)["observations"][0]["variant"]["sni"] for one in reports}) == len(lines)
    assert process.returncode in (2, 3) and b"Sanitizer" not in err


FLEETS = {"ordinary": ["--handshakes"], "list-only": [], "ordinary, under test": ["--handshakes"]}


@pytest.mark.parametrize("mode", FLEETS)
def test_five_hundred_such_servers_at_once(served, tmp_path, mode):
    """Each stands in the report once, none is well that went wrong in sight, and all take as long as the slowest."""
    limit = 3
    cells = [CELLS[i % len(CELLS)] for i in range(500)]
    (tmp_path / "targets").write_text("".join(f"127.0.0.1:{served[cell]} sni=t{i}.example\n"
                                              for i, cell in enumerate(cells)))
    program = UNDER_TEST if "under test" in mode else PROGRAM

    done = torture.run(program, "--targets", tmp_path / "targets", "--format", "jsonl", "--variants", "one",
                       "--timeout", limit, "--concurrency", 500, "--per-host", 500, *FLEETS[mode])

    reports = [json.loads(line) for line in done.out.splitlines()]
    asked = [int(report["observations"][0]["variant"]["sni"][1:].split(".")[0]) for report in reports]
    well = [cells[i].name for i, report in zip(asked, reports) if report["verdict"] == "ok" and
            in_sight(cells[i], mode) and not refused(cells[i])]
    assert sorted(asked) == list(range(len(cells)))
    assert all(check(report) for report in reports[::10])
    assert not well and done.code in (2, 3)
    # A sanitizer on a busy machine is no measure of time: there the end counts, and that each target has its report.
    assert done.seconds < (limit + 3 + 10 * lag() if "release" in program.parts else 60)
    assert done.peak < MEMORY or base(program) > 0, "a sanitizer keeps what is freed"
    with (BIN.parent / "reports" / "torture.txt").open("a") as file:
        file.write(f"{len(cells)} at once, {mode}: {done.seconds:.2f} s, {done.processor:.2f} s of the processor, "
                   f"peak {done.peak:.0f} MiB\n")
