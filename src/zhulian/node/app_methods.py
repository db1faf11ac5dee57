"""What may be asked of the ledger process about applications, beside the plain reads of `methods`."""

from typing import Annotated, Any, Protocol

import msgspec

from zhulian.node.methods import Count, Height, Params

__all__ = ["APP_METHODS", "AppCalls", "History", "Records", "Rehearse"]

_Name = Annotated[str, msgspec.Meta(max_length=64)]
_Key = Annotated[str, msgspec.Meta(max_length=4096)]


class Records(Params, frozen=True):
    """Records of a type whose key begins with `starts`, after the key `after`, at most `limit`."""

    instance: _Name
    record: _Name
    starts: _Key = ""
    after: _Key | None = None
    limit: Count = 50


class History(Params, frozen=True):
    """What happened to a record above the height `after`, from at most `limit` blocks."""

    instance: _Name
    record: _Name
    key: _Key
    after: Height = 0
    limit: Count = 50


class Rehearse(Params, frozen=True):
    """A body that is not signed yet, as canonical JSON."""

    body: bytes


APP_METHODS: dict[str, type[Params]] = {"records": Records, "history": History, "rehearse": Rehearse}
"""The parameters' shape of each method."""


class _Asks(Protocol):
    async def call(self, method: str, params: Params) -> Any:
        """The answer to one request."""


class AppCalls:
    """The calls of a `LedgerClient` that are about applications."""

    async def records(
        self: _Asks, instance: str, record: str, starts: str = "", after: str | None = None, limit: int = 50
    ) -> dict[str, Any]:
        """`{items: [{key, value}], next}`: records in the order of their keys; `next` is the key to go on after."""
        found: dict[str, Any] = await self.call("records", Records(instance, record, starts, after, limit))
        return found

    async def history(self: _Asks, instance: str, record: str, key: str, after: int = 0, limit: int = 50) -> dict[str, Any]:
        """`{items: [{height, time_ms, transaction, events}], next}`: what happened to a record, the oldest first.

        `next` is the height to go on after; `transaction` is None for what ran by itself.
        """
        found: dict[str, Any] = await self.call("history", History(instance, record, key, after, limit))
        return found

    async def rehearse(self: _Asks, body: bytes) -> dict[str, Any]:
        """What a body would come to if it stood in a block made now: `{allowed, refusal, events, cost}`. Nothing is written."""
        found: dict[str, Any] = await self.call("rehearse", Rehearse(body))
        return found
