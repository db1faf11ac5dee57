"""Looks up what waits for a visitor, once for each change of the chain however many pages ask."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from zhulian.console.tasks.office import certificates, decisions, requests, reviews, votes
from zhulian.console.tasks.records import in_hand, signatures
from zhulian.console.tasks.shapes import Asker, Task
from zhulian.errors import Refusal
from zhulian.language.view.shapes import View

if TYPE_CHECKING:
    from zhulian.console.context import Page

__all__ = ["Found", "Tasks", "look"]

_SOURCES: Final[dict[str, Callable[[Asker], Awaitable[list[Task]]]]] = {
    "task.source.signatures": signatures,
    "task.source.votes": votes,
    "task.source.decisions": decisions,
    "task.source.requests": requests,
    "task.source.reviews": reviews,
    "task.source.certificates": certificates,
    "task.source.records": in_hand,
}
_VISITORS_MAX = 500
_HANDLES_MAX = 5
_VIEWS_MAX = 100
_FRESH_S = 20.0
"""How long what was found counts on a chain that stands still: the desk of custody and the index move without it."""


@dataclass(frozen=True)
class Found:
    """What waits, by due time, what has none last; and the keys of the words for what could not be read."""

    tasks: tuple[Task, ...] = ()
    missed: tuple[str, ...] = ()


@dataclass
class _Kept:
    turn: int = -1
    at: float = 0.0
    found: Found = field(default_factory=Found)
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Tasks:
    """The tasks of all visitors of one console."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._views: OrderedDict[tuple[str, str], View] = OrderedDict()

    async def of(self, page: "Page") -> Found:
        """What waits for the visitor of a page, as of the newest block or a moment before.

        Raises:
            NotEntered: the session is over. Refusal: custody does not say whose handles are the visitor's.
        """
        kept = self._kept.setdefault((page.visitor.way, page.visitor.person), _Kept())
        self._kept.move_to_end((page.visitor.way, page.visitor.person))
        while len(self._kept) > _VISITORS_MAX:
            self._kept.popitem(last=False)
        async with kept.looking:
            turn, now = page.context.hub.turn, time.monotonic()
            if kept.turn != turn or now - kept.at > _FRESH_S:
                kept.found = await look(await self._asker(page))
                kept.turn, kept.at = -1 if kept.found.missed else turn, now
            return kept.found

    async def _asker(self, page: "Page") -> Asker:
        while len(self._views) > _VIEWS_MAX:
            self._views.popitem(last=False)
        visitor, chain = page.visitor, await page.chain()
        now_s = int(chain.core.clock())
        if visitor.is_person:
            held = [each for each in await chain.custody.handles(visitor.token) if each["state"] == "custody"][:_HANDLES_MAX]
            parties = tuple(str(each["handle"]) for each in held)
            token = visitor.token if visitor.officer else ""
            return Asker(chain, visitor.person, parties, now_s, token=token, views=self._views)
        here = visitor.way == "home"
        people = [each for each in page.context.desk.people() if each.partition(".")[0] == visitor.party] if here else []
        days = page.context.hub.status.get("certificate_days") if here else None
        return Asker(chain, visitor.person, (visitor.party,), now_s, people, visitor.party, node_days=days, views=self._views)


async def look(asker: Asker) -> Found:
    """What every source says; one that cannot be read is named, the others count."""
    said = await asyncio.gather(*(_said(source, asker) for source in _SOURCES.values()))
    tasks = [task for tasks in said for task in tasks or ()]
    missed = tuple(name for name, tasks in zip(_SOURCES, said, strict=True) if tasks is None)
    return Found(tuple(sorted(tasks, key=lambda each: (each.due_s is None, each.due_s or 0))), missed)


async def _said(source: Callable[[Asker], Awaitable[list[Task]]], asker: Asker) -> list[Task] | None:
    try:
        return await source(asker)
    except Refusal:
        return None
