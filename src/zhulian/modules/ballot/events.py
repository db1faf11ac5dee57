"""What the ballot module announces; `box` is the record that the box belongs to."""

from zhulian.ledger.module import Event
from zhulian.ledger.types import Digest

__all__ = ["BallotCast", "BoxClosed", "BoxCounted", "BoxMerged", "BoxOpened", "BoxSetUp", "KeyAccepted", "KeyDealt", "PartGiven",
           "TrusteeEnrolled"]  # fmt: skip


class BoxSetUp(Event, frozen=True, tag="ballot.box_set_up"):
    """A box was made; it opens when all its trustees have accepted their shares of its key."""

    box: str
    choices: int
    threshold: int
    trustees: list[str]


class TrusteeEnrolled(Event, frozen=True, tag="ballot.trustee_enrolled"):
    """A trustee has shown the key to which its shares are sealed."""

    box: str
    trustee: str


class KeyDealt(Event, frozen=True, tag="ballot.key_dealt"):
    """A trustee has dealt shares of its part of the key."""

    box: str
    trustee: str


class KeyAccepted(Event, frozen=True, tag="ballot.key_accepted"):
    """A trustee has opened its shares and found them right."""

    box: str
    trustee: str


class BoxOpened(Event, frozen=True, tag="ballot.box_opened"):
    """The key stands, and ballots can be cast."""

    box: str
    key: str


class BallotCast(Event, frozen=True, tag="ballot.ballot_cast"):
    """A voter has voted; the paper is in the transaction."""

    box: str
    paper: Digest
    voter: str


class BoxClosed(Event, frozen=True, tag="ballot.box_closed"):
    """No more ballots are taken."""

    ballots: int
    box: str


class BoxMerged(Event, frozen=True, tag="ballot.box_merged"):
    """The ballots of a small box were added to another."""

    ballots: int
    box: str
    into: str


class PartGiven(Event, frozen=True, tag="ballot.part_given"):
    """A trustee has given its part of the opening of the sums."""

    box: str
    trustee: str


class BoxCounted(Event, frozen=True, tag="ballot.box_counted"):
    """The counts of the choices in their order, proved by the parts of the trustees."""

    ballots: int
    box: str
    counts: list[int]
