"""Real servers, started for a test and stopped for sure: nginx, Apache, HAProxy, gnutls-serv, openssl s_server."""
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

PR_SET_PDEATHSIG = 1


def _die_with_parent():
    # If the tests are killed, their servers must not stay.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def program(name):
    found = shutil.which(name) or shutil.which(f"/usr/sbin/{name}")
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def _accepts(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _stop(process):
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.wait(timeout=3)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()


@contextmanager
def _running(command_on, folder):
    """Starts `command_on(port)` on a free port; another program may take it first, hence the attempts."""
    for attempt in range(5):
        port = free_port()
        with open(folder / "log", "wb") as log:
            process = subprocess.Popen(command_on(port), cwd=folder, stdin=subprocess.PIPE, stdout=log, stderr=log,
                                       start_new_session=True, preexec_fn=_die_with_parent,
                                       env={"PATH": os.environ["PATH"], "OPENSSL_CONF": "/dev/null"})
        try:
            deadline = time.monotonic() + 15
            while process.poll() is None and not _accepts(port) and time.monotonic() < deadline:
                time.sleep(0.01)
            if process.poll() is None:
                yield port
                return
        except BaseException:
            print(f"--- log of {Path(process.args[0]).name} ---")
            print((folder / "log").read_text(errors="replace")[-8000:])
            raise
        finally:
            _stop(process)
    raise AssertionError(f"{process.args} does not start: {(folder / 'log').read_text(errors='replace')}")


@contextmanager
def _folder():
    with tempfile.TemporaryDirectory(prefix="mtls-peer-") as path:
        os.chmod(path, 0o755)
        yield Path(path)


@contextmanager
def on_port(port, command):
    """A server on a port that has been another's: it must be free, or become so soon."""
    with _folder() as folder:
        deadline = time.monotonic() + 60
        while True:
            with open(folder / "log", "wb") as log:
                process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=log, stderr=log,
                                           start_new_session=True, preexec_fn=_die_with_parent)
            while process.poll() is None and not _accepts(port) and time.monotonic() < deadline:
                time.sleep(0.01)
            if process.poll() is None:
                break
            assert time.monotonic() < deadline, (folder / "log").read_text(errors="replace")
        try:
            yield process
        finally:
            _stop(process)


@contextmanager
def s_server(pki, *args):
    """openssl s_server: one connection after the other."""
    base = [program("openssl"), "s_server", "-cert", str(pki.server.certificate), "-key", str(pki.server.key)]
    with _folder() as folder:
        with _running(lambda port: [*base, "-accept", f"127.0.0.1:{port}", *map(str, args)], folder) as port:
            yield port


@contextmanager
def gnutls_serv(pki, *args):
    base = [program("gnutls-serv"), "--quiet", "--x509certfile", str(pki.server.certificate), "--x509keyfile",
            str(pki.server.key)]
    with _folder() as folder:
        with _running(lambda port: [*base, "--port", str(port), *map(str, args)], folder) as port:
            yield port


NGINX = """
error_log stderr info;
pid nginx.pid;
daemon off;
master_process off;
{user}
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    {blocks}
}}
"""


def nginx_block(pki, verify, ca=None, name="_", extra=""):
    listed = f"ssl_client_certificate {ca};" if ca else ""
    return f"""
    server {{
        listen 127.0.0.1:PORT ssl;
        server_name {name};
        ssl_certificate {pki.server.certificate};
        ssl_certificate_key {pki.server.key};
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_verify_client {verify};
        {listed}
        {extra}
        location / {{ return 200 "hello"; }}
    }}"""


@contextmanager
def nginx(*blocks):
    binary = program("nginx")
    user = "user root;" if os.geteuid() == 0 else ""

    def command(port):
        text = NGINX.format(user=user, blocks="".join(blocks).replace("PORT", str(port)))
        (folder / "nginx.conf").write_text(text)
        return [binary, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]

    with _folder() as folder, _running(command, folder) as port:
        yield port


APACHE_MODULES = Path("/usr/lib/apache2/modules")
APACHE = """
ServerRoot {folder}
ServerName localhost
PidFile httpd.pid
ErrorLog /dev/stderr
LogLevel ssl:info
DocumentRoot {folder}/www
Mutex pthread
Listen 127.0.0.1:{port}
{user}
{modules}
<Directory {folder}/www>
    Require all granted
</Directory>
SSLSessionCache none
<VirtualHost 127.0.0.1:{port}>
    SSLEngine on
    SSLProtocol {protocols}
    SSLCertificateFile {certificate}
    SSLCertificateKeyFile {key}
    {extra}
</VirtualHost>
"""


@contextmanager
def apache(pki, extra, protocols="all", pages=()):
    """Apache in one process. `pages` are paths that exist; / does."""
    binary = program("apache2")
    user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
    modules = "".join(f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so\n"
                      for name in ("mpm_event", "authz_core", "ssl", "dir"))

    def command(port):
        text = APACHE.format(folder=folder, port=port, user=user, modules=modules, protocols=protocols,
                             certificate=pki.server.certificate, key=pki.server.key, extra=extra)
        (folder / "httpd.conf").write_text(text)
        return [binary, "-X", "-f", str(folder / "httpd.conf")]

    with _folder() as folder:
        for page in ("", *pages):
            (folder / "www" / page).mkdir(parents=True)
            (folder / "www" / page / "index.html").write_text("hello\n")
        with _running(command, folder) as port:
            yield port


HAPROXY = """
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend one
    {bind}
    http-request return status 200 content-type text/plain string hello
"""


@contextmanager
def haproxy(pki, tls):
    """`tls` is what stands on the bind line behind `crt`."""
    binary = program("haproxy")
    (pki.folder / "haproxy.pem").write_text(pki.server.certificate.read_text() + pki.server.key.read_text())

    def command(port):
        bind = f"bind 127.0.0.1:{port} ssl crt {pki.folder / 'haproxy.pem'} {tls}"
        (folder / "haproxy.cfg").write_text(HAPROXY.format(bind=bind))
        return [binary, "-db", "-q", "-f", str(folder / "haproxy.cfg")]

    with _folder() as folder, _running(command, folder) as port:
        yield port
