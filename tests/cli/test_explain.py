"""`mtls-probe explain`: what codes mean, from outside."""
import json
import re

import pytest

from support.probe import TREE


def explained(probe, *words, code=0):
    result = probe.run("explain", "--format", "json", *words)
    assert result.code == code, result.err
    document = json.loads(result.out)
    assert document["schema"] == "mtls-probe/explain/1"
    return document


@pytest.mark.parametrize("words, titles", [
    (["0x800B0109"], ["Windows error 0x800B0109 CERT_E_UNTRUSTEDROOT"]),
    (["-2146762487"], ["Windows error 0x800B0109 CERT_E_UNTRUSTEDROOT"]),
    (["403", "16", "2148204809", "453"], ["HTTP status 403.16", "Windows error 0x800B0109 CERT_E_UNTRUSTEDROOT"]),
    (["alert", "48"], ["TLS alert 48 unknown_ca"]), (["109"], ["TLS alert 109 missing_extension",
                                                               "Windows error 0x800B0109 CERT_E_UNTRUSTEDROOT"]),
    (["12044"], ["WinHTTP error 12044 ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED"]),
    (["36885"], ["Schannel event 36885 issuer list cut"]), (["ctl-store-lost"], ["Finding ctl-store-lost"])])
def test_a_code(probe, words, titles):
    answers = explained(probe, *words)["answers"]

    assert [page["title"] for one in answers for page in one["readings"]] == titles
    text = probe.run("explain", *words)
    assert text.code == 0 and text.err == b""
    for title in titles:
        assert title in text.text
    assert all(len(line) <= 80 or " " not in line.strip() for line in text.text.splitlines())


def test_an_unknown_code_is_said_to_be_unknown(probe):
    assert "'99999'" in probe.run("explain", "99999").complaint

    result = probe.run("explain", "403.7", "no-such-thing")
    assert result.code == 3 and b"no-such-thing" in result.err and "403.7" in result.text
    assert explained(probe, "99999", code=3)["answers"] == [{"asked": "99999", "readings": []}]


def test_hostile_words_are_printed_harmlessly(probe):
    complaint = probe.run("explain", "\x1b[31mred\n").complaint

    assert complaint.isprintable()


@pytest.mark.parametrize("words", [[], ["--no-such"], ["--format", "yaml", "48"]])
def test_wrong_usage(probe, words):
    assert "explain --help" in probe.run("explain", *words).complaint


def test_help(probe):
    result = probe.run("explain", "--help")

    assert result.code == 0 and "CODE" in result.text
    assert "mtls-probe explain" in probe.run("--help").text


def test_every_finding_that_the_rules_make_has_a_page(probe):
    ids = {found for file in (TREE / "probe" / "verdict").rglob("*.cpp")
           for found in re.findall(r'\.id = "([a-z-]+)"', file.read_text())}
    assert len(ids) > 15

    answers = explained(probe, *sorted(ids))["answers"]

    assert [one["readings"][0]["kind"] for one in answers] == ["finding"] * len(ids)
