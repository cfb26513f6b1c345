"""Many probes in one process: what each takes of the client's processor, and what each further name adds."""
import json
import os
import subprocess

from tables import table

LIMITS = {"1.2": 60, "1.3": 140}  # microseconds of processor a target, all included
NAME_LIMIT = 0.2                  # microseconds a name
FLEET = "mtls-probe --targets, all included"
WAYS = {"list": "  of it: list, verdict and JSON line", "read": "  of it: reading the list",
        "libssl": "a plain loop over libssl", "connect": "TCP connect and close"}


def processor_of(command):
    """Microseconds: user, system."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (command, process.returncode)
    return used.ru_utime * 1e6, used.ru_stime * 1e6


def by_fleet(folder, list_file, port, count, at_once, version):
    """The program itself, without what it takes to start."""
    words = [folder / "mtls-probe", "--tls", version, "--variants", "one", "--concurrency", str(at_once), "--per-host",
             str(at_once), "--targets", list_file]

    def run(targets):
        list_file.write_text("".join(f"127.0.0.1:{port} sni=host{i}.example\n" for i in range(targets)))
        return processor_of(words)

    start, all_of_it = run(1), run(count + 1)
    user, system = ((late - early) / count for early, late in zip(start, all_of_it))
    return {"user_us": user, "system_us": system, "cpu_us": user + system}


def by_loop(folder, way, port, count, at_once, version):
    done = subprocess.run([folder / "bench_list", way, str(port), str(count), str(at_once), version],
                          capture_output=True, check=True)
    return json.loads(done.stdout)


def figures_of(folder, list_file, port, count, at_once, version):
    figures = {"fleet": by_fleet(folder, list_file, port, count, at_once, version)}
    figures.update({way: by_loop(folder, way, port, count, at_once, version) for way in WAYS})
    assert all(figures[way]["answers"] == count for way in WAYS), figures
    return figures


def measure(folder, list_file, ports, count, at_once, goals):
    """`ports`: of two servers, by how many names they list."""
    (few, few_port), (many, many_port) = sorted(ports.items())
    result = {}
    for version in ("1.2", "1.3"):
        short = figures_of(folder, list_file, few_port, count, at_once, version)
        long = figures_of(folder, list_file, many_port, count, at_once, version)
        assert (short["list"]["names"], long["list"]["names"]) == (few, many), (short, long)
        base = short["fleet"]["cpu_us"]
        rows = []
        for way, name in {"fleet": FLEET, **WAYS}.items():
            one, other = short[way], long[way]
            each = (other["cpu_us"] - one["cpu_us"]) / (many - few)
            cell = ""
            if way == "fleet":
                cell = "; ".join([goals.add(f"a target of a fleet, TLS {version}, processor", base, LIMITS[version], "us"),
                                  goals.add(f"a name more, TLS {version}, processor", each, NAME_LIMIT, "us")])
            rows.append([name, f"{one['cpu_us']:.0f}", f"{one['user_us']:.0f} + {one['system_us']:.0f}",
                         f"{other['cpu_us']:.0f}", f"{each:.2f}", f"{one['cpu_us'] / base:.2f}", cell])
        table(f"{count} probes in one process, TLS {version}, {at_once} at once; microseconds of the client's processor each",
              ["way", f"{few} names", "user + system", f"{many} names", "a name", "ratio", "goal"], rows)
        result[version] = {"few": short, "many": long}
    return result
