"""What the oracle module announces."""

from zhulian.ledger.module import Event

__all__ = ["Asked", "Closed", "Opened", "Quoted", "Reported"]


class Opened(Event, frozen=True, tag="oracle.opened"):
    """A source was opened: `needed` of the readers must agree."""

    needed: int
    readers: list[str]
    source: str


class Closed(Event, frozen=True, tag="oracle.closed"):
    """A source takes no more quotes."""

    source: str


class Quoted(Event, frozen=True, tag="oracle.quoted"):
    """Enough readers agree on a value as of a time (Unix seconds)."""

    readers: list[str]
    source: str
    time: int
    value: int


class Asked(Event, frozen=True, tag="oracle.asked"):
    """A party asks for a new quote, which will have this number."""

    number: int
    party: str
    source: str


class Reported(Event, frozen=True, tag="oracle.reported"):
    """A reader has handed in what it read as of a time (Unix seconds)."""

    reader: str
    source: str
    time: int
    value: int
