"""What the trace module keeps: things by their records and identifiers, where they come from, their events, and recalls."""

from typing import Final

from zhulian.ledger.collections import Map
from zhulian.ledger.types import Wire

__all__ = [
    "ANCESTORS", "COUNTS", "EVENTS", "IDENTIFIERS", "MARKS", "NUMBERS", "THINGS", "USES", "WAYS", "Mark", "Recorded", "Thing", "number_text",
]  # fmt: skip

_DIGITS: Final = 16


class Thing(Wire, frozen=True):
    """A lot, an item or a pallet: its number in the instance (from 1), its identifier, who entered it, holds it, and may recall it besides.

    `within` is the record of what it is packed in, `bound_for` whom it was sent to; both empty where there is none. `depth` is how deep
    things are packed in it; `events`, `uses` and `marked` count or say what stands in the other collections.
    """

    holder: str
    identifier: str
    maker: str
    number: int
    bound_for: str = ""
    depth: int = 0
    events: int = 0
    marked: bool = False
    moved: bool = False
    overseer: str = ""
    uses: int = 0
    within: str = ""


class Recorded(Wire, frozen=True):
    """An event as it was recorded: its paper's digest-bearing parts, and when (block) and by which transaction."""

    by: str
    content: str
    height: int
    kind: str
    recorded_ms: int
    things: tuple[str, ...]
    time_ms: int
    transaction: str
    action: str = ""
    declared_wrong_by: str = ""
    disposition: str = ""
    made: tuple[str, ...] = ()
    step: str = ""
    wrong: str = ""


class Mark(Wire, frozen=True):
    """A recall: by whom, when (Unix milliseconds), in which block."""

    by: str
    height: int
    time_ms: int


THINGS: Map[Thing] = Map("trace/things", Thing, ("record",))
IDENTIFIERS: Map[str] = Map("trace/identifiers", str, ("identifier", "instance"))
"""The record of a thing in each application that follows it: what a resolver looks up."""
COUNTS: Map[int] = Map("trace/counts", int, ("instance",))
NUMBERS: Map[str] = Map("trace/numbers", str, ("instance", "number"))
ANCESTORS: Map[tuple[int, ...]] = Map("trace/ancestors", tuple[int, ...], ("record",))
"""The numbers of all that a thing comes from, directly or not, in their order."""
USES: Map[str] = Map("trace/uses", str, ("record", "number"))
"""What was made of a thing, or holds it, from 0."""
WAYS: Map[str] = Map("trace/ways", str, ("record", "number"))
"""The ids of a thing's events in the order in which they were recorded, from 0."""
EVENTS: Map[Recorded] = Map("trace/events", Recorded, ("instance", "event"))
MARKS: Map[Mark] = Map("trace/marks", Mark, ("instance", "number"))


def number_text(number: int) -> str:
    """A number as the part of a key, so that keys are in its order."""
    return f"{number:0{_DIGITS}d}"
