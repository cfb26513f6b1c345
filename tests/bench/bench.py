#!/usr/bin/python3
"""What a list costs: bench.py [--smoke] [--runs N] [--targets N] [--connections N] [--json FILE]

Starts nginx on loopback, which asks for client certificates of 3 and of 153 CAs, and measures, in one run:
  - one probe, the whole process: time by the clock (median) and processor time, for mtls-probe and for the programs that
    people use instead;
  - many probes in one process: processor time of the client per target, for `mtls-probe --targets` and its parts, for a
    plain loop over libssl, and for a bare TCP connect; and what each further name adds;
  - memory with thousands of connections in flight.
Ratios are to the first row of each table, or to the row that the title names. Then each goal is held against what was
measured. $MTLS_BIN holds the programs. --smoke: a little of everything, to see that it works; the figures say nothing.
"""
import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1])]
import crowd  # noqa: E402
import many  # noqa: E402
import single  # noqa: E402
from support.pki import Pki, many_names  # noqa: E402
from support.servers import nginx, nginx_block  # noqa: E402
from tables import Goals, table  # noqa: E402

BIN = Path(os.environ.get("MTLS_BIN", Path(__file__).resolve().parents[2] / "build" / "bench" / "bin"))
FEW, MANY = 3, 153


def options_of():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="a little of everything")
    parser.add_argument("--runs", type=int, default=40, help="of each program (default 40)")
    parser.add_argument("--targets", type=int, default=5000, help="of each loop (default 5000)")
    parser.add_argument("--connections", type=int, default=10000, help="in flight at once (default 10000)")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args()
    if options.smoke:
        options.runs, options.targets, options.connections = 2, 20, 100
    return options


def main():
    options = options_of()
    goals = Goals()
    with tempfile.TemporaryDirectory(prefix="mtls-bench-") as name:
        folder = Path(name)
        os.chmod(folder, 0o755)
        pki = Pki(folder)
        bundles = {number: pki.bundle(f"cas-{number}", pki.named(*many_names(number))) for number in (FEW, MANY)}
        blocks = {number: nginx_block(pki, "optional", file, extra="ssl_session_cache off;")
                  for number, file in bundles.items()}
        with nginx(blocks[FEW]) as few, nginx(blocks[MANY]) as lots:
            targets = folder / "targets.txt"
            figures = {
                "single": single.measure(BIN, few, FEW, options.runs, goals),
                "many": many.measure(BIN, targets, {FEW: few, MANY: lots}, options.targets, min(100, options.targets),
                                     goals),
                "crowd": crowd.measure(BIN, targets, few, options.connections, goals),
            }
    table("Goals" + (" (a smoke run: the figures say nothing)" if options.smoke else ""),
          ["what", "measured", "at most", ""], goals.rows)
    if options.json:
        options.json.write_text(json.dumps({**figures, "goals": goals.rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
