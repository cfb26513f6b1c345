"""Browsers without a window: one start for each credential, with a page that loads something from every endpoint."""
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from peers.clients.drivers import BATCH_PATIENCE, Absent, run, tool


def by_credential(jobs):
    groups = {}
    for job in jobs:
        groups.setdefault(job.credential, []).append(job)
    return groups.items()


class Browser:
    """`_visit(credential, page, home)` opens the page with a home folder that is thrown away, and ends when everything
    in it has been asked for."""

    needs = ()

    def _check(self):
        """Throws Absent."""
        tool(*self.needs, "certutil", "pk12util")

    def run(self, jobs, _folder):
        self._check()
        said = []
        for credential, group in by_credential(jobs):
            with tempfile.TemporaryDirectory(prefix="mtls-browser-", ignore_cleanup_errors=True) as folder:
                home = Path(folder)
                page = home / "page.html"
                page.write_text("".join(f'<img src="https://{job.name}:{job.port}/">' for job in group))
                said += [f"{credential.label}: {line}" for line in self._visit(credential, page, home).splitlines()]
        return said

    def _visit(self, credential, page, home):
        raise NotImplementedError


class Firefox(Browser):
    """It picks a certificate by itself, and trusts the server by its database. Names below .localhost need no DNS."""

    needs = ("firefox-esr",)
    preferences = {"security.default_personal_cert": "Select Automatically", "network.proxy.type": 0,
                   "datareporting.policy.dataSubmissionEnabled": False, "toolkit.telemetry.enabled": False,
                   "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
                   "network.http.connection-retry-timeout": 0, "network.http.speculative-parallel-limit": 0,
                   "services.settings.server": "", "app.normandy.enabled": False}

    def _visit(self, credential, page, home):
        profile = home / "profile"
        shutil.copytree(credential.nss, profile)
        subprocess.run(["certutil", "-A", "-d", f"sql:{profile}", "-n", "server-root", "-t", "C,,", "-i",
                        credential.certificates / "server-root.pem"], check=True, capture_output=True)
        lines = [f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in self.preferences.items()]
        (profile / "user.js").write_text("".join(lines))
        return run(["firefox-esr", "--headless", "--no-remote", "--profile", profile, "--screenshot", home / "page.png",
                    page.as_uri()], BATCH_PATIENCE,
                   env={**os.environ, "HOME": str(home), "MOZ_CRASHREPORTER_DISABLE": "1"})[1]


class Chromium(Browser):
    """It picks a certificate by itself if a policy says so, which lies in /etc/chromium: a namespace in which that is
    another folder leaves the machine as it is."""

    needs = ("chromium", "unshare")
    policy = {"AutoSelectCertificateForUrls": ['{"pattern":"*","filter":{}}']}
    mounted = ["unshare", "--map-root-user", "--mount", "sh", "-c", 'mount --bind "$0" /etc/chromium && exec "$@"']

    def _check(self):
        super()._check()
        code, said = run([*self.mounted, "/etc/chromium", "true"])
        if code != 0:
            raise Absent(f"chromium needs a folder mounted over /etc/chromium: {said.strip()}")

    def _visit(self, credential, page, home):
        policies = home / "etc" / "policies" / "managed"
        policies.mkdir(parents=True)
        (policies / "select.json").write_text(json.dumps(self.policy))
        for database in (".pki/nssdb", ".local/share/pki/nssdb"):  # of older and newer versions
            shutil.copytree(credential.nss, home / database)
        return run([*self.mounted, home / "etc", "chromium", "--headless", "--no-sandbox", "--disable-gpu",
                    "--disable-background-networking", "--disable-dev-shm-usage", "--no-proxy-server",
                    "--ignore-certificate-errors", "--host-resolver-rules=MAP * 127.0.0.1",
                    f"--user-data-dir={home / 'profile'}", "--dump-dom", page.as_uri()], BATCH_PATIENCE,
                   env={**os.environ, "HOME": str(home)})[1]
