#!/usr/bin/python3
"""Makes certificate_request.vectors and certificate.vectors anew: starts TLS servers of other implementations on
loopback, lets `openssl s_client` meet them, and writes down what they sent.

    /usr/bin/python3 tests/data/wire/capture.py [DIRECTORY]      (default: beside this file)

The bytes come from `s_client -msg`, the expected codes from `s_client -trace`, the expected names from the CA
certificates that the server was given. Needs openssl, gnutls-serv, nginx, apache2 and a JDK 17; keys live in a
temporary directory. *_edits.vectors change these by offset: with other versions of the servers see that they still fit.
"""
import base64
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION_FLAG = {"1.0": "-tls1", "1.1": "-tls1_1", "1.2": "-tls1_2", "1.3": "-tls1_3"}
LEGACY = ["-cipher", "DEFAULT@SECLEVEL=0"]


# --- certificates ------------------------------------------------------------------------------------------------

def run(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True).stdout


def make_ca(path, subject, key):
    run("openssl", "req", "-x509", "-new", "-utf8", "-key", key, "-set_serial", "1", "-days", "30", "-subj", subject,
        "-out", path)


def make_pki():
    # An Ed25519 signature has one length: offsets are the same in every run.
    run("openssl", "genpkey", "-algorithm", "ED25519", "-out", "ca.key")
    run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem")
    subjects = ["/CN=Example Root", "/C=DE/O=Müller & Söhne GmbH/OU=PKI/CN=Issuing CA 1",
                "/DC=test/DC=corp/O=Example/CN=Partner CA"]
    for number, subject in enumerate(subjects):
        make_ca(f"ca{number}.pem", subject, "ca.key")
    for number in range(200):
        subject = f"/C=US/O=A Certification Authority With A Long Name/OU=Class {number % 7}"
        make_ca(f"many{number:03}.pem", f"{subject}/CN=Lab Root Number {number:03}", "ca.key")
    join("one.pem", ["ca1.pem"])
    join("three.pem", ["ca0.pem", "ca1.pem", "ca2.pem"])
    join("200.pem", [f"many{number:03}.pem" for number in range(200)])
    run("openssl", "req", "-new", "-key", "key.pem", "-subj", "/CN=localhost", "-out", "server.csr")
    run("openssl", "x509", "-req", "-in", "server.csr", "-CA", "ca1.pem", "-CAkey", "ca.key", "-set_serial", "2",
        "-days", "30", "-out", "server.pem")
    join("chain.pem", ["server.pem", "ca1.pem"])
    run("openssl", "pkcs12", "-export", "-in", "server.pem", "-inkey", "key.pem", "-passout", "pass:capture", "-out",
        "server.p12")


def join(path, parts):
    Path(path).write_text("".join(Path(part).read_text() for part in parts))


def der_certificates(path):
    """Each certificate of a PEM file, as DER."""
    blocks = re.findall(r"-----BEGIN CERTIFICATE-----(.*?)-----END", Path(path).read_text(), re.S)
    return [base64.b64decode(block) for block in blocks]


def tlv(data, at):
    """(start of the content, end) of the DER element at `at`."""
    length = data[at + 1]
    start = at + 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[at + 2:start], "big")
    return start, start + length


def subject(certificate):
    """The DER of a certificate's subject: after version, serialNumber, signature, issuer, validity."""
    at = tlv(certificate, 0)[0]
    at = tlv(certificate, at)[0]
    for _ in range(5):
        at = tlv(certificate, at)[1]
    return certificate[at:tlv(certificate, at)[1]]


# --- servers -----------------------------------------------------------------------------------------------------

def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on {port}")


@contextlib.contextmanager
def process(command, port=None, announce=None):
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        if announce:
            for line in child.stdout:
                found = re.search(announce, line.decode())
                if found:
                    port = int(found[1])
                    break
        else:
            wait_for(port)
        yield port
    finally:
        child.terminate()
        child.communicate()


def openssl_server(arguments):
    return process(["openssl", "s_server", "-accept", "127.0.0.1:0", *arguments], announce=r"ACCEPT .*:(\d+)")


def gnutls_server(arguments):
    port = free_port()
    return process(["gnutls-serv", "--port", str(port), *arguments], port)


def jsse_server(arguments):
    return process(["java", str(HERE / "JsseServer.java"), *arguments], announce=r"listening on (\d+)")


def nginx_server(directives):
    port = free_port()
    Path("nginx.conf").write_text(f"""
        daemon off; master_process off; pid {os.getcwd()}/nginx.pid; error_log stderr;
        events {{}}
        http {{ access_log off; server {{
            listen 127.0.0.1:{port} ssl; ssl_certificate server.pem; ssl_certificate_key key.pem; {directives}
        }} }}""")
    return process(["nginx", "-p", os.getcwd(), "-c", "nginx.conf", "-e", "stderr"], port)


