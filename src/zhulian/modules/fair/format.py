"""The papers of a draw as they are handed in: canonical JSON that says for which draw and by whom it was made (docs/formats.md, "Papers of a draw")."""

from typing import Annotated, Literal, TypeVar

from msgspec import Meta

from zhulian import canonical
from zhulian.errors import Refusal
from zhulian.ledger.types import Digest, SignatureHex, Wire
from zhulian.modules.fair.errors import PaperMalformed
from zhulian.modules.fair.limits import CONTRIBUTORS_MAX, PAPER_BYTES_MAX
from zhulian.modules.fair.state import PointHex

__all__ = ["DEAL", "KEY", "RECOVERY", "REVEAL", "DealPaper", "KeyPaper", "PartOf", "RecoveryPaper", "RevealPaper", "read_paper"]

RecordText = Annotated[str, Meta(min_length=3, max_length=600)]
Party = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,30}\Z")]
AnswerHex = SignatureHex


class KeyPaper(Wire, frozen=True):
    """A contributor's key for shares: k·G and k·H, with a proof that one number stands behind both."""

    contributor: Party
    format: Literal["zhulian/draw-key/1"]
    key: PointHex
    proof: AnswerHex
    record: RecordText
    shown: PointHex


class DealPaper(Wire, frozen=True):
    """A secret, dealt: coefficients times G; for each contributor f(j) times its key, with a proof that it is f(j)."""

    commitments: Annotated[list[PointHex], Meta(min_length=1, max_length=CONTRIBUTORS_MAX)]
    contributor: Party
    format: Literal["zhulian/draw-deal/1"]
    proofs: Annotated[list[AnswerHex], Meta(min_length=1, max_length=CONTRIBUTORS_MAX)]
    record: RecordText
    sealed: Annotated[list[PointHex], Meta(min_length=1, max_length=CONTRIBUTORS_MAX)]


class RevealPaper(Wire, frozen=True):
    """A contributor's own secret, f(0), 32 bytes."""

    contributor: Party
    format: Literal["zhulian/draw-reveal/1"]
    record: RecordText
    secret: Digest


class PartOf(Wire, frozen=True):
    """A holder's part f(j)·H of a dealer's secret, with a proof that it is what was sealed for the holder."""

    dealer: Party
    part: PointHex
    proof: AnswerHex


class RecoveryPaper(Wire, frozen=True):
    """A holder's parts of secrets that their dealers have not revealed."""

    contributor: Party
    format: Literal["zhulian/draw-recovery/1"]
    parts: Annotated[list[PartOf], Meta(min_length=1, max_length=CONTRIBUTORS_MAX)]
    record: RecordText


KEY: canonical.Codec[KeyPaper] = canonical.Codec(KeyPaper)
DEAL: canonical.Codec[DealPaper] = canonical.Codec(DealPaper)
REVEAL: canonical.Codec[RevealPaper] = canonical.Codec(RevealPaper)
RECOVERY: canonical.Codec[RecoveryPaper] = canonical.Codec(RecoveryPaper)

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
