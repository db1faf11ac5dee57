"""Things as a transaction sees and changes them: found once, changed in memory, written together when all is checked."""

from msgspec.structs import replace

from zhulian.errors import check
from zhulian.language.lending import Caller
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView
from zhulian.modules.trace.errors import NotHolder, NotTracked
from zhulian.modules.trace.limits import DEPTH_MAX
from zhulian.modules.trace.state import ANCESTORS, IDENTIFIERS, THINGS, USES, WAYS, Thing, number_text

__all__ = ["Book", "holder_of", "outermost"]


def outermost(state: StateView, record: str, thing: Thing) -> tuple[str, Thing]:
    """What a thing is packed in at last, or the thing itself: whoever holds that holds the thing."""
    for _ in range(DEPTH_MAX + 1):
        if not thing.within:
            return record, thing
        record, thing = thing.within, THINGS.get(state, thing.within)
    check(False, "things are packed no deeper than is allowed")
    return record, thing


def holder_of(state: StateView, record: str, thing: Thing) -> str:
    """Who holds a thing."""
    return outermost(state, record, thing)[1].holder


class Book:
    """The things that one transaction is about."""

    def __init__(self, context: Context, caller: Caller) -> None:
        self._context = context
        self._caller = caller
        self._things: dict[str, Thing] = {}
        self._before: dict[str, Thing] = {}
        self._ancestors: dict[str, tuple[int, ...]] = {}
        self._uses: list[tuple[str, int, str]] = []
        self._ways: list[tuple[str, int, str]] = []

    def by_identifier(self, identifier: str) -> str:
        """The record of a thing of this instance.

        Raises:
            NotTracked.
        """
        record = IDENTIFIERS.find(self._context.state, identifier, self._caller.instance)
        if record is None:
            raise NotTracked(item=identifier)
        return record

    def thing(self, record: str) -> Thing:
        """A thing as it is by now.

        Raises:
            NotTracked.
        """
        if record not in self._things:
            found = THINGS.find(self._context.state, record)
            if found is None:
                raise NotTracked(item=record[:200])
            self._things[record] = self._before[record] = found
        return self._things[record]

    def require_held(self, record: str) -> Thing:
        """A thing whose holder signs.

        Raises:
            NotTracked, NotHolder.
        """
        thing = self.thing(record)
        holder = holder_of(self._context.state, record, thing)
        if holder not in self._caller.parties:
            raise NotHolder(item=thing.identifier, holder=holder)
        return thing

    def change(self, record: str, thing: Thing) -> None:
        """Keep a thing as it is to be."""
        self._things[record] = thing

    def ancestors(self, record: str) -> tuple[int, ...]:
        """All that a thing comes from."""
        if record not in self._ancestors:
            self._ancestors[record] = ANCESTORS.find(self._context.state, record) or ()
        return self._ancestors[record]

    def descend(self, record: str, ancestors: tuple[int, ...], used: list[str]) -> None:
        """Let a thing come from more, directly from the records `used`."""
        self._ancestors[record] = ancestors
        for each in used:
            thing = self.thing(each)
            self._uses.append((each, thing.uses, record))
            self.change(each, replace(thing, uses=thing.uses + 1))

    def note(self, record: str, event: str) -> None:
        """Put an event on a thing's way."""
        thing = self.thing(record)
        self._ways.append((record, thing.events, event))
        self.change(record, replace(thing, events=thing.events + 1))

    def write(self, changed: set[str]) -> None:
        """Write everything that was changed; `changed` are the records whose ancestors are new."""
        state = self._context.state
        for record in sorted(self._things):
            if self._things[record] != self._before[record]:
                THINGS.set(state, record, value=self._things[record])
        for record in sorted(changed):
            ANCESTORS.set(state, record, value=self._ancestors[record])
        for record, number, of in self._uses:
            USES.set(state, record, number_text(number), value=of)
        for record, number, event in self._ways:
            WAYS.set(state, record, number_text(number), value=event)
