"""The released exporter where the system gives no more memory: it says so, and goes on when there is some again."""
import http.client
import resource
from pathlib import Path

from support.exporter import exporting


def addresses_in_use(process):
    """Bytes."""
    return int(Path(f"/proc/{process.pid}/statm").read_text().split()[0]) * resource.getpagesize()


def statuses_within(exporter, room, target):
    """What eight scrapes got while the exporter may have so many bytes more than it has."""
    limit = addresses_in_use(exporter.process) + room
    resource.prlimit(exporter.process.pid, resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    statuses = []
    for _ in range(8):
        try:
            statuses.append(exporter.probe(target)[0])
        except (OSError, http.client.HTTPException):
            statuses.append("hung up")
    resource.prlimit(exporter.process.pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return statuses


def test_a_scrape_that_fails_is_counted_and_the_next_one_is_answered(tmp_path, served):
    lab = served("iis-root-store-polluted")
    config = tmp_path / "exporter.toml"
    config.write_text("concurrency = 2\n")
    with exporting(config) as exporter:
        target = f"127.0.0.1:{lab.ports[0]}"
        got = [status for room in (0, 1 << 12, 1 << 14, 1 << 16) for status in statuses_within(exporter, room, target)]
        failed = exporter.own('mtls_exporter_refused_total{reason="failed"}')

        assert set(got) <= {200, 500, "hung up"} and 500 in got, got
        assert failed >= got.count(500)
        assert exporter.probe(target)[0] == 200
