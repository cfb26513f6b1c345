"""Fixtures of the black-box tests. They run the programs in $MTLS_BIN (default: build/check/bin)."""
import pytest

from support.pki import Pki
from support.probe import Probe
from support.served import Served


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def probe():
    return Probe()


@pytest.fixture
def served(tmp_path):
    """Starts scenarios that end with the test."""
    running = []

    def start(*arguments, command="run"):
        running.append(Served(tmp_path, *arguments, command=command).__enter__())
        return running[-1]

    yield start
    for server in running:
        server.stop()
