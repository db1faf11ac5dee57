"""The library has wheels for x86-64 only, so elsewhere there is nothing to test."""

import platform

import pytest

from tests.tlcp.certificates import Pairs

collect_ignore_glob = [] if platform.machine() in ("x86_64", "AMD64") else ["test_*.py"]


@pytest.fixture(scope="session")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Pairs:
    """Certificates for TLCP."""
    return Pairs(tmp_path_factory.mktemp("tlcp"))
