"""`mtls-probe explain FILE`: logs of requests and of errors, from outside."""
import pytest

from support.probe import TREE, explained

LOG = TREE / "tests" / "data" / "iis" / "u_ex.log"
LINE = "2026-11-20 08:00:09 10.0.0.5 GET /login - 443 - 10.1.0.8 curl/8.5.0 - 403 16 2148204809 453"


def test_a_log(probe):
    log = explained(probe, LOG)["logs"][0]

    assert (log["requests"], log["failures"], log["unreadable"]) == (7, 6, 1)
    causes = {(one["status"], one["substatus"], one["win32_status"]): one for one in log["causes"]}
    assert set(causes) == {(403, 7, 5), (403, 16, 2148204809), (403, 13, 2148081683), (403, None, 5), (404, None, 2)}
    assert causes[403, 7, 5]["requests"] == [{"client": "10.1.0.7", "url": "/", "count": 2}]
    assert [page["code"] for page in causes[403, 16, 2148204809]["readings"]] == ["403.16", "0x800B0109"]
    assert log["causes"][0]["count"] == 2

    text = probe.run("explain", LOG).text
    assert "7 requests, 6 of them refused or failed" in text and "10.1.0.9" in text and "CRYPT_E_REVOCATION_OFFLINE" in text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_log_in_the_encodings_of_powershell(probe, tmp_path, encoding):
    """Longer than what is read at once, and with a letter beyond ASCII."""
    text = LOG.read_text().replace(" / ", " /bücher ")
    (tmp_path / "plain.log").write_text(text * 40)
    (tmp_path / "saved.log").write_bytes((text * 40).encode(encoding))

    plain, saved = explained(probe, tmp_path / "plain.log", tmp_path / "saved.log")["logs"]

    assert saved["requests"] == 280
    assert "/bücher" in {who["url"] for one in saved["causes"] for who in one["requests"]}
    assert {**saved, "source": plain["source"]} == plain


def test_a_pasted_line(probe):
    log = explained(probe, LINE)["logs"][0]

    assert log["causes"][0]["requests"] == [{"client": "10.1.0.8", "url": "/login", "count": 1}]


def test_the_log_of_the_harness_is_understood(probe, tmp_path):
    header = "#Fields: " + LOG.read_text().splitlines()[3].removeprefix("#Fields: ")
    (tmp_path / "x.log").write_text("\ufeff" + header + "\r\n" + LINE + "\r\n")

    assert explained(probe, tmp_path / "x.log")["logs"][0]["failures"] == 1


def test_an_access_log_of_another_server_has_no_substatus(probe):
    """The bytes of an answer are none."""
    log = explained(probe, LOG.with_name("nginx-access.log"))["logs"][0]

    assert (log["requests"], log["failures"], log["unreadable"], log["common_log_format"]) == (4, 3, 0, 4)
    (cause,) = log["causes"]
    assert (cause["status"], cause["substatus"], cause["win32_status"], cause["count"]) == (400, None, None, 3)
    assert {(who["client"], who["url"], who["count"]) for who in cause["requests"]} == {("127.0.0.1", "/login", 2), ("127.0.0.1", "", 1)}
    assert "substatus" in probe.run("explain", LOG.with_name("nginx-access.log")).text

    pasted = LOG.with_name("nginx-access.log").read_text().splitlines()[1]
    assert explained(probe, pasted)["logs"][0]["causes"][0]["status"] == 400


def test_the_log_of_http_sys(probe):
    log = explained(probe, LOG.with_name("httperr.log"))["logs"][0]

    assert (log["requests"], log["failures"], log["unreadable"]) == (3, 3, 0)
    assert {(one["status"], one["reason"], one["requests"][0]["url"]) for one in log["causes"]} == {
        (400, "Hostname", "/a?b=1"), (413, "EntityTooLarge", "/up"), (503, "AppOffline", "/a")}
    assert "s-reason EntityTooLarge" in probe.run("explain", LOG.with_name("httperr.log")).text


LOGS = TREE / "tests" / "data" / "logs"


def error_log(probe, *files):
    return explained(probe, *files)["error_logs"]


def causes_of(log):
    return {", ".join(page["title"] for page in one["readings"]): one for one in log["causes"]}


