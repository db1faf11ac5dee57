"""A hasher for the merkle tests."""

import pytest

from zhulian.crypto import GM
from zhulian.crypto.hasher import Hasher


@pytest.fixture(scope="session")
def hasher() -> Hasher:
    return Hasher(GM, bytes(range(32)))
