"""Whether the papers of a vote hold: pure functions of the box and the paper, used by the chain and by whoever recomputes."""

from collections.abc import Sequence
from typing import NamedTuple

from zhulian.crypto import BadPoint, BadProof, Hasher
from zhulian.crypto.group import Curve, Point, group_of, read_point
from zhulian.crypto.proofs import Answer, Cipher, add_ciphers, verify_equal, verify_known, verify_one_of
from zhulian.crypto.sharing import combine_points, shown_share
from zhulian.errors import Refusal, Words
from zhulian.modules.ballot.errors import PaperForAnother, PaperProofWrong
from zhulian.modules.ballot.format import BallotPaper, DealPaper, KeyPaper, PartPaper
from zhulian.modules.ballot.state import Box, Deal, Sums
from zhulian.modules.ballot.statements import (
    DEAL_PURPOSE,
    KEY_PURPOSE,
    MARK_PURPOSE,
    PART_PURPOSE,
    TOTAL_PURPOSE,
    ballot_context,
    cipher_of,
    deal_context,
    key_context,
    part_context,
)

__all__ = ["Given", "add_to_sums", "choice_of_wrong_count", "empty_sums", "judge_ballot", "judge_deal", "judge_key", "judge_part",
           "key_of_deals", "require_for"]  # fmt: skip

_INFINITY = "00"


class Given(NamedTuple):
    """What is judged by: the digests of the chain, and its group."""

    hasher: Hasher
    group: Curve

    @classmethod
    def of(cls, hasher: Hasher) -> "Given":
        """For the chain of these digests."""
        return cls(hasher, group_of(hasher.suite))


def require_for(box: str, paper_box: str, by: str, paper_by: str) -> None:
    """Require that a paper was made for this box and by whoever hands it in.

    Raises:
        PaperForAnother.
    """
    if paper_box != box:
        raise PaperForAnother(given=paper_box[:200], wanted=box)
    if paper_by != by:
        raise PaperForAnother(given=paper_by, wanted=by)


def judge_key(given: Given, paper: KeyPaper) -> None:
    """Require that a trustee knows the key that it shows.

    Raises:
        PaperProofWrong.
    """
    try:
        key = read_point(given.group, paper.key)
        verify_known(
            given.hasher, given.group, KEY_PURPOSE, key_context(paper.box, paper.trustee), key, Answer.of_text(paper.known)
        )
    except (BadPoint, BadProof) as wrong:
        raise PaperProofWrong(why=wrong.words()) from None


def judge_deal(given: Given, box: Box, paper: DealPaper) -> None:
    """Require a deal of the right shape from somebody who knows what is shared. Whether shares are right only their holders see.

    Raises:
        PaperProofWrong.
    """
    if (len(paper.commitments), len(paper.sealed), len(paper.seeds)) != (box.threshold, *[len(box.trustees)] * 2):
        why = Words("份数与投票箱设置不符", "it has not as many parts as the box asks for")
        raise PaperProofWrong(why=why)
    context = deal_context(paper.box, paper.trustee, paper.commitments)
    try:
        commitments = [read_point(given.group, each) for each in paper.commitments]
        for each in paper.seeds:
            _ = read_point(given.group, each)
        verify_known(given.hasher, given.group, DEAL_PURPOSE, context, commitments[0], Answer.of_text(paper.known))
    except (BadPoint, BadProof) as wrong:
        raise PaperProofWrong(why=wrong.words()) from None


def key_of_deals(given: Given, deals: Sequence[Deal]) -> str:
    """The box's key: the sum of what all trustees share (Pedersen 1991)."""
    total = read_point(given.group, deals[0].commitments[0])
    for deal in deals[1:]:
        total = total + read_point(given.group, deal.commitments[0])
    return total.encode().hex()


