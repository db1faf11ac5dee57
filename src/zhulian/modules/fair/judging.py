"""Whether the papers of a draw hold: publicly verifiable secret sharing (Schoenmakers 1999).

Shares are sealed so that everybody can see that they are right, and only their holders can use them.
"""

from collections.abc import Sequence
from typing import NamedTuple

from zhulian.crypto import BadPoint, BadProof, Hasher
from zhulian.crypto.group import Curve, Point, group_of, read_point
from zhulian.crypto.proofs import Answer, verify_equal
from zhulian.crypto.sharing import combine_points, shown_share
from zhulian.errors import Words
from zhulian.modules.fair.errors import PaperForAnother, PaperProofWrong
from zhulian.modules.fair.format import DealPaper, KeyPaper, PartOf, RevealPaper
from zhulian.modules.fair.state import Dealt, Draw, Entered
from zhulian.modules.fair.statements import DEAL_PURPOSE, KEY_PURPOSE, RECOVERY_PURPOSE, context_of, second_generator

__all__ = ["Given", "judge_deal", "judge_key", "judge_part", "judge_reveal", "put_together", "require_for"]


class Given(NamedTuple):
    """What is judged by: the digests of the chain, its group, and the second generator."""

    hasher: Hasher
    group: Curve
    second: Point

    @classmethod
    def of(cls, hasher: Hasher) -> "Given":
        """For the chain of these digests."""
        return cls(hasher, group_of(hasher.suite), second_generator(hasher.suite))


def require_for(record: str, paper_record: str, by: str, paper_by: str) -> None:
    """Require that a paper was made for this draw and by whoever hands it in.

    Raises:
        PaperForAnother.
    """
    if paper_record != record:
        raise PaperForAnother(given=paper_record[:200], wanted=record)
    if paper_by != by:
        raise PaperForAnother(given=paper_by, wanted=by)


def judge_key(given: Given, paper: KeyPaper) -> None:
    """Require that one number k stands behind k·G and k·H.

    Raises:
        PaperProofWrong.
    """
    context = context_of(paper.record, paper.contributor, "")
    try:
        shown, key = read_point(given.group, paper.shown), read_point(given.group, paper.key)
        verify_equal(given.hasher, given.group, KEY_PURPOSE, context, shown, given.second, key, Answer.of_text(paper.proof))
    except (BadPoint, BadProof) as wrong:
        raise PaperProofWrong(why=wrong.words()) from None


def judge_deal(given: Given, draw: Draw, keys: Sequence[Entered], paper: DealPaper) -> None:
    """Require that every holder's sealed share is the one that the commitments promise.

    Raises:
        PaperProofWrong.
    """
    several = len(draw.contributors)
    if (len(paper.commitments), len(paper.sealed), len(paper.proofs)) != (draw.threshold, several, several):
        raise PaperProofWrong(why=Words("份数与抽签设置不符", "it has not as many parts as the draw asks for"))
    try:
        commitments = [read_point(given.group, each) for each in paper.commitments]
        for place, (holder, entered) in enumerate(zip(draw.contributors, keys, strict=True)):
            shown = shown_share(given.group, commitments, place + 1)
            base, product = read_point(given.group, entered.key), read_point(given.group, paper.sealed[place])
            context = context_of(paper.record, paper.contributor, holder)
            proof = Answer.of_text(paper.proofs[place])
            verify_equal(given.hasher, given.group, DEAL_PURPOSE, context, shown, base, product, proof)
    except (BadPoint, BadProof) as wrong:
        raise PaperProofWrong(why=wrong.words()) from None


def judge_reveal(given: Given, dealt: Dealt, paper: RevealPaper) -> str:
    """What the revealed secret comes to, f(0)·H in hex, if it is the one that was dealt.

    Raises:
        PaperProofWrong.
    """
    secret = int(paper.secret, 16)
    if secret >= given.group.order or given.group.base_times(secret).encode().hex() != dealt.commitments[0]:
        raise PaperProofWrong(why=Words("秘密数与承诺不符", "the secret is not the one committed to"))
    return given.second.times(secret).encode().hex()


def judge_part(given: Given, draw: Draw, entered: Entered, dealt: Dealt, record: str, holder: str, part: PartOf) -> None:
    """Require that a part is what was sealed for its holder, opened with the holder's key.

    Raises:
        PaperProofWrong.
    """
    place = draw.contributors.index(holder)
    try:
        shown, base = read_point(given.group, entered.shown), read_point(given.group, part.part)
        product = read_point(given.group, dealt.sealed[place])
        context = context_of(record, holder, part.dealer)
        verify_equal(given.hasher, given.group, RECOVERY_PURPOSE, context, shown, base, product, Answer.of_text(part.proof))
    except (BadPoint, BadProof) as wrong:
        raise PaperProofWrong(why=wrong.words()) from None


def put_together(given: Given, parts: Sequence[tuple[int, str]]) -> str:
    """A secret, f(0)·H in hex, from `threshold` or more judged parts by the places of their holders (from 1)."""
    return combine_points(given.group, [(place, read_point(given.group, part)) for place, part in parts]).encode().hex()
