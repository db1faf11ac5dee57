"""What guards and pages may ask about things."""

from zhulian.language.lending import Arguments, ArgumentWrong, Caller, the_record, the_text
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.modules.trace.book import holder_of
from zhulian.modules.trace.errors import NotTracked
from zhulian.modules.trace.state import ANCESTORS, MARKS, THINGS, Thing, number_text

__all__ = ["bound_for", "events_of", "held_by", "recalled", "tracked"]


def recalled(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether a thing, or any of the at most 256 that it comes from, is recalled; False for what is not followed."""
    record, thing = _find(state, arguments)
    if thing is None:
        return False
    if thing.marked:
        return True
    instance = record.partition("/")[0]
    return any(MARKS.has(state, instance, number_text(each)) for each in ANCESTORS.find(state, record) or ())


def held_by(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether a party holds a thing, by itself or within what it is packed in."""
    record, thing = _find(state, arguments)
    return thing is not None and holder_of(state, record, thing) == the_text(arguments, "party")


def bound_for(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether a thing was sent to a party that has not received it yet."""
    _, thing = _find(state, arguments)
    return thing is not None and thing.bound_for == the_text(arguments, "party")


def tracked(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether a thing is followed."""
    return _find(state, arguments)[1] is not None


def events_of(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How many events a thing has.

    Raises:
        NotTracked.
    """
    record, thing = _find(state, arguments)
    if thing is None:
        raise NotTracked(item=record[:200])
    return thing.events


def _find(state: StateView, arguments: Arguments) -> tuple[str, Thing | None]:
    record = the_record(arguments, "thing")
    if record is None:
        raise ArgumentWrong(name="thing", wanted="record")
    return record.text, THINGS.find(state, record.text)
