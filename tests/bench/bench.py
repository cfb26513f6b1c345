#!/usr/bin/python3
"""What a list costs: bench.py [--smoke] [--runs N] [--targets N] [--json FILE]

Starts nginx on loopback, which asks for client certificates of 3 and of 153 CAs, and measures, in one run:
  - one probe, the whole process: time by the clock (median) and processor time, for mtls-probe and for the programs that
    people use instead;
  - many probes in one process: processor time of the client per target, for ours (list and verdict and JSON line), for a
    plain loop over libssl, and for a bare TCP connect; and what each further name adds;
  - memory that a connection in flight takes.
Ratios are to the first row of each table. $MTLS_BIN holds the programs. --smoke: two runs of everything, to see that it
works; the figures then say nothing.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.pki import Pki, many_names  # noqa: E402
from support.servers import nginx, nginx_block  # noqa: E402

BIN = Path(os.environ.get("MTLS_BIN", Path(__file__).resolve().parents[2] / "build" / "bench" / "bin"))
FEW, MANY = 3, 153
GOALS = {"one variant": 5, "as shipped": 12, "1.2": 60, "1.3": 140, "name": 0.2, "memory": 8192}


def once(command):
    """Seconds by the clock, and of processor time."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = 0  # it has been waited for
    return wall, used.ru_utime + used.ru_stime


def measured(command, runs):
    """Medians: milliseconds by the clock, milliseconds of processor."""
    once(command)
    all_runs = [once(command) for _ in range(runs)]
    wall, processor = (statistics.median(column) for column in zip(*all_runs))
    return wall * 1000, processor * 1000


def programs(port, version):
    """What is run, by name. Each asks once for the list in that version."""
    place = f"127.0.0.1:{port}"
    dashed = version.replace(".", "_")
    gnutls = f"NORMAL:-VERS-ALL:+VERS-TLS{version}"
    found = {
        "mtls-probe --list-only, one variant": [BIN / "mtls-probe", "--list-only", "--variants", "one", "--tls", version,
                                                place],
        "mtls-probe, one variant": [BIN / "mtls-probe", "--variants", "one", "--tls", version, place],
        "mtls-probe, as shipped": [BIN / "mtls-probe", f"localhost:{port}", "--connect", place],
        "openssl s_client, no trust store": ["openssl", "s_client", "-connect", place, f"-tls{dashed}", "-no-CAfile",
                                             "-no-CApath", "-no-CAstore"],
        "openssl s_client": ["openssl", "s_client", "-connect", place, f"-tls{dashed}"],
        "sslscan --show-client-cas, only that": ["sslscan", "--show-client-cas", f"--tls1{version[2:]}"
                                                 if version == "1.1" else f"--tls{version.replace('.', '')}",
                                                 "--no-ciphersuites", "--no-check-certificate", "--no-cipher-details",
                                                 "--no-compression", "--no-fallback", "--no-groups", "--no-heartbleed",
                                                 "--no-renegotiation", place],
        "gnutls-cli": ["gnutls-cli", "--insecure", "--no-ca-verification", "--priority", gnutls, "--port", str(port),
                       "127.0.0.1"],
        "curl -k": ["curl", "-sk", f"--tlsv{version}", "--tls-max", version, f"https://{place}/"],
    }
    return {name: [str(word) for word in command] for name, command in found.items() if shutil.which(str(command[0]))}


def many(way, port, count, at_once, version):
    done = subprocess.run([BIN / "bench_list", way, str(port), str(count), str(at_once), version], capture_output=True,
                          check=True)
    return json.loads(done.stdout)


def table(title, columns, rows):
    print(f"\n{title}")
    widths = [max(len(str(row[at])) for row in [columns, *rows]) for at in range(len(columns))]
    for row in [columns, ["-" * width for width in widths], *rows]:
        first, *others = [str(cell) for cell in row]
        print("  " + "  ".join([first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:]))]))


def goal(value, limit, unit):
    return f"{'met' if value <= limit else 'MISSED'} (<= {limit} {unit})"


def single(port, runs):
    result = {}
    for version in ("1.2", "1.3"):
        figures = {name: measured(command, runs) for name, command in programs(port, version).items()}
        base = figures["mtls-probe, one variant"][0]
        rows = []
        for name, (wall, processor) in figures.items():
            limit = next((GOALS[key] for key in ("one variant", "as shipped") if name.endswith(key)), None)
            rows.append([name, f"{wall:.1f}", f"{processor:.1f}", f"{wall / base:.1f}",
                         goal(wall, limit, "ms") if limit else ""])
        table(f"One probe, the whole process, TLS {version}, {FEW} names; ratio of the clock to one variant of ours",
              ["program", "clock ms", "processor ms", "ratio", "goal"], rows)
        result[version] = figures
    return result


WAYS = {"list": "mtls-probe's list: verdict and JSON line", "read": "  of it, reading alone", "libssl": "a plain loop over libssl",
        "connect": "TCP connect and close"}


def fleet(few, lots, count, at_once):
    result = {}
    for version in ("1.2", "1.3"):
        figures = {way: many(way, few, count, at_once, version) for way in WAYS}
        longer = {way: many(way, lots, count, at_once, version) for way in WAYS}
        base = figures["list"]["cpu_us"]
        rows = []
        for way, name in WAYS.items():
            each = (longer[way]["cpu_us"] - figures[way]["cpu_us"]) / (MANY - FEW)
            goals = [goal(base, GOALS[version], "us"), goal(each, GOALS["name"], "us a name")] if way == "list" else []
            rows.append([name, f"{figures[way]['cpu_us']:.0f}", f"{longer[way]['cpu_us']:.0f}", f"{each:.2f}",
                         f"{figures[way]['cpu_us'] / base:.2f}", f"{figures[way]['wall_us']:.0f}", "; ".join(goals)])
            assert figures[way]["answers"] == count
            assert way == "connect" or (figures[way]["names"], longer[way]["names"]) == (FEW, MANY), (way, figures)
        table(f"{count} probes in one process, TLS {version}, {at_once} at once; microseconds of the client's processor each",
              ["way", f"{FEW} names", f"{MANY} names", "a name", "ratio", "clock us", "goal"], rows)
        memory = figures["list"]["memory"]
        print(f"  memory of a connection in flight: {memory} bytes, {goal(memory, GOALS['memory'], 'bytes')}")
        result[version] = {"few": figures, "many": longer}
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="two runs of everything")
    parser.add_argument("--runs", type=int, default=40, help="of each program (default 40)")
    parser.add_argument("--targets", type=int, default=3000, help="of each loop (default 3000)")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args()
    runs, count = (2, 20) if options.smoke else (options.runs, options.targets)
    with tempfile.TemporaryDirectory(prefix="mtls-bench-") as folder:
        os.chmod(folder, 0o755)
        pki = Pki(Path(folder))
        bundles = {number: pki.bundle(f"cas-{number}", pki.named(*many_names(number))) for number in (FEW, MANY)}
        blocks = {number: nginx_block(pki, "optional", file, extra="ssl_session_cache off;")
                  for number, file in bundles.items()}
        with nginx(blocks[FEW]) as few, nginx(blocks[MANY]) as lots:
            figures = {"single": single(few, runs), "fleet": fleet(few, lots, count, min(100, count))}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
