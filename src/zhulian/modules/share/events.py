"""What the share module announces."""

from typing import Literal

from zhulian.ledger.module import Event

__all__ = [
    "Declined",
    "EmergencyOpened",
    "Erased",
    "Granted",
    "Offered",
    "Opened",
    "Registered",
    "Requested",
    "Restricted",
    "Reviewed",
    "Rewrapped",
    "Served",
    "TakenOver",
    "Withdrawn",
]


class Registered(Event, frozen=True, tag="share.registered"):
    """Sealed content is named; `readers` may fetch it. `proposed`: another owner takes it over once what is proposed is done.
    `describes`: it says what the owner's content with that commitment is.
    """

    content: str
    guarded: bool
    owner: str
    readers: tuple[str, ...]
    describes: str | None = None
    proposed: bool = False
    via: str | None = None


class TakenOver(Event, frozen=True, tag="share.taken_over"):
    """Content that was registered with a proposal is its owner's from now on, as its definition says."""

    content: str
    owner: str
    via: str | None = None


class Rewrapped(Event, frozen=True, tag="share.rewrapped"):
    """Later readers were handed the key of private content."""

    content: str
    owner: str
    readers: tuple[str, ...]


class Granted(Event, frozen=True, tag="share.granted"):
    """A party may open what the scope covers."""

    owner: str
    scope: str
    to: str
    via: str | None = None


class Withdrawn(Event, frozen=True, tag="share.withdrawn"):
    """A party may read no more."""

    owner: str
    scope: str
    to: str
    via: str | None = None


class Opened(Event, frozen=True, tag="share.opened"):
    """Guarded content was opened for a purpose; its keepers release their shares."""

    content: str
    kind: Literal["emergency", "granted", "mandate"]
    opening: str
    owner: str
    purpose: str
    reader: str
    via: str | None = None


class EmergencyOpened(Event, frozen=True, tag="share.emergency_opened"):
    """An alert to the owner: its content was opened without a grant, and a review is due."""

    content: str
    opening: str
    owner: str
    reader: str
    reason: str


class Reviewed(Event, frozen=True, tag="share.reviewed"):
    """The owner has judged an emergency opening."""

    opening: str
    owner: str
    verdict: Literal["justified", "unjustified"]


class Served(Event, frozen=True, tag="share.served"):
    """A keeper has released its share for an opening."""

    keeper: str
    opening: str
    reader: str


class Erased(Event, frozen=True, tag="share.erased"):
    """Content was erased: vaults destroy sealed bytes and wrapped keys."""

    basis: str
    blob: str
    content: str
    owner: str
    via: str | None = None


class Restricted(Event, frozen=True, tag="share.restricted"):
    """Content is kept and no longer handed out."""

    content: str
    owner: str
    via: str | None = None


class Offered(Event, frozen=True, tag="share.offered"):
    """A catalogue entry was made or changed."""

    entry: str
    owner: str
    withdrawn: bool


class Requested(Event, frozen=True, tag="share.requested"):
    """Somebody asks for a grant on a catalogue entry."""

    entry: str
    owner: str
    purpose: str
    requester: str
    via: str | None = None


class Declined(Event, frozen=True, tag="share.declined"):
    """A request was declined."""

    entry: str
    owner: str
    requester: str
