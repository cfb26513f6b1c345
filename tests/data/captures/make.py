#!/usr/bin/python3
"""Makes the captures in this folder anew: TLS servers of other implementations on loopback, openssl s_client as their
client, tcpdump between them. README.md says what each file is.

    /usr/bin/python3 tests/data/captures/make.py [DIRECTORY]      (default: beside this file)

Needs root, openssl, gnutls-serv, nginx, tcpdump, and editcap and text2pcap of wireshark-common. Keys live in a
temporary directory; those of no session but the one of keys-1.3.txt are kept.
"""
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

HERE = Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
HERE = HERE if HERE.is_dir() else HERE.parent
NGINX = """
daemon off; master_process off; pid nginx.pid; error_log stderr; user root;
events {{}}
http {{
    access_log off;
    server {{
        listen 127.0.0.1:{port} ssl; server_name www.example.test; ssl_protocols TLSv1.2;
        ssl_certificate server.pem; ssl_certificate_key server.key;
        ssl_verify_client on; ssl_client_certificate cas.pem;
        location / {{ return 200 "hello"; }}
    }}
}}
"""


def run(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True).stdout


def make_pki():
    subjects = ["/CN=Example Root", "/C=DE/O=Müller & Söhne GmbH/OU=PKI/CN=Issuing CA 1",
                "/DC=test/DC=corp/O=Example/CN=Partner CA"]
    for number, subject in enumerate(subjects):
        run("openssl", "req", "-x509", "-utf8", "-newkey", "ed25519", "-nodes", "-keyout", f"ca{number}.key", "-subj",
            subject, "-out", f"ca{number}.pem")
    Path("cas.pem").write_text("".join(Path(f"ca{number}.pem").read_text() for number in range(3)))
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
        "server.key", "-subj", "/CN=www.example.test", "-out", "server.pem")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(ready):
    deadline = time.monotonic() + 15
    while not ready():
        assert time.monotonic() < deadline, "it does not come up"
        time.sleep(0.05)


def listens(host, port):
    """Looks without connecting, which the capture would show."""
    table = Path("/proc/net/tcp6" if ":" in host else "/proc/net/tcp").read_text()
    table += Path("/proc/net/tcp6").read_text()
    return f":{port:04X} " in table


@contextmanager
def background(*command):
    process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def captured(file, port, interface="lo", link=None):
    command = ["tcpdump", "-U", "-i", interface, *(["-y", link] if link else []), "-w", file, f"tcp port {port}"]
    with background(*command):
        wait_for(lambda: file.exists() and file.stat().st_size > 0)
        time.sleep(1)
        yield
        time.sleep(1)


def meet(port, host="127.0.0.1", *options):
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    subprocess.run(["openssl", "s_client", "-connect", where, "-servername", "www.example.test", *options],
                   input=b"Q\n", capture_output=True, timeout=20)


def capture(name, server, *client, host="127.0.0.1", times=1, **how):
    port = free_port()
    with background(*server(port)):
        wait_for(lambda: listens(host, port))
        with captured(HERE / name, port, **how):
            for _ in range(times):
                meet(port, host, *client)
    print(name, (HERE / name).stat().st_size)


def s_server(*options, host="127.0.0.1"):
    where = "[{}]:{}" if ":" in host else "{}:{}"
    return lambda port: ["openssl", "s_server", "-accept", where.format(host, port), "-cert", "server.pem", "-key",
                         "server.key", *options]


def gnutls(port):
    return ["gnutls-serv", "--port", port, "--x509certfile", "server.pem", "--x509keyfile", "server.key",
            "--x509cafile", "cas.pem", "--require-client-cert", "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2"]


def nginx(port):
    Path("nginx.conf").write_text(NGINX.format(port=port))
    return ["nginx", "-p", os.getcwd(), "-c", "nginx.conf", "-e", "stderr"]


def frames(file):
    data = file.read_bytes()[24:]
    while data:
        size = struct.unpack("<I", data[8:12])[0]
        yield data[16:16 + size]
        data = data[16 + size:]


def rewritten(name, source, link_type, change):
    """Frames of a capture with other headers before the IP packet, written by text2pcap."""
    dump = "".join("0000  " + change(frame).hex(" ") + "\n" for frame in frames(HERE / source))
    Path("dump.txt").write_text(dump)
    run("text2pcap", "-F", "pcap", "-l", link_type, "dump.txt", HERE / name)
    print(name, (HERE / name).stat().st_size)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_pki()
        asking = ["-CAfile", "cas.pem", "-Verify", "1"]
        capture("openssl-1.2.pcap", s_server(*asking, "-tls1_2"))
        capture("openssl-1.3.pcap", s_server(*asking, "-tls1_3"), "-keylogfile", HERE / "keys-1.3.txt")
        capture("openssl-no-request.pcap", s_server("-tls1_2"))
        capture("gnutls-ipv6.pcap", gnutls, host="::1")
        run("editcap", "-F", "pcapng", HERE / "gnutls-ipv6.pcap", HERE / "gnutls-ipv6.pcapng")
        (HERE / "gnutls-ipv6.pcap").unlink()
        capture("nginx-cooked.pcap", nginx, interface="any", link="LINUX_SLL")
        capture("nginx-cooked-v2.pcap", nginx, interface="any", link="LINUX_SLL2", times=2)
        capture("openssl-refuses.pcap", s_server("-tls1_2"), "-tls1_3")
        session = Path("session.pem")
        port = free_port()
        with background(*s_server("-tls1_2")(port)):
            wait_for(lambda: listens("127.0.0.1", port))
            meet(port, "127.0.0.1", "-sess_out", session)
            with captured(HERE / "openssl-resumed.pcap", port):
                meet(port, "127.0.0.1", "-sess_in", session)
        rewritten("vlan.pcap", "openssl-1.2.pcap", 1, lambda frame: frame[:12] + b"\x81\0\0\x2a" + frame[12:])
        rewritten("raw-ip.pcap", "openssl-1.2.pcap", 101, lambda frame: frame[14:])
        rewritten("loopback.pcap", "openssl-1.2.pcap", 0, lambda frame: b"\2\0\0\0" + frame[14:])


if __name__ == "__main__":
    main()
