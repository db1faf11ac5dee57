"""The papers of a vote as they are handed in: canonical JSON that says for which box and by whom it was made (docs/formats.md, "Papers of a vote")."""

from typing import Annotated, Literal, TypeVar

from msgspec import Meta

from zhulian import canonical
from zhulian.errors import Refusal
from zhulian.ledger.types import Digest, SignatureHex, Wire
from zhulian.modules.ballot.errors import PaperMalformed
from zhulian.modules.ballot.limits import CHOICES_MAX, PAPER_BYTES_MAX, TRUSTEES_MAX
from zhulian.modules.ballot.state import PointHex

__all__ = ["BALLOT", "DEAL", "KEY", "PARTS_GIVEN", "BallotPaper", "DealPaper", "KeyPaper", "Mark", "PartPaper", "read_paper"]

BoxName = Annotated[str, Meta(min_length=3, max_length=600)]
Party = Annotated[str, Meta(pattern=r"\A(?:[a-z][a-z0-9-]{0,30}|~[0-9a-f]{32})\Z")]
AnswerHex = SignatureHex
"""A challenge and its answer, two numbers of 32 bytes."""


class KeyPaper(Wire, frozen=True):
    """A trustee's key for shares, with a proof that it knows it."""

    box: BoxName
    format: Literal["zhulian/ballot-key/1"]
    key: PointHex
    known: AnswerHex
    trustee: Party


class DealPaper(Wire, frozen=True):
    """A trustee's part of the key: coefficients times G, a proof that it knows the first, and a sealed share for each trustee.

    `sealed[j]` is f(j+1) masked with the digest of what `seeds[j]` and the key of trustee j make together.
    """

    box: BoxName
    commitments: Annotated[list[PointHex], Meta(min_length=1, max_length=TRUSTEES_MAX)]
    format: Literal["zhulian/ballot-deal/1"]
    known: AnswerHex
    sealed: Annotated[list[Digest], Meta(min_length=1, max_length=TRUSTEES_MAX)]
    seeds: Annotated[list[PointHex], Meta(min_length=1, max_length=TRUSTEES_MAX)]
    trustee: Party


class Mark(Wire, frozen=True):
    """One choice: an encryption of 0 or 1, and a proof that it is one of them."""

    first: PointHex
    proof: Annotated[list[AnswerHex], Meta(min_length=2, max_length=2)]
    second: PointHex


class BallotPaper(Wire, frozen=True):
    """A voter's ballot: a mark for each choice, and a proof of how many are set."""

    box: BoxName
    format: Literal["zhulian/ballot/1"]
    marks: Annotated[list[Mark], Meta(min_length=1, max_length=CHOICES_MAX)]
    total: Annotated[list[AnswerHex], Meta(min_length=1, max_length=CHOICES_MAX)]
    voter: Party


class PartPaper(Wire, frozen=True):
    """A trustee's part of the opening: its share times the first half of each sum, each with a proof."""

    box: BoxName
    format: Literal["zhulian/ballot-part/1"]
    points: Annotated[list[PointHex], Meta(min_length=1, max_length=CHOICES_MAX)]
    proofs: Annotated[list[AnswerHex], Meta(min_length=1, max_length=CHOICES_MAX)]
    trustee: Party


KEY: canonical.Codec[KeyPaper] = canonical.Codec(KeyPaper)
DEAL: canonical.Codec[DealPaper] = canonical.Codec(DealPaper)
BALLOT: canonical.Codec[BallotPaper] = canonical.Codec(BallotPaper)
PARTS_GIVEN: canonical.Codec[PartPaper] = canonical.Codec(PartPaper)

_Paper = TypeVar("_Paper")


def read_paper(codec: canonical.Codec[_Paper], text: str) -> _Paper:
    """Read a paper from its canonical JSON.

    Raises:
        PaperMalformed.
    """
    try:
        return codec.decode(text.encode("utf-8", "surrogatepass"), PAPER_BYTES_MAX)
    except Refusal as refusal:
        raise PaperMalformed(why=refusal.words()) from None