def test_an_error_log_of_nginx(probe):
    (log,) = error_log(probe, LOGS / "nginx-error.log")

    assert (log["servers"], log["lines"], log["about_certificates"], log["other_failures"]) == (["nginx"], 13, 10, 3)
    causes = causes_of(log)
    assert causes["nginx: client sent no required SSL certificate"]["count"] == 3
    unknown = causes["OpenSSL verification 21 X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE"]
    assert (unknown["count"], unknown["first"]) == (2, "2026-11-27 08:02:09")
    assert {(who["client"], who["where"]) for who in unknown["clients"]} == {
        ("127.0.0.1", "localhost:8401/login"), ("127.0.0.1", "localhost:8402/")}
    alert = causes["TLS alert 48 unknown_ca"]
    assert alert["note"].startswith("The client has sent it") and not alert["about_certificates"]
    for name in ("10 X509_V_ERR_CERT_HAS_EXPIRED", "12 X509_V_ERR_CRL_HAS_EXPIRED", "23 X509_V_ERR_CERT_REVOKED",
                 "26 X509_V_ERR_INVALID_PURPOSE", "20 X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY"):
        assert causes[f"OpenSSL verification {name}"]["about_certificates"]
    assert [one["about_certificates"] for one in log["causes"]] == [True] * 7 + [False] * 3

    text = probe.run("explain", LOGS / "nginx-error.log").text
    assert "13 lines of an error log, 10 of them about client certificates" in text.replace("\n  ", " ")
    assert "localhost:8401/login" in text and max(map(len, text.splitlines())) <= 80


def test_an_error_log_of_apache(probe):
    (log,) = error_log(probe, LOGS / "apache-error.log")
    causes = causes_of(log)

    assert (log["servers"], log["lines"], log["other_failures"]) == (["apache"], 44, 0)
    assert {name: one["count"] for name, one in causes.items()} == {
        "OpenSSL verification 20 X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY": 3,
        "OpenSSL verification 23 X509_V_ERR_CERT_REVOKED": 1, "OpenSSL: peer did not return a certificate": 2,
        "Apache: AH02040": 1, "Apache: AH02261": 2, "Apache: AH02263": 1, "Apache: AH01630": 1, "Apache: AH02009": 1}


def test_a_log_of_haproxy(probe):
    (log,) = error_log(probe, LOGS / "haproxy.log")
    causes = causes_of(log)

    assert (log["servers"], log["lines"]) == (["haproxy"], 20)
    assert {name: one["count"] for name, one in causes.items()} == {
        "HAProxy: SSL client certificate not trusted": 5, "HAProxy: SSL client CA chain cannot be verified": 2,
        "HAProxy: SSL handshake failure": 2, "OpenSSL: peer did not return a certificate": 2,
        "OpenSSL verification 20 X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY": 2,
        "OpenSSL verification 10 X509_V_ERR_CERT_HAS_EXPIRED": 1,
        "OpenSSL verification 2 X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT": 2}
    assert causes["OpenSSL verification 2 X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT"]["clients"][0]["where"] == "f"


def test_a_file_with_requests_and_errors_is_both(probe, tmp_path):
    lines = (LOGS / "nginx-error.log").read_text() + LOG.with_name("nginx-access.log").read_text()
    (tmp_path / "docker.log").write_text(lines)
    document = explained(probe, tmp_path / "docker.log")

    assert (document["logs"][0]["requests"], document["error_logs"][0]["lines"]) == (4, 13)
    text = probe.run("explain", tmp_path / "docker.log").text
    assert "4 requests" in text and "13 lines of an error log" in text


def test_lines_of_an_error_log_that_were_pasted(probe):
    lines = (LOGS / "apache-error.log").read_text().splitlines()
    several = "\n".join(line for line in lines if "AH02276" in line)

    assert error_log(probe, several)[0]["lines"] == 4
    assert explained(probe, lines[6])["answers"][0]["readings"][0]["code"] == "20"


def test_an_error_log_that_says_nothing_of_certificates_tells_what_to_switch_on(probe, tmp_path):
    (tmp_path / "e.log").write_text("2026/11/27 08:02:09 [error] 7#7: *1 open() \"/x\" failed (2: No such file)\n")
    text = probe.run("explain", tmp_path / "e.log").text

    assert "1 line of an error log, 0 of them" in text and "error_log FILE info;" in " ".join(text.split())


