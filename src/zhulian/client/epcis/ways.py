"""The whole way of a thing, and all that a lot went into: every part is proved, and together they leave no gap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from zhulian.client import reading
from zhulian.client.core import Core
from zhulian.client.epcis.errors import NotFollowed, WayBroken
from zhulian.client.flow import Flow
from zhulian.errors import Words
from zhulian.identifiers import normalise
from zhulian.modules.trace.state import (
    ANCESTORS,
    EVENTS,
    IDENTIFIERS,
    MARKS,
    NUMBERS,
    THINGS,
    USES,
    WAYS,
    Mark,
    Recorded,
    Thing,
    number_text,
)

__all__ = ["Followed", "Step", "Way", "affected", "find", "whole_way"]

_T = TypeVar("_T")


@dataclass(frozen=True)
class Followed:
    """A thing on the way: its record, identifier, who holds it, what it is packed in, and its own recall, if any."""

    record: str
    identifier: str
    holder: str
    within: str
    mark: Mark | None


@dataclass(frozen=True)
class Step:
    """An event on the way, with its id."""

    event: str
    what: Recorded


@dataclass(frozen=True)
class Way:
    """A thing, all that it comes from, and every event of them, by their own time; `recalled` if any of them is."""

    thing: Followed
    sources: tuple[Followed, ...]
    steps: tuple[Step, ...]
    recalled: bool


def find(core: Core, instance: str, identifier: str) -> Flow[str]:
    """The record of an identifier, in whatever spelling, in an application.

    Raises:
        NotFollowed. IdentifierFault, ProofFault, NotOurs, FromNode, Unreachable.
    """
    named = normalise(identifier)
    record = yield from _find(core, (IDENTIFIERS.name, named, instance), str)
    if record is None:
        raise NotFollowed(item=named, instance=instance)
    return record


def whole_way(core: Core, record: str) -> Flow[Way]:
    """The whole way of a thing, by its full name `instance/type/key`.

    Raises:
        NotFollowed, WayBroken. ProofFault, NotOurs, FromNode, Unreachable.
    """
    instance = record.partition("/")[0]
    thing = yield from _find(core, (THINGS.name, record), Thing)
    if thing is None:
        raise NotFollowed(item=record, instance=instance)
    ancestors = (yield from _find(core, (ANCESTORS.name, record), tuple[int, ...])) or ()
    records = [record]
    for number in ancestors:
        source = yield from _due(core, (NUMBERS.name, instance, number_text(number)), str)
        records.append(source)
    things, names = [], dict[str, None]()
    for each in records:
        there = yield from _due(core, (THINGS.name, each), Thing)
        things.append((yield from _followed(core, instance, each, there)))
        for place in range(there.events):
            names[(yield from _due(core, (WAYS.name, each, number_text(place)), str))] = None
    steps = []
    for name in names:
        event = yield from _due(core, (EVENTS.name, instance, name), Recorded)
        steps.append(Step(name, event))
    steps.sort(key=lambda each: (each.what.time_ms, each.what.height, each.event))
    first, *sources = things
    return Way(first, tuple(sources), tuple(steps), any(each.mark is not None for each in things))


def affected(core: Core, record: str, most: int = 10_000) -> Flow[tuple[Followed, ...]]:
    """Everything that came of a thing, directly or not, with who holds it: what a recall must find. `most` bounds the walk.

    Raises:
        NotFollowed, WayBroken. ProofFault, NotOurs, FromNode, Unreachable.
    """
    instance = record.partition("/")[0]
    thing = yield from _find(core, (THINGS.name, record), Thing)
    if thing is None:
        raise NotFollowed(item=record, instance=instance)
    found: dict[str, Followed] = {}
    waiting = [(record, thing)]
    while waiting:
        name, there = waiting.pop(0)
        for place in range(there.uses):
            used = yield from _due(core, (USES.name, name, number_text(place)), str)
            if used in found:
                continue
            if len(found) >= most:
                raise WayBroken(why=Words(f"受影响的物品超过 {most} 件", f"more than {most} things are affected"))
            below = yield from _due(core, (THINGS.name, used), Thing)
            found[used] = yield from _followed(core, instance, used, below)
            waiting.append((used, below))
    return tuple(found.values())


def _followed(core: Core, instance: str, record: str, thing: Thing) -> Flow[Followed]:
    mark = None
    if thing.marked:
        mark = yield from _due(core, (MARKS.name, instance, number_text(thing.number)), Mark)
    holder, outer = thing.holder, thing
    while outer.within:
        outer = yield from _due(core, (THINGS.name, outer.within), Thing)
        holder = outer.holder
    return Followed(record, thing.identifier, holder, thing.within, mark)


def _due(core: Core, key: Sequence[str], shape: type[_T]) -> Flow[_T]:
    """What must be there, since something else that is proved says so."""
    found = yield from _find(core, key, shape)
    if found is None:
        name = "/".join(key)[:120]
        raise WayBroken(why=Words(f"缺少 {name}", f"{name} is not there"))
    return found


def _find(core: Core, key: Sequence[str], shape: type[_T]) -> Flow[_T | None]:
    proved = yield from reading.state(core, key)
    return msgspec.convert(proved.value, shape) if proved.present else None