def apache_server(directives):
    port = free_port()
    modules = "/usr/lib/apache2/modules"
    Path("apache.conf").write_text(f"""
        ServerRoot {os.getcwd()}
        ServerName localhost
        Listen 127.0.0.1:{port}
        PidFile {os.getcwd()}/apache.pid
        ErrorLog {os.getcwd()}/apache.log
        DocumentRoot {os.getcwd()}
        LoadModule mpm_event_module {modules}/mod_mpm_event.so
        LoadModule authz_core_module {modules}/mod_authz_core.so
        LoadModule ssl_module {modules}/mod_ssl.so
        Mutex posixsem
        SSLEngine on
        SSLCertificateFile {os.getcwd()}/server.pem
        SSLCertificateKeyFile {os.getcwd()}/key.pem
        {directives}
        """)
    return process(["apache2", "-DFOREGROUND", "-f", f"{os.getcwd()}/apache.conf"], port)


# --- the client --------------------------------------------------------------------------------------------------

def s_client(port, version, *options, request=b"", done):
    """What s_client prints until `done` matches, or the connection ends."""
    legacy = LEGACY if version in ("1.0", "1.1") else []
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", VERSION_FLAG[version], "-servername",
               "localhost", "-ign_eof", *legacy, *options]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if request:
        child.stdin.write(request)
        child.stdin.flush()
    printed = b""
    os.set_blocking(child.stdout.fileno(), False)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and child.poll() is None and not re.search(done, printed, re.S):
        printed += child.stdout.read() or b""
        time.sleep(0.02)
    child.kill()
    return (printed + child.communicate()[0]).decode(errors="replace")


def messages(printed, name):
    """The bodies of the server's messages `name` in the output of s_client -msg, without the handshake header."""
    pattern = r"<<< [^\n]*Handshake \[length [0-9a-f]+\], %s\n((?: {4}[0-9a-f ]+\n)+)" % name
    return [bytes.fromhex(dump)[4:] for dump in re.findall(pattern, printed)]


def codes(trace, heading, until):
    block = re.search(heading + r"[^\n]*\n(.*?)" + until, trace, re.S)
    return [int(code, 0) for code in re.findall(r"\((0x[0-9a-f]+|\d+)\)", block[1])] if block else None


def dumped_codes(trace, heading):
    """The items of a list of two-byte codes that -trace does not decode, but dumps."""
    block = re.search(heading + r"[^\n]*\n((?: +[0-9a-f]{4} - [^\n]*\n)+)", trace)
    if not block:
        return None
    data = "".join(re.sub(r"[ -]", "", line.split(" - ", 1)[1][:47]) for line in block[1].splitlines())
    return re.findall("....", data)[1:]


# --- vectors -----------------------------------------------------------------------------------------------------

def wrap(key, value):
    lines = textwrap.wrap(f"{key} = {value}", 116, subsequent_indent="    ", break_long_words=False,
                          break_on_hyphens=False)
    return "\n".join(lines) + "\n"


def hex_groups(data):
    return " ".join(data[at:at + 16].hex() for at in range(0, len(data), 16))


def located(body, items, prefix):
    """offset+length of each item; the offset is that of its length prefix."""
    found, at = [], 0
    for item in items:
        at = body.index(len(item).to_bytes(prefix, "big") + item, at)
        found.append(f"{at}+{len(item)}")
        at += prefix + len(item)
    return " ".join(found)


def extension_list(body):
    at, found = 1 + body[0] + 2, []
    while at < len(body):
        length = int.from_bytes(body[at + 2:at + 4], "big")
        found.append(f"{body[at:at + 2].hex()}@{at}+{length}")
        at += 4 + length
    return " ".join(found)


def request_vector(name, command, version, body, trace, cas):
    text = f"[{name}]\n" + wrap("command", command) + f"version = {version}\n" + wrap("body", hex_groups(body))
    trace = trace[trace.index("CertificateRequest, Length"):]
    if version != "1.3":
        types = codes(trace, "certificate_types", r"(?:signature_algorithms|certificate_authorities)")
        text += wrap("certificate_types", " ".join(f"{code:02x}" for code in types))
    if version == "1.2":
        schemes = codes(trace, r"signature_algorithms \(len", "certificate_authorities")
        text += wrap("signature_algorithms", " ".join(f"{code:04x}" for code in schemes))
    if version == "1.3":
        schemes = codes(trace, r"extension_type=signature_algorithms\(13\)", r"(?:extension_type|\n\n)")
        text += wrap("signature_algorithms", " ".join(f"{code:04x}" for code in schemes))
        schemes = dumped_codes(trace, r"extension_type=signature_algorithms_cert\(50\)")
        text += wrap("signature_algorithms_cert", " ".join(schemes) if schemes else "null")
        text += wrap("extensions", extension_list(body))
    names = [subject(certificate) for certificate in der_certificates(cas)] if cas else []
    absent = version == "1.3" and not names and "(47)" not in trace[:trace.index("\n\n")]
    text += wrap("authorities", "null" if absent else located(body, names, 2))
    return text.replace(" \n", "\n") + "error = none\nframing = whole\n\n"


