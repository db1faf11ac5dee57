"""Preimages: whatever is hashed or signed says what it is for, and of which chain (docs/formats.md §2)."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from zhulian.crypto import native
from zhulian.crypto.suites import Suite, suite
from zhulian.errors import check

__all__ = ["NO_GENESIS", "Hasher", "fingerprint"]

NO_GENESIS: Final = bytes(32)
"""Stands for the genesis digest where there is none yet: in the purposes `genesis` and `key`."""

_PURPOSE: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_NATIVE_FROM: Final = 4
"""Shorter lists are not worth the call."""


class Hasher:
    """The digests of one chain: a suite and the chain's genesis digest of 32 bytes."""

    __slots__ = ("_primed", "genesis", "suite")

    def __init__(self, suite: Suite, genesis: bytes = NO_GENESIS) -> None:
        check(len(genesis) == 32, "a genesis digest has 32 bytes")
        self.suite = suite
        self.genesis = genesis
        self._primed: dict[str, Any] = {}

    def preimage(self, purpose: str, data: bytes) -> bytes:
        """`"zhulian/" ‖ purpose ‖ "/v1" ‖ 0x00 ‖ genesis ‖ data`: what is signed."""
        return self._prefix(purpose) + data

    def digest(self, purpose: str, data: bytes) -> bytes:
        """The digest of `preimage(purpose, data)`, 32 bytes."""
        state = (self._primed.get(purpose) or self._prime(purpose)).copy()
        state.update(data)
        return bytes(state.digest())

    def many(self, purpose: str, items: Sequence[bytes]) -> list[bytes]:
        """`digest` of each item, in order; lists go through the native kernel where it is there."""
        if self.suite.name == "gm" and len(items) >= _NATIVE_FROM:
            fast: list[bytes] | None = native.call("sm3_many", self._prefix(purpose), items)
            if fast is not None:
                return fast
        primed = self._primed.get(purpose) or self._prime(purpose)
        found: list[bytes] = []
        for item in items:
            state = primed.copy()
            state.update(item)
            found.append(state.digest())
        return found

    def _prefix(self, purpose: str) -> bytes:
        check(_PURPOSE.fullmatch(purpose), "a purpose is made of small letters and hyphens")
        return b"zhulian/%s/v1\0%s" % (purpose.encode(), self.genesis)

    def _prime(self, purpose: str) -> Any:
        state = self.suite.new_hash(self._prefix(purpose))
        self._primed[purpose] = state
        return state

    def __repr__(self) -> str:
        return f"Hasher({self.suite.name}, {self.genesis.hex()})"


@lru_cache(maxsize=2)
def _keys(name: str) -> Hasher:
    return Hasher(suite(name))


def fingerprint(suite: Suite, public_key: bytes) -> str:
    """The key's fingerprint: the digest of its raw bytes for the purpose `key`, 64 hex digits."""
    return _keys(suite.name).digest("key", public_key).hex()
