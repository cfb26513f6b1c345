"""DER by hand: a witness that shares no code with OpenSSL or the probe."""

CN, C, O, OU, NAME = b"\x55\x04\x03", b"\x55\x04\x06", b"\x55\x04\x0a", b"\x55\x04\x0b", b"\x55\x04\x29"
UTF8, PRINTABLE, T61, IA5, BMP = 0x0C, 0x13, 0x14, 0x16, 0x1E


def read(data, at=0):
    """The value at `at`: where its contents begin and end."""
    length, start = data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(data[start:start + size], "big"), start + size
    if start + length > len(data):
        raise ValueError(f"a value at byte {at} that is longer than what holds it")
    return start, start + length


def children(data):
    """The values in a constructed value, each with its tag and length."""
    at, end = read(data)
    found = []
    while at < end:
        _, stop = read(data, at)
        found.append(data[at:stop])
        at = stop
    return found


def _fields(certificate):
    """RFC 5280 §4.1: of TBSCertificate, from serialNumber on; and what goes before."""
    fields = children(children(certificate)[0])
    version = [fields.pop(0)] if fields[0][0] == 0xA0 else []
    return version, fields  # serialNumber signature issuer validity subject ...


def subject(certificate):
    return _fields(certificate)[1][4]


def issuer(certificate):
    return _fields(certificate)[1][2]


def value(tag, *contents):
    body = b"".join(contents)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    size = (len(body).bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + len(body).to_bytes(size, "big") + body


def name(*rdns):
    """A Name. Each RDN is one (type, string tag, bytes), or a list of them."""
    sets = []
    for rdn in rdns:
        parts = rdn if isinstance(rdn, list) else [rdn]
        attributes = [value(0x30, value(0x06, kind), value(tag, text)) for kind, tag, text in parts]
        sets.append(value(0x31, *sorted(attributes)))
    return value(0x30, *sets)


def certificate_named(subject_name, like):
    """`like` with another subject. Its signature no longer fits; servers only take the name out of it."""
    tbs, algorithm, signature = children(like)
    version, fields = _fields(like)
    fields[4] = subject_name
    return value(0x30, value(0x30, *version, *fields), algorithm, signature)


def certificate_of(like, subject, issuer, dns_names):
    """`like` with other names in it, and no extension but that of those names (RFC 5280 §4.2.1.6)."""
    tbs, algorithm, signature = children(like)
    version, fields = _fields(like)
    names = value(0x30, *(value(0x82, one) for one in dns_names))
    extension = value(0x30, value(0x06, b"\x55\x1d\x11"), value(0x04, names))
    fields = [fields[0], fields[1], issuer, fields[3], subject, fields[5], value(0xA3, value(0x30, extension))]
    return value(0x30, value(0x30, *version, *fields), algorithm, signature)