def certificate_vector(name, command, version, body, chain):
    text = f"[{name}]\n" + wrap("command", command) + f"version = {version}\n" + wrap("body", hex_groups(body))
    return text + wrap("certificates", located(body, der_certificates(chain), 3)) + "error = none\n\n"


def cases():
    """(name, command as shown, server, TLS version, CA file, options and request of s_client)"""
    s_server = ["-cert", "server.pem", "-key", "key.pem", "-cert_chain", "ca1.pem"]
    for version in VERSION_FLAG:
        for count, cas in ("no", None), ("one", "one.pem"), ("three", "three.pem"), ("200", "200.pem"):
            if count == "200" and version in ("1.0", "1.1") or count == "one" and version == "1.1":
                continue
            legacy = LEGACY if version in ("1.0", "1.1") else []
            arguments = [*s_server, *legacy, VERSION_FLAG[version], "-Verify", "3", *(["-CAfile", cas] if cas else [])]
            yield f"openssl {version} {count}", "openssl s_server", openssl_server, arguments, version, cas, {}
    for version in "1.0", "1.2", "1.3":
        for count, cas in ("no", None), ("three", "three.pem"):
            arguments = ["--x509certfile", "chain.pem", "--x509keyfile", "key.pem", "--require-client-cert",
                         "--priority", f"NORMAL:-VERS-ALL:+VERS-TLS{version}",
                         *(["--x509cafile", cas] if cas else [])]
            yield f"gnutls {version} {count}", "gnutls-serv", gnutls_server, arguments, version, cas, {}
    for version in "1.2", "1.3":  # one CA: the order of several changes from run to run
        arguments = ["server.p12", "capture", "one.pem", "TLSv" + version]
        yield f"jsse {version} one", "java JsseServer.java", jsse_server, arguments, version, "one.pem", {}
    for version in "1.2", "1.3":
        directives = f"ssl_protocols TLSv{version}; ssl_verify_client optional; ssl_client_certificate one.pem;"
        yield f"nginx {version} one", "nginx:", nginx_server, directives, version, "one.pem", {}
    for version in "1.2", "1.3":
        directives = f"""SSLProtocol TLSv{version}
                         SSLCACertificateFile three.pem
                         <Location /private>
                         SSLVerifyClient require
                         </Location>"""
        late = {"options": ["-enable_pha"] if version == "1.3" else [],
                "request": b"GET /private HTTP/1.1\r\nHost: localhost\r\n\r\n"}
        yield f"apache {version} late", "apache2:", apache_server, directives, version, "three.pem", late


def main():
    target = Path(sys.argv[1] if len(sys.argv) > 1 else HERE).resolve()
    versions = [run("openssl", "version").decode().strip(), run("gnutls-serv", "--version").decode().splitlines()[0],
                subprocess.run(["nginx", "-v"], stderr=subprocess.PIPE, check=True).stderr.decode().strip(),
                run("apache2", "-v").decode().splitlines()[0], run("java", "--version").decode().splitlines()[0]]
    made = "# Made by capture.py; format: vectors.hpp in tests/unit/wire/support.\n"
    made += "".join(f"# {line}\n" for line in versions) + "\n"
    requests, certificates = made, made
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        make_pki()
        for name, program, server, arguments, version, cas, late in cases():
            shown = " ".join(arguments) if isinstance(arguments, list) else " ".join(arguments.split())
            options, request = late.get("options", []), late.get("request", b"")
            with server(arguments) as port:
                dump = s_client(port, version, "-msg", *options, request=request,
                                done=rb"<<<[^\n]*CertificateRequest\n.*\n[<>]{3}")
                trace = s_client(port, version, "-trace", *options, request=request,
                                 done=rb"CertificateRequest, Length.*\n\n.*Record")
            bodies = messages(dump, "CertificateRequest")
            if not bodies:
                sys.exit(f"{name}: no CertificateRequest in\n{dump}")
            requests += request_vector(name, f"{program} {shown}", version, bodies[0], trace, cas)
            if name in ("openssl 1.2 one", "openssl 1.3 one", "gnutls 1.2 three", "gnutls 1.3 three", "nginx 1.3 one"):
                chain = "server.pem" if program == "nginx:" else "chain.pem"
                body = messages(dump, "Certificate")[0]
                certificates += certificate_vector(name, f"{program} {shown}", version, body, chain)
            print(name, len(bodies[0]))
    (target / "certificate_request.vectors").write_text(requests.rstrip() + "\n")
    (target / "certificate.vectors").write_text(certificates.rstrip() + "\n")


main()