def judge_ballot(given: Given, box: Box, paper: BallotPaper) -> list[Cipher]:
    """Require that every mark holds 0 or 1 and that as many are set as the box allows; gives the marks.

    Raises:
        PaperProofWrong.
    """
    span = range(box.least, box.most + 1)
    if len(paper.marks) != box.choices or len(paper.total) != len(span):
        raise PaperProofWrong(why=Words("选项数目与投票箱设置不符", "it has not as many choices as the box"))
    try:
        key = read_point(given.group, box.key)
        ciphers = []
        for choice, mark in enumerate(paper.marks):
            cipher = Cipher(read_point(given.group, mark.first), read_point(given.group, mark.second))
            context = ballot_context(paper.box, box.key, paper.voter, choice)
            proof = [Answer.of_text(each) for each in mark.proof]
            verify_one_of(given.hasher, given.group, MARK_PURPOSE, context, key, cipher, (0, 1), proof)
            ciphers.append(cipher)
        context = ballot_context(paper.box, box.key, paper.voter, -1)
        proof = [Answer.of_text(each) for each in paper.total]
        verify_one_of(given.hasher, given.group, TOTAL_PURPOSE, context, key, add_ciphers(ciphers), span, proof)
    except (BadPoint, BadProof) as wrong:
        raise PaperProofWrong(why=wrong.words()) from None
    return ciphers


def empty_sums(choices: int) -> Sums:
    """The sums of an empty box."""
    return Sums(firsts=(_INFINITY,) * choices, seconds=(_INFINITY,) * choices)


def add_to_sums(given: Given, sums: Sums, ciphers: Sequence[Cipher]) -> Sums:
    """The sums with one more ballot, or with those of another box."""
    added = []
    for first, second, cipher in zip(sums.firsts, sums.seconds, ciphers, strict=True):
        added.append(add_ciphers([cipher_of(given.group, first, second), cipher]))
    return Sums(
        firsts=tuple(each.first.encode().hex() for each in added), seconds=tuple(each.second.encode().hex() for each in added)
    )


def judge_part(given: Given, box: Box, deals: Sequence[Deal], sums: Sums, paper: PartPaper) -> None:
    """Require that a trustee's parts are its share times the first half of each sum.

    Raises:
        PaperProofWrong.
    """
    if len(paper.points) != box.choices or len(paper.proofs) != box.choices:
        raise PaperProofWrong(why=Words("份数与投票箱设置不符", "it has not as many parts as the box asks for"))
    try:
        share = _shown_share(given, box, deals, paper.trustee)
        for choice, (point, proof) in enumerate(zip(paper.points, paper.proofs, strict=True)):
            base, product = given.group.decode(bytes.fromhex(sums.firsts[choice])), given.group.decode(bytes.fromhex(point))
            context = part_context(paper.box, paper.trustee, choice)
            verify_equal(given.hasher, given.group, PART_PURPOSE, context, share, base, product, Answer.of_text(proof))
    except (BadPoint, BadProof) as wrong:
        raise PaperProofWrong(why=wrong.words()) from None


def _shown_share(given: Given, box: Box, deals: Sequence[Deal], trustee: str) -> Point:
    """A trustee's share of the whole key times G, from what all dealt."""
    holder = box.trustees.index(trustee) + 1
    shares = [shown_share(given.group, [read_point(given.group, each) for each in deal.commitments], holder) for deal in deals]
    total = shares[0]
    for each in shares[1:]:
        total = total + each
    return total


def choice_of_wrong_count(
    given: Given, box: Box, sums: Sums, parts: Sequence[tuple[str, Sequence[str]]], counts: Sequence[int]
) -> int | None:
    """The first choice whose count does not fit, from 0; None if all do. `parts` are those of `threshold` trustees."""
    try:
        for choice in range(box.choices):
            shares = [
                (box.trustees.index(trustee) + 1, given.group.decode(bytes.fromhex(points[choice]))) for trustee, points in parts
            ]
            opened = given.group.decode(bytes.fromhex(sums.seconds[choice])) - combine_points(given.group, shares)
            if opened != given.group.base_times(counts[choice]):
                return choice
    except Refusal:
        return 0
    return None
