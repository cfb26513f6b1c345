"""`mtls-probe explain`: what codes mean, from outside."""
import re

import pytest

from support.probe import TREE, explained


def test_a_page_in_json(probe):
    page = explained(probe, "0x109")["answers"][0]["readings"][0]

    assert (page["kind"], page["code"], page["name"]) == ("windows-code", "0x800B0109", "CERT_E_UNTRUSTEDROOT")
    assert "not documented" in page["how_sure"] and page["next"][0]["applies_to"] == "any"
    assert explained(probe, "403.7")["answers"][0]["readings"][0]["name"] is None


@pytest.mark.parametrize("words, titles", [
    (["0x800B0109"], ["Windows error 0x800B0109 CERT_E_UNTRUSTEDROOT"]),
    (["-2146762487"], ["Windows error 0x800B0109 CERT_E_UNTRUSTEDROOT"]),
    (["403", "16", "2148204809", "453"], ["HTTP status 403.16", "Windows error 0x800B0109 CERT_E_UNTRUSTEDROOT"]),
    (["alert", "48"], ["TLS alert 48 unknown_ca"]), (["109"], ["TLS alert 109 missing_extension",
                                                               "Windows error 0x800B0109 CERT_E_UNTRUSTEDROOT"]),
    (["12044"], ["WinHTTP error 12044 ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED"]),
    (["(0x800B0109)"], ["Windows error 0x800B0109 CERT_E_UNTRUSTEDROOT"]),
    (["(-2146762487)"], ["Windows error 0x800B0109 CERT_E_UNTRUSTEDROOT"]),
    (["hr=0x800b0109"], ["Windows error 0x800B0109 CERT_E_UNTRUSTEDROOT"]),
    (["HRESULT:0x800B0109"], ["Windows error 0x800B0109 CERT_E_UNTRUSTEDROOT"]),
    (["0x800B0109:"], ["Windows error 0x800B0109 CERT_E_UNTRUSTEDROOT"]), (["403.16:"], ["HTTP status 403.16"]),
    (["403 Forbidden"], ["HTTP status 403"]), (["HTTP/1.1 403"], ["HTTP status 403"]),
    (["HTTP/1.1 403 Forbidden"], ["HTTP status 403"]),
    (["The following fatal alert was received: 48."], ["TLS alert 48 unknown_ca"]),
    (["The following fatal alert was generated: 40. The internal error state is 1205."], ["TLS alert 40 handshake_failure"]),
    (["A fatal alert was generated and sent to the remote endpoint. This may result in termination of the connection. "
      "The TLS protocol defined fatal error code is 40. The Windows SChannel error state is 1205."],
     ["TLS alert 40 handshake_failure"]),
    (["A fatal alert was received from the remote endpoint. The TLS protocol defined fatal alert code is 49."],
     ["TLS alert 49 access_denied"]),
    (["remote error: tls: certificate required"], ["TLS alert 116 certificate_required"]),
    (["remote error: tls: unknown certificate authority"], ["TLS alert 48 unknown_ca"]),
    (["SSLV3_ALERT_BAD_CERTIFICATE"], ["TLS alert 42 bad_certificate"]),
    (["TLSV13_ALERT_CERTIFICATE_REQUIRED"], ["TLS alert 116 certificate_required"]),
    (["2026/11/27 10:00:00 [info] 7#7: *1 client SSL certificate verify error: (23:certificate revoked) while reading "
      "client request headers, client: 127.0.0.1"], ["OpenSSL verification 23 X509_V_ERR_CERT_REVOKED"]),
    (["[ssl:info] [pid 7] AH02276: Certificate Verification: Error (20): unable to get local issuer certificate"],
     ["OpenSSL verification 20 X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY"]),
    (["verify error:num=19:self-signed certificate in certificate chain"],
     ["OpenSSL verification 19 X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN"]),
    (["[Fri Nov 27 07:14:16.924685 2026] [ssl:info] [pid 403:tid 500] [client 127.0.0.1:12044] AH02276: Certificate "
      "Verification: Error (20): unable to get local issuer certificate [subject: CN=a,O=Acme / notbefore: Nov 26 "
      "07:12:11 2026 GMT / notafter: Feb  4 07:12:11 2029 GMT]"],
     ["OpenSSL verification 20 X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY"]),  # in brackets from end to end
    (["Fri Nov 27 07:14:16 2026 alert unknown ca"], ["TLS alert 48 unknown_ca"]),
    (["Nov 27 2026 10:00:00 w3wp: native error code 0x109"], ["Windows error 0x800B0109 CERT_E_UNTRUSTEDROOT"]),
    (["curl: (56) OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0"],
     ["TLS alert 116 certificate_required"]),
    (["curl: (35) OpenSSL/3.0.15: error:0A000412:SSL routines::sslv3 alert bad certificate"],
     ["TLS alert 42 bad_certificate"]),
    (["remote error: tls: unknown certificate"], ["TLS alert 46 certificate_unknown"]),
    (["javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_unknown"],
     ["TLS alert 46 certificate_unknown"]),
    (["AH02261"], ["Apache: AH02261"]), (["SSL_ERROR_BAD_CERT_ALERT"], ["TLS alert 42 bad_certificate"]),
    (["net::ERR_SSL_CLIENT_AUTH_CERT_NEEDED"], ["Chromium: ERR_SSL_CLIENT_AUTH_CERT_NEEDED"]),
    (["(23:certificate revoked)"], ["OpenSSL verification 23 X509_V_ERR_CERT_REVOKED"]),
    (["X509_V_ERR_CRL_HAS_EXPIRED"], ["OpenSSL verification 12 X509_V_ERR_CRL_HAS_EXPIRED"]),
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


def test_a_code_is_a_code_even_if_a_file_bears_its_name(probe, tmp_path):
    (tmp_path / "48").write_text("x")

    assert "unknown_ca" in probe.run("explain", "48", cwd=tmp_path).text


def findings_table(probe):
    """The table of README.md, made of what the program knows."""
    pages = [one["readings"][0] for one in explained(probe, "--list")["answers"]]
    rank = {"critical": 0, "warning": 1, "info": 2}
    pages.sort(key=lambda page: (rank[page["severity"].split(",")[0]], page["code"]))
    rows = [f"| `{page['code']}` | {page['severity']} | {page['meaning'].partition('. ')[0].removesuffix('.')} |"
            for page in pages]
    return "\n".join(["| finding | severity | what it means |", "|---|---|---|", *rows])


def test_the_table_of_findings_in_the_readme_is_what_the_program_knows(probe):
    table = findings_table(probe)

    assert table.count("\n") > 30
    assert table in (TREE / "README.md").read_text(), "put this into README.md:\n" + table


def test_a_list_of_all_findings(probe):
    text = probe.run("explain", "--list").text

    assert re.search(r"^ctl-store-lost +critical, warning if nobody is refused$", text, re.M) and max(map(len, text.splitlines())) <= 80
    assert "CODE" in probe.run("explain", "--list", "403.7").complaint + probe.run("explain").complaint


@pytest.mark.parametrize("asked", ["403.16.2148204809", "403 16 2148204809", "403.16 2148204809"])
def test_a_status_and_its_windows_code_in_one_word_or_several(probe, asked):
    for words in ([asked], asked.split()):
        text = probe.run("explain", *words).text

        assert "403.16" in text and "CERT_E_UNTRUSTEDROOT" in text


@pytest.mark.parametrize("asked, meant", [("ctl-stor-lost", "ctl-store-lost"), ("unknwon_ca", "unknown_ca"),
                                          ("CERT_E_CHAINNG", "CERT_E_CHAINING"),
                                          ("cert_e_untrustedrot", "CERT_E_UNTRUSTEDROOT")])
def test_a_misspelt_name_gets_a_suggestion(probe, asked, meant):
    run = probe.run("explain", asked)

    assert run.code == 3 and f"(did you mean '{meant}'?)" in run.err.decode()
    assert "did you mean" not in probe.run("explain", "0x80ffff01").err.decode()


def test_a_chain_that_breaks_off_may_lack_its_root(probe):
    text = " ".join(probe.run("explain", "CERT_E_CHAINING").text.split())

    assert "intermediate" in text and "or the root itself" in text
