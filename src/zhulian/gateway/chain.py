"""What never changes while the gateway runs: the chain's genesis, read once from the ledger."""

import asyncio
from dataclasses import dataclass
from typing import Any

from zhulian import canonical
from zhulian.crypto import Hasher, Suite, suite
from zhulian.errors import check
from zhulian.gateway.ledger import Ledger

__all__ = ["Chain", "ChainSource"]


@dataclass(frozen=True)
class Chain:
    """The genesis document with its digest, and the hasher bound to it."""

    document: dict[str, Any]
    data: bytes
    """The canonical bytes, whose digest is `digest`."""
    digest: bytes
    suite: Suite
    hasher: Hasher

    @property
    def name(self) -> str:
        """The chain's short name."""
        return str(self.document["name"])

    @property
    def chain(self) -> str:
        """The chain id."""
        return f"{self.name}.{self.digest.hex()}"


class ChainSource:
    """Asks for the genesis at first need, and keeps it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = asyncio.Lock()
        self._chain: Chain | None = None

    async def get(self) -> Chain:
        """The chain.

        Raises:
            Refusal, ConnectionError: the ledger does not answer yet.
        """
        if self._chain is None:
            async with self._lock:
                if self._chain is None:
                    self._chain = _read(await self._ledger.genesis())
        return self._chain


def _read(answer: dict[str, Any]) -> Chain:
    document = answer["genesis"]
    data = canonical.encode(document)
    kind = suite(document["suite"])
    digest = Hasher(kind).digest("genesis", data)
    check(answer["digest"] == digest.hex(), "the ledger runs on the genesis that it shows")
    return Chain(document, data, digest, kind, Hasher(kind, digest))
