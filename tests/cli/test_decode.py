"""`mtls-probe decode`: a CertificateRequest from a file, printed as a report prints it."""
import base64
import json
import random
import struct
import subprocess

import pytest

from support.probe import TREE, document_of


def vectors():
    """name -> body, of what real servers sent."""
    found, name = {}, None
    for line in (TREE / "tests" / "data" / "wire" / "certificate_request.vectors").read_text().splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif line.startswith("body = "):
            found[name] = line[7:]
            body = True
        elif line.startswith(" ") and body:
            found[name] += line
        else:
            body = False
    return {name: bytes.fromhex(text) for name, text in found.items()}


BODIES = vectors()


def decoded(probe, file, *words, code=0):
    result = probe.run("decode", "--format", "json", file, *words)
    assert result.code == code, result.err
    return document_of(result, "decode")


@pytest.mark.parametrize("name", ["openssl 1.0 three", "openssl 1.2 three", "openssl 1.3 three", "gnutls 1.2 three",
                                  "jsse 1.3 one"])
@pytest.mark.parametrize("form", ["hex", "base64", "binary"])
def test_a_request(probe, tmp_path, name, form):
    body = BODIES[name]
    file = tmp_path / "request"
    file.write_bytes({"hex": body.hex(" ").encode(), "base64": base64.encodebytes(body), "binary": body}[form])

    document = decoded(probe, file)

    assert document["form"] == form
    one = document["requests"][0]
    assert one["version"] == name.split()[1] and one["layout"] == "only_one"
    assert one["request"]["raw"] == body.hex() and one["request"]["error"] is None
    assert len(one["request"]["certificate_authorities"]) == (1 if "one" in name else 3)


def test_the_text_names_the_cas_and_the_fault(probe, tmp_path):
    file = tmp_path / "request.hex"
    file.write_text(BODIES["openssl 1.2 three"].hex())
    text = probe.run("decode", file).text
    assert "CertificateRequest of TLS 1.2" in text and "CN=Issuing CA 1" in text and "rsa_pss_rsae_sha256" in text

    file.write_text(BODIES["openssl 1.2 three"][:-3].hex())
    cut = probe.run("decode", file)
    assert cut.code == 2 and "malformed" in cut.text and "certificate_authorities" in cut.text
    error = decoded(probe, file, code=2)["requests"][0]["request"]["error"]
    assert error["field"] == "certificate_authorities" and error["reason"] == "truncated"


def test_a_forced_layout(probe, tmp_path):
    file = tmp_path / "request"
    file.write_bytes(BODIES["openssl 1.0 three"])

    assert decoded(probe, file, "--tls", "1.2", code=2)["requests"][0]["layout"] == "forced"


def test_stdin(probe):
    done = subprocess.run([probe.program, "decode", "-"], input=BODIES["openssl 1.3 one"].hex().encode(),
                          capture_output=True)

    assert done.returncode == 0 and b"TLS 1.3" in done.stdout


@pytest.mark.parametrize("form", ["hex", "base64", "binary"])
def test_what_was_never_a_request_is_said_first(probe, tmp_path, form):
    noise = random.Random(7).randbytes(300)
    file = tmp_path / "noise"
    file.write_bytes({"hex": noise.hex().encode(), "base64": base64.b64encode(noise), "binary": noise}[form])

    run = probe.run("decode", file)
    assert run.code == 3 and run.text.startswith(f"No CertificateRequest: 300 bytes of {form} cannot be read as one")
    assert "to give" in run.text and "key types" not in run.text
    document = decoded(probe, file, code=3)
    assert document["requests"] == [] and document["unread"]["bytes"] == 300
    assert [one["version"] for one in document["unread"]["tried"]] == ["1.2", "1.3", "1.0"]
    assert [one["version"] for one in decoded(probe, file, "--tls", "1.2", code=3)["unread"]["tried"]] == ["1.2"]


@pytest.mark.parametrize("form", ["PEM", "DER"])
@pytest.mark.parametrize("words", [(), ("--tls", "1.2")])
def test_of_a_key_taken_for_a_request_nothing_is_shown(probe, pki, tmp_path, form, words):
    key = tmp_path / "key"
    subprocess.run(["openssl", "pkey", "-in", pki.alice.key, "-outform", form, "-out", key], check=True)
    secret = base64.b64decode("".join(pki.alice.key.read_text().splitlines()[1:-1]))

    text = probe.run("decode", key, *words).text
    document = json.dumps(decoded(probe, key, *words, code=3))
    assert ("private key" if form == "PEM" else "keys") in text and ("private key" if form == "PEM" else "keys") in document
    for at in range(len(secret) - 1):
        assert f"0x{secret[at:at + 2].hex()}" not in text + document
    assert secret[40:48].hex() not in text + document


