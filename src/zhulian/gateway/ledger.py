"""The seam to the ledger process: what the gateway asks of it. `zhulian.node.rpc.LedgerClient` fills it."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

__all__ = ["Ledger", "Wait"]

Wait = Literal["admitted", "committed", "sealed"]


class Ledger(Protocol):
    """Asynchronous calls to one ledger process. A rule's no arrives as a Refusal, a dead line as ConnectionError."""

    async def status(self) -> dict[str, Any]:
        """Whether deposits are accepted, and at which height."""

    async def metrics(self) -> bytes:
        """The ledger process's metrics in Prometheus' text format."""

    async def genesis(self) -> dict[str, Any]:
        """The genesis document, its digest and the chain id."""

    async def agreements(self) -> list[dict[str, Any]]:
        """What the members agreed on outside the chain and this node has in force."""

    async def head(self) -> dict[str, Any]:
        """The newest header with its seals."""

    async def spoken_head(self) -> dict[str, Any]:
        """The newest header, sealed, with the node's signed word that it is the newest it has."""

    async def submit(self, txs: Sequence[bytes], wait: Wait = "committed") -> list[dict[str, Any]]:
        """Submit raw envelopes; one outcome each, in order."""

    async def transaction(self, transaction: str) -> dict[str, Any] | None:
        """Where a transaction stands and what came of it; None where no block has it."""

    async def receipts(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """For each id `{receipt}`, without opening, or `{receipt: None, why}`."""

    async def state(self, key: Sequence[str], height: int | None = None) -> dict[str, Any]:
        """A state fact with its proof, of presence or of absence."""

    async def page(
        self, collection: str, prefix: Sequence[str] = (), after: str | None = None, limit: int = 50
    ) -> dict[str, Any]:
        """`{"items": [{"key", "value"}], "next": cursor | None}`."""

    async def block(self, height: int) -> dict[str, Any]:
        """One block (0: the newest): header, digest, seals, transactions with their results."""

    async def blocks(self, before: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
        """Headers with digests below `before`, the newest first."""

    async def seals(self, height: int) -> dict[str, Any] | None:
        """`{height, digest, seals}` of a header; None where there is no such height."""

    async def snapshots(self) -> list[dict[str, Any]]:
        """The snapshots that this node offers to new ones, the newest first."""

    async def engine(self, method: str, height: int, page: int = 1, per_page: int = 100) -> dict[str, Any]:
        """What the consensus engine answers to `commit`, `validators` or `consensus_params`."""

    async def events(self, after_height: int, limit: int = 100, wait_ms: int = 0) -> list[dict[str, Any]]:
        """Events of the blocks above `after_height`, waiting up to `wait_ms` for the first."""

    async def records(
        self, instance: str, record: str, starts: str = "", after: str | None = None, limit: int = 50
    ) -> dict[str, Any]:
        """`{"items": [{"key", "value"}], "next": key | None}`: an application's records whose key begins with `starts`."""

    async def history(self, instance: str, record: str, key: str, after: int = 0, limit: int = 50) -> dict[str, Any]:
        """`{"items": [{"height", "time_ms", "transaction", "events"}], "next": height | None}`, the oldest first."""

    async def rehearse(self, body: bytes) -> dict[str, Any]:
        """What an unsigned body would come to now: `{"allowed", "refusal", "events", "cost"}`; nothing is written."""