def test_hostile_and_long_error_logs(probe, tmp_path):
    """What a client has chosen is no cause, and no control character gets through."""
    line = '2026/11/27 08:02:09 [info] 7#7: *1 {}, client: 10.0.0.{}, server: x, request: "GET /\x1b[31m{} HTTP/1.1"\n'
    with (tmp_path / "long.log").open("w") as out:
        for number in range(20000):
            out.write(line.format("client sent no required SSL certificate", number % 256, number))
        out.write(line.format('open() "/client SSL certificate verify error: (23:certificate revoked)" failed', 1, 1))
        out.write("2026/11/27 08:02:09 [info] 7#7: " + "x" * 300000 + "\n")
    (log,) = error_log(probe, tmp_path / "long.log")

    (cause,) = log["causes"]
    assert (log["lines"], cause["count"], len(cause["clients"]), cause["others"]) == (20002, 20000, 10000, 10000)
    assert "\x1b" not in probe.run("explain", "-v", tmp_path / "long.log").text


def test_zeros_that_a_client_has_sent_hide_nothing(probe, tmp_path):
    log = (LOGS / "nginx-error.log").read_bytes()
    sent = b'2026/11/27 08:02:09 [info] 7#7: *1 client sent invalid method, client: 10.0.0.1, request: "\0\x16\0"\n'
    (tmp_path / "e.log").write_bytes(sent + log + b"\0" * 70000)

    assert error_log(probe, tmp_path / "e.log")[0]["lines"] == 14


def test_a_request_that_looks_like_an_error_is_none(probe, tmp_path):
    request = ('10.0.0.1 - - [20/Nov/2026:21:00:00 +0000] "GET /2026/11/27 08:02:09 [info] 7#7: client sent no required '
               'SSL certificate HTTP/1.1" 400 9 "-" "x"\n')
    (tmp_path / "a.log").write_text(request)
    document = explained(probe, tmp_path / "a.log")

    assert document["error_logs"] == [] and document["logs"][0]["failures"] == 1


def test_a_403_of_nginx_is_not_explained_in_the_words_of_iis(probe, tmp_path):
    (tmp_path / "a.log").write_text('10.0.0.1 - - [20/Nov/2026:21:00:00 +0000] "GET / HTTP/1.1" 403 9 "-" "x"\n')

    text = probe.run("explain", tmp_path / "a.log").text
    assert "AH01630" in text and "403.16" not in text


def test_a_413_has_a_page_whatever_its_substatus(probe):
    log = explained(probe, LINE.replace("403 16 2148204809", "413 1 0"))["logs"][0]

    assert [page["code"] for page in log["causes"][0]["readings"]] == ["413"]


def test_a_period_begins_with_the_first_time_that_is_told(probe, tmp_path):
    (tmp_path / "x.log").write_text("... 403 16 2148204809 4\n" + LINE + "\n")
    (cause,) = explained(probe, tmp_path / "x.log")["logs"][0]["causes"]

    assert cause["count"] == 2 and cause["first"] == cause["last"] == "2026-11-20 08:00:09"


def test_long_and_hostile_logs(probe, tmp_path):
    file = tmp_path / "long.log"
    with file.open("w") as out:
        for number in range(20000):
            out.write(f"2026-11-20 08:00:09 10.0.0.5 GET /\x1b[31m{number} - 443 - 10.1.0.8 curl/8.5.0 - 403 7 5 1\n")
        out.write("x" * 300000 + "\n" + LINE)

    log = explained(probe, file)["logs"][0]
    assert (log["requests"], log["unreadable"]) == (20001, 1)
    assert "\x1b" not in probe.run("explain", file).text


@pytest.mark.parametrize("name, contents", [("no.log", "hello\n"), ("empty.log", ""), ("zero.log", "\0" * 5000)])
def test_a_file_that_is_no_log(probe, tmp_path, name, contents):
    (tmp_path / name).write_text(contents)

    complaint = probe.run("explain", tmp_path / name).complaint
    assert name in complaint and "no line of a W3C extended log" in complaint


def test_a_folder_is_no_log(probe, tmp_path):
    (tmp_path / "logs").mkdir()

    assert "Is a directory" in probe.run("explain", "logs", cwd=tmp_path).complaint


def test_a_log_that_is_not_there(probe, tmp_path):
    assert "missing.log" in probe.run("explain", tmp_path / "missing.log").complaint
    assert "/dev/zero" in probe.run("explain", "/dev/zero", limit=10).complaint
