#!/usr/bin/python3
"""Makes *.flight anew: the first flight of servers of other implementations, as their own clients got it.

    /usr/bin/python3 tests/data/hello/capture.py [DIRECTORY]      (default: beside this file)

A relay between client and server writes down what the server says until the client answers. Only versions up to
TLS 1.2: their first flight is plain text. Needs openssl, gnutls-serv, gnutls-cli and nginx; keys live in a temporary
directory. A .flight file holds the bytes of the server in hex, 32 a line; lines with # say what it is.
"""
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
RC4 = "NONE:+VERS-TLS1.0:+ARCFOUR-128:+SHA1:+MD5:+RSA:+SIGN-ALL:+COMP-NULL"


def run(*command):
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def make_pki():
    run("openssl", "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-keyout", "weak.key", "-out", "weak.pem", "-subj",
        "/CN=localhost", "-days", "30")
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-subj",
        "/CN=localhost", "-days", "30")
    with open("cas.pem", "w") as bundle:
        for number in range(3):
            run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                "ca.key", "-out", "ca.pem", "-subj", f"/C=DE/O=Example/CN=Issuing CA {number}", "-days", "30")
            bundle.write(Path("ca.pem").read_text())


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def serving(port, *command):
    process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


def flight(port, client):
    """What the server says between the client's first words and its second."""
    listener = socket.create_server(("127.0.0.1", 0))
    said = bytearray()

    def relay():
        near, _ = listener.accept()
        with near, socket.create_connection(("127.0.0.1", port)) as far:
            far.sendall(near.recv(65536))
            near.settimeout(0.02)
            while True:
                with contextlib.suppress(TimeoutError):
                    far.settimeout(0.02)
                    data = far.recv(65536)
                    said.extend(data)
                    near.sendall(data)
                try:
                    near.recv(65536)
                    return  # the client goes on, or leaves
                except TimeoutError:
                    continue

    thread = threading.Thread(target=relay)
    thread.start()
    command = [str(part).replace("PORT", str(listener.getsockname()[1])) for part in client]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    thread.join(20)
    process.kill()
    process.wait()
    listener.close()
    return bytes(said)


def write(directory, name, server, client, said):
    assert said, name
    lines = [said[at:at + 32].hex() for at in range(0, len(said), 32)]
    text = [f"# {name}: the first flight of", f"#   {server}", f"# to {client}", *lines]
    (directory / f"{name}.flight").write_text("\n".join(text) + "\n")
    print(name, len(said))


def main():
    directory = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HERE
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_pki()
        gnutls = ["gnutls-serv", "--quiet", "--x509certfile", "weak.pem", "--x509keyfile", "weak.key",
                  "--x509cafile", "cas.pem", "--require-client-cert", "--priority", RC4, "--port"]
        port = free_port()
        with serving(port, *gnutls, port):
            said = flight(port, ["gnutls-cli", "--insecure", "--priority", RC4, "--port", "PORT", "127.0.0.1"])
        write(directory, "gnutls-rc4-1024", "gnutls-serv with RC4, TLS 1.0, a key of 1024 bits", "gnutls-cli", said)
        for version in ("tls1", "tls1_2"):
            port = free_port()
            server = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", "cert.pem", "-key", "key.pem",
                      "-CAfile", "cas.pem", "-Verify", "1", f"-{version}", "-cipher", "ALL:@SECLEVEL=0"]
            with serving(port, *server):
                said = flight(port, ["openssl", "s_client", "-connect", "127.0.0.1:PORT", f"-{version}", "-cipher",
                                     "ALL:@SECLEVEL=0"])
            write(directory, f"openssl-{version}", f"openssl s_server -Verify 1 -{version}",
                  f"openssl s_client -{version}", said)
        port = free_port()
        Path("nginx.conf").write_text(f"""
            daemon off; master_process off; pid nginx.pid; error_log stderr; user root;
            events {{ }}
            http {{ access_log off; server {{ listen 127.0.0.1:{port} ssl; ssl_certificate cert.pem;
                ssl_certificate_key key.pem; ssl_verify_client on; ssl_client_certificate cas.pem;
                ssl_protocols TLSv1.2; }} }}""")
        with serving(port, "nginx", "-p", folder, "-c", "nginx.conf", "-e", "stderr"):
            said = flight(port, ["curl", "-sk", "https://127.0.0.1:PORT/"])
        write(directory, "nginx-tls1_2", "nginx, ssl_verify_client on", "curl", said)


if __name__ == "__main__":
    main()
