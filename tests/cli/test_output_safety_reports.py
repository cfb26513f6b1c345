"""Reports that somebody has changed: whatever stands in one of their strings, neither `match` nor `--baseline` brings it
to a terminal raw, and what is for machines still parses."""
import copy
import json

import pytest

from cli.test_baseline import NAMES, listing
from cli.test_output_safety import COLOUR, MACHINES, safe
from support.servers import free_port

EVIL = "x\x1b[31m\x1b]0;PWNED\x07\u009b2J\u202e\u2066\u200b|'\"<b>&\r\nOK \\x1b]"
READ = ["started", "target.host", "target.path", "target.starttls", "without_certificate.result",
        *(f"observations[].{one}" for one in (
            "purpose", "outcome", "variant.address", "variant.sni", "http.reason", "http.server", "http.location",
            "negotiated.cipher", "messages[].from", "messages[].name"))]


def strings(value, path=""):
    """(path, what holds it, its key) of each string, and of what is null and might be one."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    for key, one in inside:
        place = f"{path}[]" if isinstance(value, list) else f"{path}.{key}".lstrip(".")
        if one is None or isinstance(one, str):
            yield place, value, key
        else:
            yield from strings(one, place)


def changed(report, wanted):
    """A copy with evil text in those places."""
    made = copy.deepcopy(report)
    places = [(holder, key) for path, holder, key in strings(made) if wanted(path)]
    assert places
    for holder, key in places:
        holder[key] = (holder[key] or "") + EVIL
    return made


@pytest.fixture(scope="module")
def earlier(probe, pki, tmp_path_factory):
    """The port of a server, and its report: in those days it listed others, and let everybody in."""
    port, file = free_port(), tmp_path_factory.mktemp("earlier") / "report.json"
    with listing(pki, port, NAMES[:3]):
        probe.run("--save-baseline", file, "--cert", pki.alice.file, "--path", "/", f"127.0.0.1:{port}")
    return port, json.loads(file.read_text())


def test_every_string_of_a_report_to_match(probe, pki, earlier, tmp_path):
    _, report = earlier
    file = tmp_path / "report.json"
    paths = {path for path, _, _ in strings(report)}
    assert set(READ) <= paths, set(READ) - paths

    for path in sorted(paths):
        file.write_text(json.dumps(changed(report, lambda place: place == path)))
        for form in ("text", "json"):
            run = probe.run("match", "-v", "--format", form, "--request", file, "--cert", pki.alice.file)
            try:
                assert run.code in (0, 3) and (run.out == b"") == (run.code == 3)
                assert safe(run.err).count("\n") == (1 if run.code == 3 else 0)
                safe(COLOUR.sub("", run.text))
            except AssertionError as error:
                raise AssertionError(path) from error


def test_what_is_read_of_a_report_as_baseline(probe, pki, earlier, tmp_path):
    port, report = earlier
    documents = {path: changed(report, lambda place, path=path: place == path) for path in READ}
    documents["all else"] = changed(report, lambda place: place not in READ and place != "schema" and
                                    not place.startswith("observations[]."))
    file, refused = tmp_path / "report.json", set()

    with listing(pki, port, NAMES[1:5], "-Verify", "5"):
        for path, document in documents.items():
            file.write_text(json.dumps(document))
            for form in ("text", *MACHINES):
                run = probe.run("-v", "--format", form, "--baseline", file, "--path", "/", f"127.0.0.1:{port}")
                try:
                    text = safe(COLOUR.sub("", run.text))
                    assert safe(run.err).count("\n") <= 1 and (text or run.err)
                    if form == "text" and not text:
                        refused.add(path)
                    if form in MACHINES and path not in refused:
                        MACHINES[form](text)
                except AssertionError as error:
                    raise AssertionError((path, form)) from error
    assert refused == {"target.host", "target.starttls"}  # of another target
