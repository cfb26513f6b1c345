"""`--save-pcap` and `--keylog`: what the probe keeps of its connections, read by tcpdump and by `decode`."""
import stat
import subprocess
import time

import pytest

from support.pki import subjects
from support.probe import document_of
from support.replay import Replay, first_flight
from support.servers import nginx, nginx_block, program, s_server


def tcpdump(file, *words):
    done = subprocess.run([program("tcpdump"), "-n", "-tt", "-vv", "-r", str(file), *words], capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def saved(probe, pki, tmp_path_factory):
    """A capture of the probe at nginx, in TLS 1.2 and 1.3, with a candidate; with its report and its key log."""
    folder = tmp_path_factory.mktemp("saved")
    pcap, keys = folder / "probe.pcap", folder / "keys.txt"
    began = time.time()
    with nginx(nginx_block(pki, "optional", ca=pki.bundle("saved", [pki.root, pki.other]))) as port:
        report = probe.ask(port, "--save-pcap", pcap, "--keylog", keys, "--cert", pki.alice.file)
    return pcap, keys, report, port, (began, time.time())


def test_tcpdump_reads_it(saved):
    pcap, _, report, port, (began, ended) = saved
    text = tcpdump(pcap)

    assert text.count(f".{port}: Flags [S]") == len(report["observations"])
    assert "incorrect" not in text and "bad cksum" not in text and "truncated" not in text
    times = [float(line.split()[0]) for line in text.splitlines() if line[:1].isdigit()]
    assert times == sorted(times) and began - 1 <= times[0] and times[-1] <= ended + 1
    assert text.count("Flags [F.]") >= len(report["observations"])


def test_decode_reads_it(probe, pki, saved):
    pcap, keys, report, port, _ = saved
    document = document_of(probe.run("decode", "--format", "json", pcap), "decode")
    connections = document["capture"]["connections"]

    assert len(connections) == len(report["observations"]) and document["capture"]["broken_off"] is None
    assert {one["server"]["port"] for one in connections} == {port}
    assert not any(one["lost_bytes"] for one in connections)
    versions = sorted(one["negotiated"]["version"] for one in report["observations"])
    assert sorted(one["version"] for one in connections) == versions
    listed = [one.hex() for one in subjects([pki.root, pki.other])]
    clear = [one for one in document["requests"]]
    assert len(clear) == versions.count("1.2") > 0
    assert all([entry["der"] for entry in one["request"]["certificate_authorities"]] == listed for one in clear)

    opened = document_of(probe.run("decode", "--format", "json", "--keylog", keys, pcap), "decode")
    assert all(one["reading"] == "request" for one in opened["capture"]["connections"])
    assert all([entry["der"] for entry in one["request"]["certificate_authorities"]] == listed
               for one in opened["requests"]) and len(opened["requests"]) == len(versions)


def test_no_secret_is_in_it(saved):
    pcap, keys, *_ = saved
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    contents = pcap.read_bytes()
    for line in keys.read_text().splitlines():
        if not line.startswith("#"):
            assert bytes.fromhex(line.split()[2]) not in contents and line.split()[2].encode() not in contents
    assert b"PRIVATE" not in contents and b"CLIENT_RANDOM" not in contents


def test_a_list_only_probe_is_saved_too(probe, pki, tmp_path):
    pcap = tmp_path / "list.pcap"
    with s_server(pki, "-www", "-Verify", "1", "-CAfile", pki.root.certificate) as port:
        probe.ask(port, "--list-only", "--tls", "1.2", "--save-pcap", pcap)
    document = document_of(probe.run("decode", "--format", "json", pcap), "decode")
    assert [one["reading"] for one in document["capture"]["connections"]] == ["request"] * len(document["requests"])
    assert document["requests"]


def test_a_fleet_is_saved_too(probe, pki, tmp_path):
    pcap, targets = tmp_path / "fleet.pcap", tmp_path / "targets.txt"
    with s_server(pki, "-tls1_2", "-Verify", "1", "-CAfile", pki.root.certificate) as port:
        flight = first_flight(port)
    with Replay(flight, [f"127.0.0.{end}" for end in range(1, 6)]) as server:
        targets.write_text("\n".join(server.endpoints))
        done = probe.run("--targets", targets, "--tls", "1.2", "--variants", "one", "--save-pcap", pcap)
    assert done.code == 0 and len(done.text.splitlines()) == 5, done.err
    connections = document_of(probe.run("decode", "--format", "json", pcap), "decode")["capture"]["connections"]
    assert sorted("%s:%d" % (one["server"]["address"], one["server"]["port"]) for one in connections) == \
        sorted(server.endpoints)
    assert {one["reading"] for one in connections} == {"request"}


def test_a_file_that_cannot_be_written(probe, pki):
    with s_server(pki, "-www") as port:
        for option, words in (("--save-pcap", "capture"), ("--keylog", "key log")):
            complaint = probe.run(f"127.0.0.1:{port}", option, "/nonexistent/file").complaint
            assert words in complaint and "No such file" in complaint

            full = probe.run(f"127.0.0.1:{port}", option, "/dev/full")
            assert full.code == 3 and words in full.err.decode() and "No space left" in full.err.decode(), option
            assert len(full.err.decode().splitlines()) == 1
