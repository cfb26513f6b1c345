"""The client programs: for each name that mtls-probe predicts, how the real thing is told what to present."""
from peers.clients.browsers import Chromium, Firefox
from peers.clients.drivers import PATIENCE, REQUEST, SOURCES, Batch, OneByOne, cargo, compiled, cpp, interpreter, tool
from peers.clients.proxies import Nginx, Wget

PYTHON = "/usr/bin/python3"  # of the package; another may come first in PATH


def go(folder):
    return compiled("client.go", ["go"], lambda file, program: ["go", "build", "-o", program, file])(folder)


def java(_folder):
    return [tool("java", "javac"), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", SOURCES / "Client.java"]


def s_client(*more):
    return OneByOne(["openssl"], lambda job: [
        "openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{job.port}", "-servername", job.name, "-cert",
        job.credential.pem, "-key", job.credential.key,
        *(["-cert_chain", job.credential.issuers] if job.credential.chain[1:] else []), *more], REQUEST)


def curl(job):
    return ["curl", "-sSk", "--noproxy", "*", "--max-time", PATIENCE / 2, "--connect-to", "::127.0.0.1:",
            "-o", "/dev/null", "--cert", job.credential.pem, "--key", job.credential.key,
            f"https://{job.name}:{job.port}/"]


def gnutls_cli(job):
    return ["gnutls-cli", "--insecure", "--no-ocsp", "--sni-hostname", job.name, "--x509certfile", job.credential.pem,
            "--x509keyfile", job.credential.key, "--port", job.port, "127.0.0.1"]


def tstclnt(*named):
    return OneByOne(["tstclnt", "certutil", "pk12util"], lambda job: [
        "tstclnt", "-h", "127.0.0.1", "-p", job.port, "-a", job.name, "-d", f"sql:{job.credential.nss}", "-o", "-A",
        SOURCES / "request.txt", *(["-n", job.credential.name] if named else [])])


CLIENTS = {
    "openssl": s_client(),
    "openssl-strict": s_client("-strict"),
    "curl": OneByOne(["curl"], curl),
    "python": Batch(interpreter(PYTHON, "client.py")),
    "nginx": Nginx(),
    "nodejs": Batch(interpreter("node", "client.js")),
    "gnutls": Batch(cpp("client_gnutls.cpp", "gnutls/gnutls.h", "gnutls")),
    "gnutls-force": Batch(cpp("client_gnutls.cpp", "gnutls/gnutls.h", "gnutls"), "force"),
    "wget": Wget(),
    "gnutls-cli": OneByOne(["gnutls-cli"], gnutls_cli, REQUEST, stays=True),
    "nss": tstclnt(),
    "nss-nickname": tstclnt("-n"),
    "firefox": Firefox(),
    "chromium-linux": Chromium(),
    "go": Batch(go),
    "go-callback": Batch(go, "callback"),
    "java-sunx509": Batch(java, "SunX509"),
    "java-newsunx509": Batch(java, "NewSunX509"),
    "rustls": Batch(cargo("rustls", "rustls", "rustls-pemfile")),
    "mbedtls": Batch(cpp("client_mbedtls.cpp", "mbedtls/ssl.h", "mbedtls", "mbedx509", "mbedcrypto")),
    "wolfssl": Batch(cpp("client_wolfssl.cpp", "wolfssl/ssl.h", "wolfssl")),
}
