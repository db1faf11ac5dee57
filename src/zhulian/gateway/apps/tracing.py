"""Things that are followed, as the node has them: by identifier, and with their whole way. Proofs are for the client to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhulian.gateway.context import Context
from zhulian.gateway.errors import NothingFollowed
from zhulian.identifiers import CANONICAL

__all__ = ["EVENTS_MAX", "Place", "Way", "instances_of", "read_way"]

EVENTS_MAX = 500
"""The most events of a way that are shown at once."""
_INSTANCES_MAX = 20
_DIGITS = 16


@dataclass(frozen=True)
class Place:
    """Where an identifier was found: it, or what it is one of, and the record in each application that follows it."""

    identifier: str
    records: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Way:
    """A thing and its sources by their records, their recalls, and the events of all of them by their own time."""

    record: str
    thing: dict[str, Any]
    sources: tuple[tuple[str, dict[str, Any]], ...]
    marks: tuple[tuple[str, dict[str, Any]], ...]
    events: tuple[tuple[str, dict[str, Any]], ...]
    is_whole: bool


async def instances_of(context: Context, identifier: str) -> Place:
    """Where a thing is followed; of an item that is not, its lot, and of a lot that is not, its product.

    Raises:
        NothingFollowed. LedgerSilent.
    """
    at = identifier
    while True:
        page = await context.read(context.ledger.page("trace/identifiers", [at], None, _INSTANCES_MAX))
        found = tuple((str(each["key"][2]), str(each["value"])) for each in page["items"] if each["key"][1] == at)
        if found:
            return Place(at, found)
        wider = at.rsplit("/", 2)[0]
        if not at.startswith(f"{CANONICAL}/") or wider == CANONICAL:
            raise NothingFollowed(identifier=identifier[:200])
        at = wider


async def read_way(context: Context, record: str) -> Way:
    """The whole way of a thing, by its full name `instance/type/key`.

    Raises:
        NothingFollowed. LedgerSilent.
    """
    instance = record.partition("/")[0]
    thing = await _value(context, "trace/things", [record])
    if thing is None:
        raise NothingFollowed(identifier=record[:200])
    things = [(record, thing)]
    for number in await _value(context, "trace/ancestors", [record]) or ():
        source = await _value(context, "trace/numbers", [instance, f"{number:0{_DIGITS}d}"])
        things.append((source, await _value(context, "trace/things", [source])))
    marks, names = [], dict[str, None]()
    for name, each in things:
        if each.get("marked"):
            marks.append((name, await _value(context, "trace/marks", [instance, f"{each['number']:0{_DIGITS}d}"])))
        for event in await _ways(context, name, EVENTS_MAX - len(names)):
            names[event] = None
    events = [(name, await _value(context, "trace/events", [instance, name])) for name in names]
    events.sort(key=lambda each: (each[1]["time_ms"], each[1]["height"], each[0]))
    is_whole = len(names) < EVENTS_MAX
    return Way(record, thing, tuple(things[1:]), tuple(marks), tuple(events), is_whole)


async def _ways(context: Context, record: str, most: int) -> list[str]:
    found: list[str] = []
    after = None
    while len(found) < most:
        page = await context.read(context.ledger.page("trace/ways", [record], after, min(100, most - len(found))))
        found += [str(each["value"]) for each in page["items"] if each["key"][1] == record]
        after = page.get("next")
        if after is None:
            break
    return found


async def _value(context: Context, collection: str, key: Sequence[str]) -> Any:
    """A value of the newest state, or None."""
    page = await context.read(context.ledger.page(collection, list(key), None, 1))
    return next((each["value"] for each in page["items"] if each["key"][1:] == list(key)), None)
