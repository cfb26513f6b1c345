"""The clients that mtls-probe predicts, as they are: each real program, with certificates and chains of many kinds, at
endpoints of mtls-harness that ask in many ways. What arrives must be what was predicted.

A program that is not installed is skipped by name. The matrix is in clients-matrix.txt and .csv, in the folder reports
of the build."""
import os
from pathlib import Path

import pytest

from peers.clients import printed
from peers.clients.endpoints import Endpoints
from peers.clients.matrix import REFUSED, Matrix
from peers.clients.programs import CLIENTS

REPORTS = Path(os.environ["MTLS_BIN"]).parent / "reports"


@pytest.fixture(scope="module")
def matrix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clients")
    with Endpoints(folder) as endpoints:
        matrix = Matrix(endpoints, folder)
        matrix.observe()
    printed.write(matrix, REPORTS)
    print(printed.as_text(matrix))
    return matrix


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_connects_with_every_certificate_that_it_loads(matrix, client):
    if client in matrix.absent:
        pytest.skip(matrix.absent[client])

    silent = {cell for cell, (wire, _) in matrix.observed.items() if cell.client == client and wire == "nothing"}
    refused = {cell for cell in matrix.observed if cell.client == client and (client, cell.credential.name) in REFUSED}

    assert silent == refused, matrix.said[client][-20:]
