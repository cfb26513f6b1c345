"""What mtls-probe says each client would do: `predicted` of its report on an endpoint, with candidates."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Prediction:
    sends: str     # yes, no, unknown
    as_given: str  # the same, for a client that has nothing but what the probe was given
    wire: str
    certificates: int
    reason: str
    basis: str


def arguments(credentials):
    return [word for one in credentials for word in ("--cert", one.pem, "--key", one.key)]


def by_client(candidate):
    return {one["client"]: Prediction(one["sends"], one["as_given"], one["on_the_wire"], one["certificates"] or 0,
                                      one["reason"], one["basis"]) for one in candidate["predicted"]}


def ask(probe, port, credentials):
    """credential -> client -> Prediction."""
    report = probe.json("--variants", "one", "--settle", "0.1", "--connect", f"127.0.0.1:{port}", f"localhost:{port}",
                        *arguments(credentials))
    return {one: by_client(report.candidate(one.pem)) for one in credentials}
