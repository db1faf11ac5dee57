"""What may be asked of the index process, shared by both ends; and the client by which the gateway asks it."""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from zhulian.node.methods import Count, Nothing, Params
from zhulian.node.rpc import LedgerClient

__all__ = ["KINDS", "METHODS", "IndexClient", "Kind", "Search", "Totals"]

Kind = Literal["", "alert", "definition", "evidence", "instance", "organisation", "record", "signer", "transaction"]
KINDS: tuple[str, ...] = ("alert", "definition", "evidence", "instance", "organisation", "record", "signer", "transaction")
"""The kinds of what a search finds."""

_Text = Annotated[str, msgspec.Meta(max_length=256)]
_INT64 = 2**53 - 1


class Search(Params, frozen=True):
    """What to search for: words, and conditions that must hold as well. Empty ones ask for nothing.

    `since_ms` and `until_ms` bound the block time of the first recording. `holders` are whose opened texts the asker may read.
    """

    text: Annotated[str, msgspec.Meta(max_length=1024)] = ""
    kind: Kind = ""
    party: _Text = ""
    instance: _Text = ""
    record: _Text = ""
    state: _Text = ""
    since_ms: Annotated[int, msgspec.Meta(ge=0, le=_INT64)] = 0
    until_ms: Annotated[int, msgspec.Meta(ge=0, le=_INT64)] = 0
    after: Annotated[str, msgspec.Meta(max_length=256)] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    holders: tuple[_Text, ...] = ()


class Totals(Params, frozen=True):
    """What a board shows: how many records, or the sum of `field`, in groups `by` a field, the state or a time."""

    instance: _Text
    record: _Text
    kind: Literal["sum", "count"]
    field: _Text = ""
    by: _Text = ""
    since_ms: Annotated[int, msgspec.Meta(ge=0, le=_INT64)] = 0
    limit: Count = 400


METHODS: dict[str, type[Params]] = {"status": Nothing, "search": Search, "totals": Totals}
"""The parameters' shape of each method."""


class IndexClient:
    """Asks the index process on its socket; connects at the first request, and again after a break.

    Every method raises `RemoteRefusal` where the index refuses, and `ConnectionError` where there is none.
    """

    def __init__(self, socket: Path) -> None:
        self._line = LedgerClient(socket)

    async def status(self) -> dict[str, Any]:
        """`{height, ledger_height, database, rows}`: how far the index has come."""
        found: dict[str, Any] = await self._line.call("status", Nothing())
        return found

    async def search(self, asked: Search) -> dict[str, Any]:
        """`{height, hits, next}`."""
        found: dict[str, Any] = await self._line.call("search", asked)
        return found

    async def totals(self, asked: Totals) -> dict[str, Any]:
        """`{height, rows: [{group, value}]}`; sums as text, since they may be longer than a JSON number is exact."""
        found: dict[str, Any] = await self._line.call("totals", asked)
        return found

    async def close(self) -> None:
        """Hang up."""
        await self._line.close()