def test_a_broken_request_is_shown_as_far_as_it_goes(probe, tmp_path):
    """Of a bare body as soon as one field makes sense; of a framed one always."""
    file = tmp_path / "cut"
    body = BODIES["openssl 1.2 three"]
    for cut in (10, 40, len(body) - 1):
        file.write_bytes(body[:cut])
        one = decoded(probe, file, code=2)["requests"][0]
        assert one["request"]["certificate_types"] and one["request"]["error"]["reason"] == "truncated"
    file.write_bytes(b"\x0d\x00\x00\x09" + b"\xee" * 9)
    assert decoded(probe, file, code=2)["requests"][0]["layout"] == "none"


@pytest.mark.parametrize("contents, word", [
    (b"", "empty"), (b'{"schema": "mtls-probe/report/1"}', "match --request"),
    (b"#Fields: date time\n2026-11-20 21:00:00\n", "explain"), (b"hello, this is no hex\n", "neither hex nor base64"), (b"0e 00 00 00", "not a CertificateRequest"),
    (b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00", "truncated dump file")])
def test_a_file_that_holds_none(probe, tmp_path, contents, word):
    file = tmp_path / "odd.bin"
    file.write_bytes(contents)

    complaint = probe.run("decode", file).complaint
    assert "odd.bin" in complaint and word in complaint


def test_wrong_usage(probe):
    assert "FILE" in probe.run("decode").complaint
    assert "missing.bin" in probe.run("decode", "missing.bin").complaint
    assert "--tls" in probe.run("decode", "--tls", "1.4", "x").complaint
    assert probe.run("decode", "--help").code == 0


# --- captures ----------------------------------------------------------------------------------------------------

CAPTURES = TREE / "tests" / "data" / "captures"
LISTED = ["CN=Example Root", "CN=Issuing CA 1,OU=PKI,O=Müller & Söhne GmbH,C=DE", "CN=Partner CA,O=Example,DC=corp,DC=test"]


def names(request):
    return [one["name"] for one in request["request"]["certificate_authorities"]]


def packets(capture):
    """The header of a pcap file and its packets, each with its record header."""
    data = (CAPTURES / capture).read_bytes()
    head, rest, found = data[:24], data[24:], []
    while rest:
        size = 16 + struct.unpack("<I", rest[8:12])[0]
        found.append(rest[:size])
        rest = rest[size:]
    return head, found


def of_server(packet):
    """Carries something, and does not come from the client: the longest of openssl-1.2.pcap is the server's flight."""
    return len(packet) > 16 + 14 + 52 + 600


@pytest.mark.parametrize("capture, connections", [
    ("openssl-1.2.pcap", 1), ("gnutls-ipv6.pcapng", 1), ("nginx-cooked.pcap", 1), ("nginx-cooked-v2.pcap", 2),
    ("vlan.pcap", 1), ("raw-ip.pcap", 1), ("loopback.pcap", 1)])
def test_a_capture(probe, capture, connections):
    document = decoded(probe, CAPTURES / capture)

    assert document["form"] == "capture" and len(document["requests"]) == connections
    for number, (request, connection) in enumerate(zip(document["requests"], document["capture"]["connections"]), 1):
        assert names(request) == LISTED and request["request"]["error"] is None and request["request"]["complete"]
        assert request["version"] == "1.2" and request["layout"] == "server_hello" and request["connection"] == number
        assert connection["number"] == number and connection["reading"] == "request" and connection["version"] == "1.2"
        assert connection["sni"] == "www.example.test" and connection["lost_bytes"] == 0
        assert connection["server"]["address"] == ("::1" if "ipv6" in capture else "127.0.0.1")
        assert connection["server"]["port"] != connection["client"]["port"]


@pytest.mark.parametrize("capture, reading, word", [
    ("openssl-1.3.pcap", "encrypted", "TLS 1.3"), ("openssl-no-request.pcap", "no_request", "asks for no certificate"),
    ("openssl-resumed.pcap", "resumed", "resumes a session"), ("openssl-refuses.pcap", "refused", "protocol_version")])
def test_a_capture_without_a_request_says_why(probe, capture, reading, word):
    document = decoded(probe, CAPTURES / capture, code=3)

    assert document["requests"] == [] and [one["reading"] for one in document["capture"]["connections"]] == [reading]
    assert word in " ".join(probe.run("decode", CAPTURES / capture).text.split())


def test_a_key_log_opens_tls_1_3(probe, tmp_path):
    keys = CAPTURES / "keys-1.3.txt"
    document = decoded(probe, CAPTURES / "openssl-1.3.pcap", "--keylog", keys)

    connection, request = document["capture"]["connections"][0], document["requests"][0]
    assert connection["reading"] == "request" and connection["decrypted"] and connection["version"] == "1.3"
    assert names(request) == LISTED and request["version"] == "1.3" and "decrypted" in request["found_in"]
    assert "SECRET" not in json.dumps(document)

    wrong = tmp_path / "wrong.txt"
    wrong.write_text("\n".join(line[:-4] + ("0000" if line[-4:] != "0000" else "1111")
                               for line in keys.read_text().splitlines()))
    sealed = decoded(probe, CAPTURES / "openssl-1.3.pcap", "--keylog", wrong, code=3)["capture"]["connections"][0]
    assert sealed["reading"] == "encrypted" and not sealed["decrypted"]
    wrong.write_text("hello\n")
    assert "wrong.txt" in probe.run("decode", CAPTURES / "openssl-1.3.pcap", "--keylog", wrong).complaint
    assert "missing" in probe.run("decode", CAPTURES / "openssl-1.3.pcap", "--keylog", "missing").complaint
    file = tmp_path / "request.hex"
    file.write_text(BODIES["openssl 1.2 three"].hex())
    assert "captures" in probe.run("decode", file, "--keylog", keys).complaint


def test_the_text_prints_a_shared_request_once(probe):
    text = probe.run("decode", CAPTURES / "nginx-cooked-v2.pcap").text

    assert text.count("CertificateRequest of TLS 1.2") == 1 and "connections 1 and 2" in text
    assert "26 packets" in text and "CN=Partner CA" in text


def test_packets_in_any_order_and_twice(probe, tmp_path):
    head, found = packets("openssl-1.2.pcap")
    small = []  # the server's flight in segments of 100 bytes
    for packet in found:
        payload = packet[16 + 14 + 52:] if of_server(packet) else b""
        for at in range(0, len(payload), 100) or [None]:
            if at is None:
                small.append(packet)
                continue
            piece = payload[at:at + 100]
            ip = bytearray(packet[16:16 + 14 + 52])
            ip[16:18] = struct.pack(">H", 52 + len(piece))
            ip[38:42] = struct.pack(">I", struct.unpack(">I", ip[38:42])[0] + at)
            frame = bytes(ip) + piece
            small.append(packet[:8] + struct.pack("<II", len(frame), len(frame)) + frame)
    shuffler = random.Random(1)
    for attempt in range(5):
        mixed = small + shuffler.sample(small, len(small) // 2)
        shuffler.shuffle(mixed)
        file = tmp_path / "mixed.pcap"
        file.write_bytes(head + b"".join(mixed))

        document = decoded(probe, file)

        assert [names(one) for one in document["requests"]] == [LISTED], attempt
        assert [one["sni"] for one in document["capture"]["connections"]] == ["www.example.test"]


def test_what_a_capture_lacks_is_said_and_not_blamed_on_the_server(probe, tmp_path):
    head, found = packets("openssl-1.2.pcap")
    flight = next(packet for packet in found if of_server(packet))
    snapped = flight[:8] + struct.pack("<I", len(flight) - 16 - 200) + flight[12:-200]
    file = tmp_path / "gap.pcap"

    file.write_bytes(head + b"".join(snapped if one is flight else one for one in found))
    cut = decoded(probe, file, code=3)
    assert cut["capture"]["connections"][0]["lost_bytes"] == 200 and [one["request"]["complete"] for one in cut["requests"]] == [False]
    assert "200 bytes" in probe.run("decode", file).text and "malformed" not in probe.run("decode", file).text

    file.write_bytes(head + b"".join(one for one in found if one is not flight))
    lost = decoded(probe, file, code=3)["capture"]["connections"][0]
    assert lost["reading"] == "incomplete" and lost["lost_bytes"] == len(flight) - 16 - 14 - 52
    assert "not captured" in " ".join(probe.run("decode", file).text.split())

    file.write_bytes(head + b"".join(found)[:-20])
    broken = decoded(probe, file)["capture"]
    assert "truncated" in broken["broken_off"] and broken["packets"] == len(found) - 1


def test_a_capture_from_a_pipe(probe):
    with open(CAPTURES / "openssl-1.2.pcap", "rb") as capture:
        done = subprocess.run([probe.program, "decode", "-"], stdin=capture, capture_output=True)
    assert done.returncode == 0 and b"CN=Example Root" in done.stdout
    done = subprocess.run([probe.program, "decode", "-"], input=(CAPTURES / "gnutls-ipv6.pcapng").read_bytes(),
                          capture_output=True)
    assert done.returncode == 0 and b"CN=Example Root" in done.stdout


def test_captures_that_hold_nothing(probe, tmp_path):
    head, found = packets("openssl-1.2.pcap")
    file = tmp_path / "odd.pcap"
    for contents, word in [(head, "no TCP"), (head + found[0], "no TLS"), (head[:20], "truncated"),
                           (head[:20] + struct.pack("<I", 147) + found[0], "link type 147")]:
        file.write_bytes(contents)
        complaint = probe.run("decode", file).complaint
        assert "odd.pcap" in complaint and word in complaint


def test_no_damage_to_a_capture_brings_the_reader_down(probe, tmp_path):
    damager = random.Random(2)
    file = tmp_path / "damaged"
    for name in ("openssl-1.2.pcap", "gnutls-ipv6.pcapng", "nginx-cooked-v2.pcap"):
        for _ in range(12):
            data = bytearray((CAPTURES / name).read_bytes())
            for _ in range(damager.choice([1, 4, 60])):
                data[damager.randrange(4, len(data))] = damager.randrange(256)
            file.write_bytes(data)
            probe.run("decode", file, "--format", "json")
