"""mtls-harness as a user starts it, with curl and openssl s_client as clients that know nothing of this project."""

import os
import re
import signal
import socket
import stat
import subprocess

import pytest

from support.served import HARNESS, harness

SCENARIOS = ["iis-bindings-disagree", "iis-ctl-store-lost", "iis-empty-list", "iis-healthy", "strict-unknown-ca"]


def test_list_tells_every_scenario_in_a_line():
    run = harness("list")

    assert run.returncode == 0
    assert set(SCENARIOS) <= {line.split()[0] for line in run.stdout.splitlines()}
    assert all(len(line.split()) > 5 for line in run.stdout.splitlines())


def test_show_prints_a_scenario_that_can_be_changed_and_served(tmp_path):
    run = harness("show", "iis-ctl-store-lost")
    beside = os.path.join(os.path.dirname(__file__), "../../harness/scenarios/iis-ctl-store-lost.toml")
    with open(beside, encoding="utf-8") as file:
        assert run.stdout == file.read()
    assert run.returncode == 0

    copy = tmp_path / "mine.toml"
    copy.write_text(re.sub("^summary = .*", 'summary = "Mine now"', run.stdout, count=1, flags=re.M), encoding="utf-8")
    served = harness("serve", copy, "--for", "0")
    assert served.returncode == 0
    assert "mine: Mine now" in served.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["show", "--help"], ["verify", "--help"], ["--version"]])
def test_help_is_an_answer(arguments):
    run = harness(*arguments)

    assert run.returncode == 0
    assert run.stdout and not run.stderr
    assert all(len(line) <= 120 for line in run.stdout.splitlines())


@pytest.mark.parametrize("arguments, mentions", [
    ([], "subcommand"),
    (["sing"], "sing"),
    (["run"], "SCENARIO"),
    (["run", "no-such-scenario"], "no scenario is called 'no-such-scenario'"),
    (["run", "iis-healthy", "--port", "70000"], "--port"),
    (["run", "iis-healthy", "--for", "soon"], "--for"),
    (["run", "iis-healthy", "--listen", "not-an-address"], "not-an-address"),
    (["run", "iis-healthy", "--record", "/nonexistent/file"], "/nonexistent/file"),
    (["serve", "/nonexistent.toml"], "read /nonexistent.toml: No such file or directory"),
    (["serve", "/nonexistent"], "read /nonexistent: No such file or directory"),
    (["serve", "/"], "read /: "),
    (["show"], "SCENARIO"),
    (["show", "iis-helthy"], "did you mean 'iis-healthy'?"),
    (["run", "iis-helthy"], "did you mean 'iis-healthy'?"),
    (["verify", "--probe", "/nonexistent/probe"], "/nonexistent/probe"),
    (["verify", "iis-healthy", "--junit", "/nonexistent/file"], "/nonexistent/file"),
    (["pki", "/nonexistent/dir"], "/nonexistent/dir"),
])
def test_a_mistake_is_one_line_and_exit_3(arguments, mentions):
    run = harness(*arguments)

    assert run.returncode == 3
    assert run.stdout == ""
    assert len(run.stderr.splitlines()) == 1
    assert mentions in run.stderr


def test_pki_writes_keys_that_nobody_else_can_read(tmp_path):
    directory = tmp_path / "pki"

    run = harness("pki", directory, umask=0)

    assert run.returncode == 0
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    keys = list(directory.glob("*.key")) + list(directory.glob("*.p12"))
    assert len(keys) > 10
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
    verified = subprocess.run(["openssl", "verify", "-CAfile", directory / "ca.pem", "-untrusted", directory / "alice.pem",
                               directory / "alice.pem"], capture_output=True, text=True, check=False)
    assert verified.returncode == 0, verified.stderr


def test_a_healthy_iis_lets_its_users_in_and_logs_who_was_refused(served):
    server = served("iis-healthy")

    assert server.curl("alice")[0] == 200
    assert server.curl("mallory")[0] == 403
    status, page = server.curl()
    assert status == 403
    assert "<title>403 - Forbidden: Access is denied.</title>" in page
    assert "403.7" not in page
    assert server.ca_names("-tls1_2") == ["CN=Example Issuing CA 1,O=Example,C=DE"]
    assert server.ca_names("-tls1_3") == ["CN=Example Issuing CA 1,O=Example,C=DE"]
    server.stop()
    logged = [line for line in server.errors.splitlines() if re.match(r"\d{4}-\d\d-\d\d ", line)]
    assert [re.search(r"(\d+ \d+ \d+) \d+$", line).group(1) for line in logged] == [
        "200 0 0", "403 16 2148204810", "403 7 5"]
    assert re.search(r"^#Version: 1\.0\n#Date: .*\n#Fields: date time s-ip cs-method", server.errors, re.M)


