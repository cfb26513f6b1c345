"""Fixtures of the black-box tests. They run the programs in $MTLS_BIN (default: build/check/bin)."""
import pytest

from support.pki import Pki
from support.probe import Probe


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def probe():
    return Probe()
