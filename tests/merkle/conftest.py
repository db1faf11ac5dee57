"""A hasher for the merkle tests."""

import hashlib
from collections.abc import Sequence
from typing import Any

import pytest


class StandIn:
    """Preimages of docs/formats.md §2 over SM3."""

    name = "gm"

    def __init__(self) -> None:
        self.suite = self
        self.genesis = bytes(32)

    def new_hash(self) -> Any:
        return hashlib.new("sm3")

    def preimage(self, purpose: str, data: bytes) -> bytes:
        return b"zhulian/" + purpose.encode() + b"/v1\0" + self.genesis + data

    def digest(self, purpose: str, data: bytes) -> bytes:
        return hashlib.new("sm3", self.preimage(purpose, data)).digest()

    def many(self, purpose: str, items: Sequence[bytes]) -> list[bytes]:
        return [self.digest(purpose, item) for item in items]


@pytest.fixture(scope="session")
def hasher() -> Any:
    return StandIn()
