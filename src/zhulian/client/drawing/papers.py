"""The papers of a draw, made where their secrets are: keys, deals, reveals, and parts of what others withhold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhulian.crypto import Hasher
from zhulian.crypto.group import NUMBER_BYTES, group_of, read_point
from zhulian.crypto.proofs import prove_equal
from zhulian.crypto.sharing import commitments_of, share_of
from zhulian.modules.fair.format import DEAL, KEY, RECOVERY, REVEAL, DealPaper, KeyPaper, PartOf, RecoveryPaper, RevealPaper
from zhulian.modules.fair.state import Dealt, Draw
from zhulian.modules.fair.statements import DEAL_PURPOSE, KEY_PURPOSE, RECOVERY_PURPOSE, context_of, second_generator

__all__ = ["ContributorSecrets", "make_deal", "make_key", "make_recovery", "make_reveal"]


@dataclass(frozen=True, repr=False)
class ContributorSecrets:
    """What a contributor to one draw keeps to itself: the key for shares, and the polynomial whose first number is its secret."""

    share_key: int
    polynomial: tuple[int, ...]

    @classmethod
    def derive(cls, hasher: Hasher, secret: bytes, record: str, contributor: str, threshold: int) -> "ContributorSecrets":
        """The secrets that follow from a secret of the contributor's, so that whoever keeps that one loses none of these."""
        group = group_of(hasher.suite)

        def number(place: int) -> int:
            named = context_of(record, contributor, "") + place.to_bytes(2, "big")
            drawn = b"".join(hasher.suite.hmac(secret, hasher.preimage("draw-secret", half + named)) for half in (b"\0", b"\1"))
            return 1 + int.from_bytes(drawn, "big") % (group.order - 1)

        return cls(number(0), tuple(number(1 + power) for power in range(threshold)))


def make_key(hasher: Hasher, record: str, contributor: str, secrets: ContributorSecrets) -> str:
    """A contributor's key for shares, as canonical JSON."""
    group, second = group_of(hasher.suite), second_generator(hasher.suite)
    proof = prove_equal(hasher, group, KEY_PURPOSE, context_of(record, contributor, ""), second, secrets.share_key)
    paper = KeyPaper(
        contributor=contributor,
        format="zhulian/draw-key/1",
        key=second.times(secrets.share_key).encode().hex(),
        proof=proof.text,
        record=record,
        shown=group.base_times(secrets.share_key).encode().hex(),
    )
    return KEY.encode(paper).decode()


def make_deal(hasher: Hasher, record: str, draw: Draw, keys: Sequence[str], contributor: str, secrets: ContributorSecrets) -> str:
    """A contributor's secret, dealt to all; `keys` in the order of the contributors.

    Raises:
        BadPoint: if a key is none.
    """
    group = group_of(hasher.suite)
    sealed, proofs = [], []
    for place, (holder, key) in enumerate(zip(draw.contributors, keys, strict=True)):
        base, share = read_point(group, key), share_of(group, secrets.polynomial, place + 1)
        sealed.append(base.times(share).encode().hex())
        proofs.append(prove_equal(hasher, group, DEAL_PURPOSE, context_of(record, contributor, holder), base, share).text)
    paper = DealPaper(
        commitments=[each.encode().hex() for each in commitments_of(group, secrets.polynomial)],
        contributor=contributor,
        format="zhulian/draw-deal/1",
        proofs=proofs,
        record=record,
        sealed=sealed,
    )
    return DEAL.encode(paper).decode()


def make_reveal(record: str, contributor: str, secrets: ContributorSecrets) -> str:
    """A contributor's own secret."""
    secret = secrets.polynomial[0].to_bytes(NUMBER_BYTES, "big").hex()
    paper = RevealPaper(contributor=contributor, format="zhulian/draw-reveal/1", record=record, secret=secret)
    return REVEAL.encode(paper).decode()


def make_recovery(
    hasher: Hasher, record: str, draw: Draw, withheld: Mapping[str, Dealt], contributor: str, secrets: ContributorSecrets
) -> str:
    """A contributor's parts of the secrets that the dealers in `withheld` have not revealed."""
    group, place = group_of(hasher.suite), draw.contributors.index(contributor)
    opens = pow(secrets.share_key, -1, group.order)
    parts = []
    for dealer, dealt in withheld.items():
        part = read_point(group, dealt.sealed[place]).times(opens)
        context = context_of(record, contributor, dealer)
        proof = prove_equal(hasher, group, RECOVERY_PURPOSE, context, part, secrets.share_key)
        parts.append(PartOf(dealer=dealer, part=part.encode().hex(), proof=proof.text))
    paper = RecoveryPaper(contributor=contributor, format="zhulian/draw-recovery/1", parts=parts, record=record)
    return RECOVERY.encode(paper).decode()
