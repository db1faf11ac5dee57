"""What the ballot module keeps: a box for each vote, its sums, its trustees' keys and parts, and who has voted."""

from typing import Annotated, Literal

from msgspec import Meta

from zhulian.ledger.collections import Map
from zhulian.ledger.types import Digest, Wire

__all__ = [
    "BALLOTS",
    "BOXES",
    "DEALS",
    "ENROLLED",
    "PARTS",
    "SUMS",
    "Ballot",
    "Box",
    "Deal",
    "Enrolled",
    "Part",
    "PointHex",
    "Sums",
]

PointHex = Annotated[str, Meta(pattern=r"\A(?:00|0[23][0-9a-f]{64})\Z")]
"""A point of the suite's group as it travels (docs/formats.md §2): 33 bytes, or one for infinity."""
Stage = Literal["enrolling", "dealing", "accepting", "open", "closed", "merged", "counted"]


class Box(Wire, frozen=True):
    """A ballot box. `trustees` are counted from 1 in their order; any `threshold` of them can open its sum, fewer cannot.

    A ballot marks at least `least` and at most `most` of the `choices`. `done` counts who has done what the stage asks for:
    enrolled, dealt or accepted. `key` is there once it is open; `counts` once it is counted; `base` names the box whose key it
    shares; `into` the box that its ballots went to.
    """

    ballots: int
    choices: int
    done: tuple[str, ...]
    least: int
    most: int
    stage: Stage
    threshold: int
    trustees: tuple[str, ...]
    base: str = ""
    counts: tuple[int, ...] = ()
    into: str = ""
    key: str = ""
    merged: int = 0


class Enrolled(Wire, frozen=True):
    """The key to which shares are sealed for a trustee."""

    key: PointHex


class Deal(Wire, frozen=True):
    """What a trustee dealt: its polynomial's coefficients times G, and for each trustee in order a sealed share."""

    commitments: tuple[PointHex, ...]
    sealed: tuple[Digest, ...]
    seeds: tuple[PointHex, ...]


class Sums(Wire, frozen=True):
    """For each choice the two halves of the sum of all ballots so far."""

    firsts: tuple[PointHex, ...]
    seconds: tuple[PointHex, ...]


class Ballot(Wire, frozen=True):
    """That a voter has voted: the digest of the paper, and the transaction that holds it."""

    paper: Digest
    transaction: str


class Part(Wire, frozen=True):
    """What a trustee's share makes of the first half of each sum, proved to be right."""

    points: tuple[PointHex, ...]


BOXES: Map[Box] = Map("ballot/boxes", Box, ("box",))
"""By the record that the box belongs to, as `RecordName.text` writes it."""
SUMS: Map[Sums] = Map("ballot/sums", Sums, ("box",))
ENROLLED: Map[Enrolled] = Map("ballot/enrolled", Enrolled, ("box", "trustee"))
DEALS: Map[Deal] = Map("ballot/deals", Deal, ("box", "trustee"))
PARTS: Map[Part] = Map("ballot/parts", Part, ("box", "trustee"))
BALLOTS: Map[Ballot] = Map("ballot/ballots", Ballot, ("box", "voter"))
