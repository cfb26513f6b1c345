"""The clients that mtls-probe predicts, as they are: each real program, with certificates and chains of many kinds, at
endpoints of mtls-harness that ask in many ways. What arrives must be what was predicted.

A program that is not installed is skipped by name. The matrix is in clients-matrix.txt and .csv, in the folder reports
of the build."""
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from peers.clients import predicted, printed
from peers.clients.endpoints import Endpoints
from peers.clients.matrix import REFUSED, Matrix
from peers.clients.programs import CLIENTS

REPORTS = Path(os.environ["MTLS_BIN"]).parent / "reports"
# They look into a database, which may hold more than the probe was given. Here it holds just that.
STORES = {"nss", "firefox", "chromium-linux"}
JAVA = {"java-sunx509", "java-newsunx509"}


@pytest.fixture(scope="module")
def endpoints(tmp_path_factory):
    with Endpoints(tmp_path_factory.mktemp("clients")) as endpoints:
        yield endpoints


@pytest.fixture(scope="module")
def matrix(endpoints, tmp_path_factory, probe):
    """With what was observed and what was predicted."""
    matrix = Matrix(endpoints, tmp_path_factory.mktemp("clients"))
    with ThreadPoolExecutor(1) as pool:
        asked = {request: pool.submit(predicted.ask, probe, port, matrix.tried_at(request))
                 for request, port in endpoints.ports.items()}
        matrix.observe()
        answers = {request: one.result() for request, one in asked.items()}
    matrix.predicted = {cell: answers[cell.request][cell.credential][cell.client] for cell in matrix.observed}
    printed.write(matrix, REPORTS)
    print(printed.as_text(matrix))
    return matrix


def cells_of(matrix, client):
    if client in matrix.absent:
        pytest.skip(matrix.absent[client])
    return {cell: seen for cell, seen in matrix.observed.items() if cell.client == client}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_connects_with_every_certificate_that_it_loads(matrix, client):
    cells = cells_of(matrix, client)

    silent = {cell for cell, (wire, _) in cells.items() if wire == "nothing"}

    assert silent == {cell for cell in cells if (client, cell.credential.name) in REFUSED}, matrix.said[client][-20:]


def depends_on_the_update(cell):
    """Java 17.0.15 still signs with SHA-1; 17.0.21 ends the handshake."""
    return cell.client in JAVA and cell.request.label == "algorithms sha1"


# Late requests that the library leaves to the program: this one does not renegotiate, and offers nothing.
LEFT_TO_THE_PROGRAM = {("gnutls", "1.2"), ("gnutls-force", "1.2"), ("python", "1.3")}


def is_left_to_the_program(cell, seen):
    late = cell.request.label.startswith("late ") and (cell.client, cell.request.version) in LEFT_TO_THE_PROGRAM
    return late and seen == ("not_asked", 0)


def agrees(cell, seen, prediction):
    if is_left_to_the_program(cell, seen):
        return prediction.sends != "yes"
    if prediction.sends == "unknown" and cell.client not in STORES:
        return depends_on_the_update(cell)
    wire, certificates = seen
    if prediction.wire == "break_off" and cell.client in JAVA and cell.request.label == "algorithms pkcs1-sha256":
        return wire in ("break_off", "empty_certificate")  # 17.0.21, 17.0.15
    sends = prediction.as_given if cell.client in STORES else prediction.sends
    return (sends, prediction.wire, prediction.certificates) == ("yes" if certificates else "no", wire, certificates)


@pytest.mark.parametrize("client", CLIENTS)
def test_what_arrives_is_what_was_predicted(matrix, client):
    cells = cells_of(matrix, client)

    wrong = [f"{cell}: {seen}, but predicted {matrix.predicted[cell]}" for cell, seen in cells.items()
             if not agrees(cell, seen, matrix.predicted[cell])]

    assert not wrong, "\n".join(wrong)
    assert len(cells) > 80


def test_what_is_said_to_be_observed_is_run_here(endpoints, matrix, probe):
    [request] = [one for one in endpoints.ports if (one.label, one.version) == ("[root]", "1.3")]
    port, [credential, *_] = endpoints.ports[request], matrix.tried_at(request)
    report = probe.json("--variants", "one", "--settle", "0.1", "--connect", f"127.0.0.1:{port}", f"localhost:{port}",
                        *predicted.arguments([credential]))

    everybody = predicted.by_client(report.candidate(credential.pem))

    assert {name for name, one in everybody.items() if one.basis == "observed"} == set(CLIENTS)
