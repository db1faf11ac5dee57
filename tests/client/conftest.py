"""What the client's tests share: a fake node whose clock moves when the client pauses, and a home."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client.fake_node import FakeNode
from zhulian.client import Chain


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeNode:
    """A node whose clock is also the client's."""
    (tmp_path / "node").mkdir()
    made = FakeNode(tmp_path / "node")
    monkeypatch.setattr("zhulian.client.line.time.sleep", made.sleep)
    return made


@pytest.fixture
def chain(node: FakeNode, tmp_path: Path) -> Iterator[Chain]:
    """A client of the node as org1.clerk."""
    with node.connect(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file to deposit."""
    path = tmp_path / "合同.txt"
    path.write_bytes("合同编号：2026-0001\n".encode())
    return path
