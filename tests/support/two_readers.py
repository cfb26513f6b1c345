"""--list-only against the ordinary probe: two readers of one server, one of them libssl, must report the same requests,
byte for byte."""


def first_requests(report):
    """By the way of asking: what was asked in the first handshake. Ways in which nothing was to be found out are left
    out."""
    found = {}
    for seen in report.observations_of():
        names = {message["name"] for message in seen["messages"] if message["from"] == "server"}
        requests = [(one["raw"], one["after"], one["certificate_authorities"], one["error"])
                    for one in seen["certificate_requests"] if one["stage"] == "handshake" and one["complete"]]
        if requests or seen["handshake_completed"] or names & {"ServerHelloDone", "Finished"}:
            variant = seen["variant"]
            found[variant["sni"], tuple(variant["tls_offered"])] = (seen["negotiated"]["version"], requests)
    return found


def both(probe, *arguments):
    """The report of each reader. Where libssl could not read, the ordinary probe has read again without it."""
    ordinary = probe.json("--no-http", "--settle", "0.01", *arguments)
    listing = probe.json("--list-only", *arguments)
    return ordinary, listing


def agree(ordinary, listing):
    by_libssl, by_hello = first_requests(ordinary), first_requests(listing)
    assert by_libssl == by_hello
    assert listing["without_certificate"] is None and listing["request"]["required"] == "undetermined"
    assert all(seen["list_only"] and not seen["handshake_completed"] for seen in listing["observations"])
    return by_hello