def test_a_self_hosted_service_logs_native_error_codes(served):
    server = served("iis-self-hosted")

    assert server.curl("alice") == (403, "")
    assert server.curl("expired")[0] == 403
    assert server.curl()[0] == 403
    server.stop()
    logged = [line.partition(": 403 Forbidden: ")[2] for line in server.errors.splitlines() if "403 Forbidden: " in line]
    assert logged == ["Client certificate is invalid with native error code 0x109.",
                      "Client certificate is invalid with native error code 0x109.",
                      "Client certificate is required. No certificate was found in the request."]
    assert "#Fields" not in server.errors
    assert [record["decision"] for record in server.records()] == ["403 native error code 0x109"] * 2 + ["403"]


def test_a_lost_ctl_store_leaves_the_roots_of_strangers(served):
    server = served("iis-ctl-store-lost")

    names = server.ca_names("-tls1_2")
    assert len(names) == 6
    assert not [name for name in names if "O=Example," in name]
    assert names == server.ca_names("-tls1_3")
    assert server.curl("alice")[0] == 403


def test_an_empty_list_still_asks(served):
    server = served("iis-empty-list")

    assert server.ca_names() == []
    assert server.curl("alice")[0] == 200
    assert server.curl()[0] == 403
    server.stop()
    assert server.records()[1]["asked"] == ["handshake"]
    assert server.records()[1]["advertised"] == 0


def test_the_bindings_stand_beside_the_certificates_as_netsh_prints_them(served):
    server = served("iis-bindings-disagree")
    text = (server.directory / "bindings.txt").read_text()
    thumbprint = subprocess.run(["openssl", "x509", "-in", server.directory / "server.pem", "-noout", "-fingerprint",
                                 "-sha1"], capture_output=True, text=True, check=True).stdout

    assert f"    Hostname:port                : www.example.test:{server.ports[0]}\n" in text
    assert f"    IP:port                      : 0.0.0.0:{server.ports[0]}\n" in text
    assert re.findall("Ctl Store Name +: (.*)", text) == ["ClientCAs", "(null)"]
    assert set(re.findall("Certificate Hash +: (.*)", text)) == {thumbprint.partition("=")[2].strip().replace(":", "").lower()}
    assert f"netsh http show sslcert would print is in {server.directory}/bindings.txt" in "".join(server.lines)


