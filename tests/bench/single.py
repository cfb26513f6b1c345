"""One probe, the whole process, beside the programs that people use instead."""
import os
import shutil
import statistics
import subprocess
import time

from tables import table

LIMITS = {"mtls-probe, one variant": 5, "mtls-probe, as shipped": 12}  # milliseconds by the clock


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


def programs(folder, port, version):
    """What is run, by name. Each asks once for the list in that version, but what is shipped: it asks four ways."""
    place = f"127.0.0.1:{port}"
    dashed = version.replace(".", "_")
    gnutls = f"NORMAL:-VERS-ALL:+VERS-TLS{version}"
    probe = folder / "mtls-probe"
    found = {
        "mtls-probe --list-only, one variant": [probe, "--list-only", "--variants", "one", "--tls", version, place],
        "mtls-probe, one variant": [probe, "--variants", "one", "--tls", version, place],
        "mtls-probe, as shipped": [probe, f"localhost:{port}", "--connect", place],
        "openssl s_client, no trust store": ["openssl", "s_client", "-connect", place, f"-tls{dashed}", "-no-CAfile",
                                             "-no-CApath", "-no-CAstore"],
        "openssl s_client": ["openssl", "s_client", "-connect", place, f"-tls{dashed}"],
        "sslscan --show-client-cas, only that": ["sslscan", "--show-client-cas", f"--tls{version.replace('.', '')}",
                                                 "--no-ciphersuites", "--no-check-certificate", "--no-cipher-details",
                                                 "--no-compression", "--no-fallback", "--no-groups", "--no-heartbleed",
                                                 "--no-renegotiation", place],
        "gnutls-cli": ["gnutls-cli", "--insecure", "--no-ca-verification", "--priority", gnutls, "--port", str(port),
                       "127.0.0.1"],
        "curl -k": ["curl", "-sk", f"--tlsv{version}", "--tls-max", version, f"https://{place}/"],
    }
    return {name: [str(word) for word in command] for name, command in found.items() if shutil.which(str(command[0]))}


def measure(folder, port, names, runs, goals):
    result = {}
    for version in ("1.2", "1.3"):
        figures = {name: measured(command, runs) for name, command in programs(folder, port, version).items()}
        base = figures["mtls-probe, one variant"][0]
        rows = []
        for name, (wall, processor) in figures.items():
            cell = goals.add(f"{name}, TLS {version}, by the clock", wall, LIMITS[name], "ms") if name in LIMITS else ""
            rows.append([name, f"{wall:.1f}", f"{processor:.1f}", f"{wall / base:.1f}", cell])
        table(f"One probe, the whole process, TLS {version}, {names} names; ratio of the clock to one variant of ours",
              ["program", "clock ms", "processor ms", "ratio", "goal"], rows)
        result[version] = figures
    return result
