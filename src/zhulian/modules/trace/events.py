"""What the trace module announces."""

from zhulian.ledger.module import Event

__all__ = ["ErrorDeclared", "EventRecorded", "HolderChanged", "LotRecalled", "ThingTracked"]


class ThingTracked(Event, frozen=True, tag="trace.tracked"):
    """A thing is followed from now on, under its identifier."""

    holder: str
    identifier: str
    record: str


class EventRecorded(Event, frozen=True, tag="trace.recorded"):
    """An EPCIS event was recorded; `step` is its business step."""

    by: str
    event: str
    record: str
    step: str


class HolderChanged(Event, frozen=True, tag="trace.taken_in"):
    """A thing has come into other hands."""

    holder: str
    record: str


class LotRecalled(Event, frozen=True, tag="trace.recalled"):
    """A thing is recalled, and with it all that comes from it."""

    by: str
    record: str


class ErrorDeclared(Event, frozen=True, tag="trace.error_declared"):
    """An event was declared wrong by a later one."""

    by: str
    event: str
    wrong: str
