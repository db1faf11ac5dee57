"""What may be asked of the index process, shared by both ends; and the client by which the gateway asks it."""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from zhulian.node.methods import Count, Nothing, Params
from zhulian.node.rpc import LedgerClient

__all__ = [
    "FIELDS_MAX",
    "KINDS",
    "METHODS",
    "AlertNamed",
    "Alerts",
    "Asker",
    "Case",
    "Feed",
    "Handle",
    "IndexClient",
    "Kind",
    "Search",
    "Totals",
    "Uses",
]

Kind = Literal["", "alert", "definition", "evidence", "instance", "organisation", "record", "signer", "transaction"]
KINDS: tuple[str, ...] = ("alert", "definition", "evidence", "instance", "organisation", "record", "signer", "transaction")
"""The kinds of what a search finds."""

_Text = Annotated[str, msgspec.Meta(max_length=256)]
_INT64 = 2**53 - 1
FIELDS_MAX = 8
"""By how many fields one search may be narrowed."""


class Search(Params, frozen=True):
    """What to search for: words, and conditions that must hold as well. Empty ones ask for nothing.

    `since_ms` and `until_ms` bound the block time of the first recording. `holders` are whose opened texts the asker may read.
    `fields` are choices and parties, by the names of fields, that a record has.
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
    fields: Annotated[tuple[tuple[_Text, _Text], ...], msgspec.Meta(max_length=FIELDS_MAX)] = ()


class Totals(Params, frozen=True):
    """What a board shows: how many records, or the sum of `field`, in groups `by` a field, the state or a time."""

    instance: _Text
    record: _Text
    kind: Literal["sum", "count"]
    field: _Text = ""
    by: _Text = ""
    since_ms: Annotated[int, msgspec.Meta(ge=0, le=_INT64)] = 0
    limit: Count = 400


class Asker(Params, frozen=True):
    """Which party asks."""

    party: _Text


class Alerts(Params, frozen=True):
    """Which alerts a party asks for: in a state, of a level, of an application; empty ones ask for nothing."""

    party: _Text
    state: Literal["", "open", "acknowledged", "closed"] = ""
    level: Literal["", "low", "medium", "high"] = ""
    instance: _Text = ""
    after: _Text = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50


class AlertNamed(Params, frozen=True):
    """One alert that a party asks for."""

    party: _Text
    alert: Annotated[str, msgspec.Meta(max_length=64)]


class Handle(Params, frozen=True):
    """What somebody does about an alert: `assigned` to whom, `acknowledged`, or `closed`, and why."""

    alert: Annotated[str, msgspec.Meta(max_length=64)]
    what: Literal["assigned", "acknowledged", "closed"]
    who: _Text
    why: Annotated[str, msgspec.Meta(max_length=500)] = ""
    assigned: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Feed(Params, frozen=True):
    """What happened with alerts behind a number; None asks for the newest number alone."""

    after: Annotated[int, msgspec.Meta(ge=0, le=_INT64)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100


class Case(Params, frozen=True):
    """What happened with a party, record, `@instance` or asset class (`instance.class`)."""

    scope: Annotated[str, msgspec.Meta(max_length=400)]
    after: _Text = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 100


class Uses(Params, frozen=True):
    """What the regulator did."""

    after: _Text = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 100


METHODS: dict[str, type[Params]] = {
    "case": Case,
    "uses": Uses,
    "status": Nothing,
    "search": Search,
    "totals": Totals,
    "alerts": Alerts,
    "alert": AlertNamed,
    "handle": Handle,
    "rules": Asker,
    "feed": Feed,
}
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

    async def ask(self, method: str, params: Params) -> Any:
        """The answer of one of `METHODS`."""
        return await self._line.call(method, params)

    async def close(self) -> None:
        """Hang up."""
        await self._line.close()
