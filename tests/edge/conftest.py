"""An edge and a broker for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edge.bare import Bare, Broker


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Bare]:
    made = Bare(tmp_path / "edge")
    yield made
    made.store.close()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    made = Broker(tmp_path / "broker")
    made.start()
    yield made
    made.stop()
