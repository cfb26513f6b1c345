"""A proxy as a client of what is behind it; and a client that reaches the endpoints through a proxy."""
import urllib.request

from peers.clients.browsers import by_credential
from peers.clients.drivers import PATIENCE, run, tool
from support.raw import serving
from support.relay import http_proxy
from support.servers import nginx

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def location(job):
    return f"""
        location = /{job.name} {{
            proxy_pass https://127.0.0.1:{job.port};
            proxy_ssl_server_name on;
            proxy_ssl_name {job.name};
            proxy_ssl_protocols TLSv1.2 TLSv1.3;
            proxy_ssl_certificate {job.credential.pem};
            proxy_ssl_certificate_key {job.credential.key};
        }}"""


class Nginx:
    """One nginx for each credential: with a certificate that it cannot load it would not start."""

    def run(self, jobs, _folder):
        tool("nginx")
        said = []
        for credential, group in by_credential(jobs):
            block = "server { listen 127.0.0.1:PORT;" + "".join(map(location, group)) + "}"
            try:
                with nginx(block) as port:
                    for job in group:
                        said.append(self._fetch(f"http://127.0.0.1:{port}/{job.name}"))
            except AssertionError as why:
                said.append(f"{credential.label}: {why}")
        return said

    @staticmethod
    def _fetch(url):
        try:
            with DIRECT.open(url, timeout=PATIENCE) as answer:
                return f"{url} {answer.status}"
        except OSError as why:
            return f"{url} {why}"


class Wget:
    """Its server names have no address; so the proxy knows where they are."""

    def run(self, jobs, _folder):
        tool("wget")
        with serving(http_proxy) as proxy:
            return [f"{job.name} {self._fetch(job, proxy.port)}" for job in jobs]

    @staticmethod
    def _fetch(job, proxy):
        return run(["wget", "-e", "use_proxy=on", "-e", f"https_proxy=http://127.0.0.1:{proxy}/",
                    "--no-check-certificate", "--tries=1", "-q", "-O", "/dev/null",
                    f"--certificate={job.credential.pem}", f"--private-key={job.credential.key}",
                    f"https://{job.name}:{job.port}/"])[1][-300:]
