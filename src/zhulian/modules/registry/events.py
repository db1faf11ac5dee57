"""What the registry module announces; `claim` is the digest under which a number is kept."""

from zhulian.ledger.module import Event

__all__ = ["Claimed", "Freed", "SpaceSet"]


class SpaceSet(Event, frozen=True, tag="registry.space_set"):
    """A space was set up, or its rules were replaced."""

    space: str


class Claimed(Event, frozen=True, tag="registry.claimed"):
    """A record has taken a number."""

    claim: str
    instance: str
    record: str
    space: str


class Freed(Event, frozen=True, tag="registry.freed"):
    """A number may be taken again; `action` of the instance has freed it."""

    action: str
    claim: str
    instance: str
    record: str
    space: str
