#!/usr/bin/env python3
"""Each folder includes only what its layer may: layers.py TOP

Fails with one line for every #include that goes against the table, for every folder with code that the table does not
know, and for every source that includes anything before its own header: that it comes first is what shows that the
header compiles alone (add_module in CMakeLists.txt builds only headers that have no source)."""
import re
import sys
from pathlib import Path

CERTS = {"certs/ossl", "certs/x509", "certs/program", "certs/pki"}
PURE = {"probe/wire", "probe/observation", "probe/issuers", "probe/clients", "probe/verdict"}
MAY_INCLUDE = {
    "certs/ossl": set(),
    "certs/x509": {"certs/ossl"},
    "certs/program": {"certs/x509"},
    "certs/pki": {"certs/program", "certs/x509", "certs/ossl"},
    "probe/wire": set(),
    "probe/capture": {"probe/wire"},
    "probe/net": set(),
    "probe/observation": {"probe/wire"} | CERTS,
    "probe/hello": {"probe/wire"} | CERTS,
    "probe/handshake": {"probe/net", "probe/wire", "probe/observation", "probe/hello"} | CERTS,
    "probe/issuers": {"probe/wire", "probe/observation"} | CERTS,
    "probe/clients": {"probe/wire", "probe/issuers"} | CERTS,
    "probe/verdict": {"probe/iis", "probe/wire", "probe/observation", "probe/issuers", "probe/clients"} | CERTS,
    "probe/report": PURE | {"probe/iis"} | CERTS,
    "probe/iis": CERTS,
    "probe/explain": PURE | {"probe/capture", "probe/hello", "probe/iis"} | CERTS,
    "probe/fleet": {"probe/net", "probe/handshake", "probe/hello", "probe/report", "probe/iis"} | PURE | CERTS,
    "probe/cli": {"probe/fleet", "probe/net", "probe/handshake", "probe/report", "probe/iis", "probe/explain",
                  "probe/capture"} | PURE | CERTS,
    "probe/exporter": {"probe/fleet", "probe/net", "probe/handshake", "probe/report"} | PURE | CERTS,
    "probe": {"probe/cli", "probe/exporter"} | CERTS,
    "harness/scenario": CERTS,
    "harness/schannel": CERTS,
    "harness/raw": {"harness/scenario"} | CERTS,
    "harness/server": {"harness/scenario", "harness/schannel", "harness/raw"} | CERTS,
    "harness/cli": {"harness/scenario", "harness/schannel", "harness/server"} | CERTS,
    "harness": {"harness/cli"} | CERTS,
}
# Pure layers judge: no socket, no clock, no library that has them.
PURE_FOLDERS = ("probe/wire", "probe/hello", "probe/issuers", "probe/clients", "probe/verdict", "probe/iis", "probe/explain",
                "harness/schannel", "harness/raw")
NEVER_IN_PURE = re.compile(r"boost/(asio|beast)|<(thread|mutex|sys/|netdb|unistd)|system_clock::now|steady_clock::now")
NO_OPENSSL = ("probe/wire", "probe/net", "probe/capture")


def complaints(top):
    for path in sorted([*top.glob("certs/**/*.?pp"), *top.glob("probe/**/*.?pp"), *top.glob("harness/**/*.?pp")]):
        here = path.relative_to(top)
        folder = here.parent.as_posix()
        layer = "/".join(folder.split("/")[:2])
        if layer not in MAY_INCLUDE:
            yield f"{here}: no layer of the house (tests/house/layers.py)"
            continue
        lines = path.read_text().splitlines()
        own = f'#include "{here.with_suffix(".hpp").as_posix()}"'
        if path.suffix == ".cpp" and path.with_suffix(".hpp").exists() and \
                next((line for line in lines if re.match(r"\s*#", line)), "") != own:
            yield f"{here}: the first line for the preprocessor is not {own}"
        for number, line in enumerate(lines, 1):
            if match := re.match(r'\s*#\s*include\s+"([^"]+)"', line):
                target = "/".join(match[1].split("/")[:-1][:2])
                if target != layer and target not in MAY_INCLUDE[layer]:
                    yield f"{here}:{number}: {layer} may not include {match[1]}"
            if layer in PURE_FOLDERS and NEVER_IN_PURE.search(line):
                yield f"{here}:{number}: a pure layer, but: {line.strip()}"
            if layer in NO_OPENSSL and re.search(r"#\s*include\s+<openssl/", line):
                yield f"{here}:{number}: {layer} knows no OpenSSL"


def main():
    found = list(complaints(Path(sys.argv[1])))
    print("\n".join(found) or "every include is where it may be")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
