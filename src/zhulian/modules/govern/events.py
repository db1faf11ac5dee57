"""What the govern module announces."""

from zhulian.ledger.module import Event

__all__ = [
    "LimitsSet",
    "Passed",
    "Proposed",
    "Rejected",
    "SealersSet",
    "TakenDownNow",
    "VersionSet",
    "Voted",
    "WorkdaysSet",
]


class Proposed(Event, frozen=True, tag="govern.proposed"):
    """A proposal is open for votes until block time `closes` (Unix seconds)."""

    closes: int
    proposal: str


class Voted(Event, frozen=True, tag="govern.voted"):
    """An organisation has voted."""

    organisation: str
    proposal: str
    vote: str


class Passed(Event, frozen=True, tag="govern.passed"):
    """A proposal has passed; the events of its actions follow."""

    proposal: str


class Rejected(Event, frozen=True, tag="govern.rejected"):
    """A proposal can no longer pass."""

    proposal: str


class LimitsSet(Event, frozen=True, tag="govern.limits_set"):
    """Other limits hold from the next block."""


class VersionSet(Event, frozen=True, tag="govern.version_set"):
    """A module runs another version from a height on."""

    from_height: int
    module: str
    version: int


class Recovered(Event, frozen=True, tag="govern.recovered"):
    """The members that are named went on without the others, by an agreement outside the chain."""

    agreement: str
    members: tuple[str, ...]


class SealersSet(Event, frozen=True, tag="govern.sealers_set"):
    """Another set seals blocks from the next block."""

    sealers: tuple[str, ...]


class TakenDownNow(Event, frozen=True, tag="govern.taken_down"):
    """The body of a transaction is taken down; its proofs stand."""

    reason: str
    transaction: str


class WorkdaysSet(Event, frozen=True, tag="govern.workdays_set"):
    """The calendar of workdays is another."""