def test_bindings_disagree_with_and_without_a_server_name(served):
    server = served("iis-bindings-disagree")

    assert server.ca_names("-servername", "www.example.test") == ["CN=Example Issuing CA 1,O=Example,C=DE"]
    assert len(server.ca_names("-noservername")) == 3
    port = server.ports[0]
    by_name = server.curl("alice", "--connect-to", f"::127.0.0.1:{port}", url=f"https://www.example.test:{port}/")
    assert by_name[0] == 200
    assert server.curl("alice")[0] == 403


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_strict_server_sends_unknown_ca(served, version):
    server = served("strict-unknown-ca")

    assert server.curl("alice", "--tls-max", version, f"--tlsv{version}")[0] == 200
    refused = subprocess.run(
        ["curl", "-sSk", "--tls-max", version, "--cert", server.directory / "mallory.pem",
         "--key", server.directory / "mallory.key", f"https://localhost:{server.ports[0]}/"],
        capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode != 0
    assert "unknown ca" in refused.stderr
    server.stop()
    assert server.records()[-1]["alert_sent"] == "unknown_ca"
    assert server.records()[-1]["decision"] == "alert unknown_ca"
    assert server.records()[-1]["chain"][0]["subject"] == "CN=Mallory,OU=Users,O=Other,C=FR"


def test_the_record_has_a_line_a_connection(served):
    server = served("iis-healthy")
    server.curl("alice", "--tls-max", "1.2")
    server.stop()

    (record,) = server.records()
    assert record["scenario"] == "iis-healthy"
    assert record["sni"] == "localhost"
    assert record["version"] == "1.2"
    assert record["alpn"] == "http/1.1"
    assert re.fullmatch(rf"(ipport|hostnameport)=[^:]+:{server.ports[0]}", record["site"])
    assert record["asked"] == ["handshake"]
    assert [certificate["subject"].split(",")[0] for certificate in record["chain"]] == ["CN=Alice",
                                                                                         "CN=Example Issuing CA 1"]
    assert record["decision"] == "200"
    assert record["rule"]


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_clean_and_takes_the_keys_away(tmp_path, by):
    process = subprocess.Popen([HARNESS, "run", "iis-healthy"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, env={**os.environ, "TMPDIR": str(tmp_path)})
    for line in process.stdout:
        if line == "\n":
            break
    (private,) = tmp_path.iterdir()
    assert stat.S_IMODE(private.stat().st_mode) == 0o700

    process.send_signal(by)

    process.communicate(timeout=60)
    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_for_ends_by_itself():
    assert harness("run", "iis-healthy", "--for", "0.1").returncode == 0


def test_several_scenarios_have_a_folder_and_a_port_each(tmp_path):
    for attempt in range(10):  # another program may hold the port, or the one above it
        folder = tmp_path / str(attempt)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = min(free.getsockname()[1], 65000)
        run = harness("run", "iis-healthy", "strict-unknown-ca", "--port", str(port), "--for", "0.1", "--dir", folder)
        if "Address already in use" not in run.stderr:
            break

    assert run.returncode == 0, run.stderr
    assert re.findall(r"listens on 127.0.0.1:(\d+)", run.stdout) == [str(port), str(port + 1)]
    assert (folder / "iis-healthy" / "alice.key").exists()
    assert (folder / "strict-unknown-ca" / "alice.key").exists()


def test_two_scenarios_of_one_name_are_not_served_into_one_folder(tmp_path):
    mine = tmp_path / "nginx-on.toml"
    mine.write_text('summary = "mine"\npersonality = "nginx"\n[[listener]]\ntrust = ["root"]\n')

    run = harness("run", "nginx-on", mine, "--for", "0", "--dir", tmp_path / "lab")
    twice = harness("run", "nginx-on", "nginx-on", "--for", "0")

    assert run.returncode == twice.returncode == 3
    assert run.stdout == "" and not (tmp_path / "lab").exists()
    assert run.stderr == (f"mtls-harness: 'nginx-on' and '{mine}' are both called 'nginx-on', as their folders would be: "
                          "rename one, or serve one at a time\n")
    assert "is named twice" in twice.stderr


def test_a_taken_port_is_exit_3():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = harness("run", "iis-healthy", "--port", str(taken.getsockname()[1]))

    assert run.returncode == 3
    assert "Address already in use" in run.stderr


def test_what_could_not_be_served_leaves_no_folder_behind(tmp_path):
    folder = tmp_path / "lab"
    kept = tmp_path / "kept"
    kept.mkdir()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for directory in folder, kept:
            run = harness("run", "iis-healthy", "--port", str(taken.getsockname()[1]), "--dir", directory)
            assert run.returncode == 3

    assert not folder.exists()
    assert kept.exists()  # it was there before


@pytest.mark.parametrize("command, codes", [("list", "0 ok, 3 "), ("pki", "0 ok, 3 "), ("run", "0 ok, 3 "),
                                            ("serve", "0 ok, 3 "), ("verify", "0 ok, 2 a scenario failed, 3 ")])
def test_help_names_the_exit_codes_of_the_command(command, codes):
    assert f"Exit codes: {codes}" in harness(command, "--help").stdout


def test_listening_for_others_is_warned_of():
    run = harness("run", "iis-healthy", "--listen", "0.0.0.0", "--for", "0.1")

    assert run.returncode == 0
    assert "warning: listening on 0.0.0.0" in run.stderr
    assert "warning" not in harness("run", "iis-healthy", "--listen", "127.0.0.2", "--for", "0.1").stderr


@pytest.mark.parametrize("words, said", [
    (["run"], "SCENARIO is required (try mtls-harness run --help)"), (["lst"], "no command is called 'lst' (did you mean 'list'?)"),
    (["run", "nginx-on", "--for", "-1"], "'-1' is no number of seconds from 0 to 1000000000"),
    (["run", "nginx-on", "--for", "soon"], "'soon' is no number of seconds"),
    (["run", "nginx-on", "--for", "0", "--listen", "localhost"], "'localhost' is no IP address (a name is none)"),
    (["run", "nginx-on", "--for", "0", "--record", "/nowhere/x"], "write /nowhere/x: No such file or directory"),
    (["run", "nginx-on", "--for", "0", "--dir", "/dev/null"], "write into /dev/null: Not a directory"),
    (["run", "nginx-on", "--for", "0", "--record", "-"], "--record: '-' is no file, and stdout is taken"),
    (["run", "nginx-on", "--for", "0", "--log", "-"], "--log: '-' is no file"),
    (["verify", "nginx-on", "--junit", "-"], "--junit: '-' is no file"),
    (["pki", "/dev/null"], "write into /dev/null: Not a directory")])
def test_what_is_typed_wrongly_is_told_in_one_line(words, said):
    done = subprocess.run([HARNESS, *words], capture_output=True, text=True, timeout=60)

    assert done.returncode == 3 and done.stdout == ""
    assert said in done.stderr and done.stderr.count("\n") == 1, done.stderr
