"""A second opinion where a server has habits of its own: what openssl's command line client sees of it."""
import re
import subprocess

from support.pki import pem


def s_client(port, version, issued=None):
    presented = ["-cert", issued.certificate, "-key", issued.key] if issued else []
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", f"-tls{version.replace('.', '_')}", "-ign_eof",
               *map(str, presented)]
    done = subprocess.run(command, input=b"GET / HTTP/1.0\r\n\r\n", capture_output=True, timeout=20)
    return done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def alert(port, version, issued=None):
    """The number of the alert that ends the connection; None if it ends well."""
    found = re.search(r"SSL alert number (\d+)", s_client(port, version, issued)[1])
    return int(found[1]) if found else None


def in_order_of_s_client(port, version, certificates):
    """The certificates, in the order in which s_client prints their names."""
    section = s_client(port, version)[0].split("Acceptable client certificate CA names\n")[1]
    by_name = {}
    for certificate in certificates:
        shown = subprocess.run(["openssl", "x509", "-noout", "-subject"], capture_output=True, check=True,
                               input=pem(getattr(certificate, "der", certificate)).encode()).stdout.decode()
        by_name[shown.strip().removeprefix("subject=")] = certificate
    return [by_name[line] for line in section.splitlines()[:len(certificates)]]
