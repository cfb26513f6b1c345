"""What an IIS of the harness shows on the wire beside its lists: error pages, and bindings of every kind."""
import re


def test_only_a_detailed_page_says_the_substatus(served):
    detailed = served("iis-detailed-errors")

    status, page = detailed.curl("alice")
    assert status == 403 and "<title>IIS 10.0 Detailed Error - 403.16 - Forbidden</title>" in page
    assert "HTTP Error 403.7 - Forbidden" in detailed.curl()[1]
    assert detailed.curl("alice", "-D", "-")[1].count("Server: Microsoft-IIS/10.0") == 1


def test_a_remote_page_is_the_same_whatever_the_substatus(served):
    remote = served("iis-revoked")

    pages = [remote.curl(who) for who in ("revoked", "mallory", "expired", None)]

    assert {status for status, _ in pages} == {403}
    assert len({page for _, page in pages}) == 1
    assert "<title>403 - Forbidden: Access is denied.</title>" in pages[0][1]
    assert not re.search(r"403\.\d", pages[0][1])
    remote.stop()
    assert [record["decision"] for record in remote.records()] == ["403.13", "403.16", "403.17", "403.7"]


def test_the_central_store_serves_names_without_a_binding_of_their_own(served):
    server = served("iis-central-store")
    port = server.ports[0]

    assert len(server.ca_names("-servername", "new.example.test")) == 3
    assert server.ca_names("-servername", "www.example.test") == ["CN=Example Issuing CA 1,O=Example,C=DE"]
    assert server.ca_names("-noservername") == ["CN=Example Issuing CA 1,O=Example,C=DE"]
    server.stop()
    assert [record["site"] for record in server.records()] == [
        f"ccs={port}", f"hostnameport=www.example.test:{port}", f"ipport=0.0.0.0:{port}"]
    text = (server.directory / "bindings.txt").read_text()
    assert f"    Central Certificate Store    : {port}\n" in text
    assert re.findall("Ctl Store Name +: (.*)", text) == ["ClientCAs", "(null)", "ClientCAs"]
