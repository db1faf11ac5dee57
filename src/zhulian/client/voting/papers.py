"""The papers of a vote, made where their secrets are: keys, deals, ballots, and the parts that open a sum."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from zhulian.crypto import BadShare, Hasher
from zhulian.crypto.group import NUMBER_BYTES, Curve, Point, group_of, random_number, read_point
from zhulian.crypto.proofs import add_ciphers, encrypt_number, prove_equal, prove_known, prove_one_of
from zhulian.crypto.sharing import commitments_of, share_of, shown_share
from zhulian.modules.ballot.format import BALLOT, DEAL, KEY, PARTS_GIVEN, BallotPaper, DealPaper, KeyPaper, Mark, PartPaper
from zhulian.modules.ballot.state import Box, Deal, Sums
from zhulian.modules.ballot.statements import (
    DEAL_PURPOSE,
    KEY_PURPOSE,
    MARK_PURPOSE,
    PART_PURPOSE,
    TOTAL_PURPOSE,
    ballot_context,
    deal_context,
    key_context,
    mask_share,
    part_context,
    trustee_context,
)

__all__ = ["TrusteeSecrets", "make_ballot", "make_deal", "make_key", "make_part", "open_shares"]


@dataclass(frozen=True, repr=False)
class TrusteeSecrets:
    """What a trustee of one box keeps to itself: the key for shares, and the polynomial that it deals."""

    share_key: int
    polynomial: tuple[int, ...]

    @classmethod
    def derive(cls, hasher: Hasher, secret: bytes, box: str, trustee: str, threshold: int) -> "TrusteeSecrets":
        """The secrets that follow from a secret of the trustee's, so that whoever keeps that one loses none of these.

        Each number is made of two digests, so that none is likelier than another by more than 2^−256.
        """
        group = group_of(hasher.suite)

        def number(place: int) -> int:
            named = key_context(box, trustee) + place.to_bytes(2, "big")
            drawn = b"".join(hasher.suite.hmac(secret, hasher.preimage("ballot-secret", half + named)) for half in (b"\0", b"\1"))
            return 1 + int.from_bytes(drawn, "big") % (group.order - 1)

        return cls(number(0), tuple(number(1 + power) for power in range(threshold)))


def make_key(hasher: Hasher, box: str, trustee: str, secrets: TrusteeSecrets) -> str:
    """A trustee's key for shares with the proof that it knows it, as canonical JSON."""
    group = group_of(hasher.suite)
    known = prove_known(hasher, group, KEY_PURPOSE, key_context(box, trustee), secrets.share_key)
    key = group.base_times(secrets.share_key).encode().hex()
    paper = KeyPaper(box=box, format="zhulian/ballot-key/1", key=key, known=known.text, trustee=trustee)
    return KEY.encode(paper).decode()


def make_deal(hasher: Hasher, name: str, box: Box, keys: Sequence[str], trustee: str, secrets: TrusteeSecrets) -> str:
    """A trustee's part of the key, with a share for each trustee sealed to its key; `keys` in the order of the trustees.

    Raises:
        BadPoint: if a key is none.
    """
    group = group_of(hasher.suite)
    commitments = [each.encode().hex() for each in commitments_of(group, secrets.polynomial)]
    known = prove_known(hasher, group, DEAL_PURPOSE, deal_context(name, trustee, commitments), secrets.polynomial[0])
    seeds, sealed = [], []
    for place, (holder, key) in enumerate(zip(box.trustees, keys, strict=True)):
        number = random_number(group)
        seed, common = group.base_times(number), read_point(group, key).times(number)
        share = share_of(group, secrets.polynomial, place + 1).to_bytes(NUMBER_BYTES, "big")
        seeds.append(seed.encode().hex())
        sealed.append(mask_share(hasher, trustee_context(name, trustee, holder), seed, common, share).hex())
    paper = DealPaper(
        box=name,
        commitments=commitments,
        format="zhulian/ballot-deal/1",
        known=known.text,
        sealed=sealed,
        seeds=seeds,
        trustee=trustee,
    )
    return DEAL.encode(paper).decode()


def open_shares(hasher: Hasher, name: str, box: Box, deals: Sequence[Deal], trustee: str, secrets: TrusteeSecrets) -> int:
    """A trustee's share of the whole key, from what all dealt to it.

    Raises:
        BadShare: if one does not fit what its dealer published.
    """
    group, place = group_of(hasher.suite), box.trustees.index(trustee)
    total = 0
    for dealer, deal in zip(box.trustees, deals, strict=True):
        seed = read_point(group, deal.seeds[place])
        context = trustee_context(name, dealer, trustee)
        opened = mask_share(hasher, context, seed, seed.times(secrets.share_key), bytes.fromhex(deal.sealed[place]))
        share = int.from_bytes(opened, "big")
        if share >= group.order or group.base_times(share) != shown_share(group, _points(group, deal.commitments), place + 1):
            raise BadShare(dealer=dealer, holder=trustee)
        total += share
    return total % group.order


def make_ballot(hasher: Hasher, name: str, box: Box, voter: str, marked: Collection[int]) -> str:
    """A voter's ballot with the choices in `marked`, counted from 1. What the box does not allow is made all the same, and refused."""
    group = group_of(hasher.suite)
    key = read_point(group, box.key)
    ciphers, blinds, marks = [], [], []
    for choice in range(box.choices):
        value, blind = int(choice + 1 in marked), random_number(group)
        cipher = encrypt_number(group, key, value, blind)
        context = ballot_context(name, box.key, voter, choice)
        proof = prove_one_of(hasher, group, MARK_PURPOSE, context, key, cipher, (0, 1), value, blind)
        first, second = cipher.first.encode().hex(), cipher.second.encode().hex()
        marks.append(Mark(first=first, proof=[each.text for each in proof], second=second))
        ciphers.append(cipher)
        blinds.append(blind)
    span = range(box.least, box.most + 1)
    claimed = min(max(len(set(marked)), box.least), box.most)
    context = ballot_context(name, box.key, voter, -1)
    total = prove_one_of(
        hasher, group, TOTAL_PURPOSE, context, key, add_ciphers(ciphers), span, claimed, sum(blinds) % group.order
    )
    paper = BallotPaper(box=name, format="zhulian/ballot/1", marks=marks, total=[each.text for each in total], voter=voter)
    return BALLOT.encode(paper).decode()


def make_part(hasher: Hasher, name: str, box: Box, sums: Sums, trustee: str, share: int) -> str:
    """A trustee's part of the opening of a box's sums, by its share of the key."""
    group = group_of(hasher.suite)
    points, proofs = [], []
    for choice, first in enumerate(sums.firsts):
        base = group.decode(bytes.fromhex(first))
        points.append(base.times(share).encode().hex())
        proof = prove_equal(hasher, group, PART_PURPOSE, part_context(name, trustee, choice), base, share)
        proofs.append(proof.text)
    paper = PartPaper(box=name, format="zhulian/ballot-part/1", points=points, proofs=proofs, trustee=trustee)
    return PARTS_GIVEN.encode(paper).decode()


def _points(group: Curve, texts: Sequence[str]) -> list[Point]:
    return [read_point(group, each) for each in texts]
