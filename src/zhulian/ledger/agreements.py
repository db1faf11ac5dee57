"""What members agree on outside the chain, since the chain stands still: to skip a transaction, or to go on without some of them.

An agreement is one JSON document that members sign with their seal keys (docs/formats.md §25). Whoever holds the former set
of sealers, which a proof leads to from genesis, can check it offline.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from zhulian.canonical import Codec
from zhulian.crypto import BadSignature, Hasher, fingerprint
from zhulian.errors import Refusal, Words
from zhulian.ledger.blocks import header_digest, sealers_root
from zhulian.ledger.genesis import EngineKey
from zhulian.ledger.limits import HARD
from zhulian.ledger.types import Digest, Header, Milliseconds, Sealer, Seconds, SignatureHex, Wire

__all__ = [
    "AGREEMENT_BYTES_MAX",
    "NO_RECOVERIES",
    "Agreement",
    "Assent",
    "BadAgreement",
    "Recover",
    "Skip",
    "agreement_digest",
    "agreement_preimage",
    "decode_agreement",
    "encode_agreement",
    "power_of",
    "recovery_at",
    "verify_assents",
    "verify_recovery",
    "verify_skip",
]

AGREEMENT_BYTES_MAX = 256 * 1024
_FORMAT = "zhulian/agreement/1"
Name = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,30}\Z")]


class BadAgreement(
    Refusal,
    code="ledger/40",
    zh="协议文件不成立：{why.zh}。请核对文件，并请应签署的成员补签后重试。",
    en="The agreement does not hold: {why.en}. Compare the file, let the members sign that must, and try again.",
):
    why: Words


class Skip(Wire, frozen=True, tag_field="type", tag="skip"):
    """Do not execute a transaction that makes the program fail inside; a block records it as refused (ledger/4).

    `height` is that of the next block when it was agreed, whose sealers sign.
    """

    height: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    transaction: Digest


class Recover(Wire, frozen=True, tag_field="type", tag="recover"):
    """Go on after `header` with `sealers` alone, some of the `former` set, since the others are lost for good.

    `former` is the set that the header commits to. The block after it records the agreement, at `time_ms`. `validators` are the
    keys by which the engines of those that go on vote.
    """

    former: Annotated[list[Sealer], Meta(min_length=1, max_length=HARD.organisations_max)]
    header: Header
    sealers: Annotated[list[Sealer], Meta(min_length=1, max_length=HARD.organisations_max)]
    time_ms: Milliseconds
    validators: dict[Name, EngineKey]


class Assent(Wire, frozen=True):
    """A member's signature with its seal key."""

    key: Digest
    sealer: Name
    signature: SignatureHex


class Agreement(Wire, frozen=True):
    """The document. `made` is when it was drawn up, by the clock of whoever did; `reason` is for people."""

    act: Skip | Recover
    chain: str
    format: str
    made: Seconds
    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    assents: Annotated[list[Assent], Meta(max_length=HARD.organisations_max)] = msgspec.field(default_factory=list)


NO_RECOVERIES: Mapping[int, Agreement] = {}
"""A chain that never had to go on without lost members."""

_CODEC: Codec[Agreement] = Codec(Agreement)


def encode_agreement(agreement: Agreement) -> bytes:
    """Its canonical bytes."""
    return _CODEC.encode(agreement)


def decode_agreement(data: bytes, chain: str) -> Agreement:
    """The agreement in `data`, of this chain.

    Raises:
        BadAgreement, or a Refusal that names what is wrong with its form.
    """
    found = _CODEC.decode(data, AGREEMENT_BYTES_MAX)
    if found.format != _FORMAT or found.chain != chain:
        raise BadAgreement(why=Words("属于另一条链或另一格式", "it is of another chain or format"))
    names = [each.sealer for each in found.assents]
    if names != sorted(set(names)):
        raise BadAgreement(why=Words("签名未按名称排序，或有重复", "the signatures are not sorted by name, or one comes twice"))
    return found


def agreement_preimage(hasher: Hasher, agreement: Agreement) -> bytes:
    """What every member signs: the document without its signatures."""
    return hasher.preimage("agreement", _CODEC.encode(msgspec.structs.replace(agreement, assents=[])))


def agreement_digest(hasher: Hasher, agreement: Agreement) -> bytes:
    """The agreement's name, which its signatures do not change."""
    return hasher.suite.digest(agreement_preimage(hasher, agreement))


def verify_assents(hasher: Hasher, agreement: Agreement, sealers: Sequence[Sealer]) -> tuple[str, ...]:
    """Verify all signatures that an agreement has, each of a member of `sealers`; answers the members' names.

    Raises:
        BadAgreement: naming the first that does not hold.
    """
    members = {each.sealer: each for each in sealers}
    preimage = agreement_preimage(hasher, agreement)
    for each in agreement.assents:
        member = members.get(each.sealer)
        if member is None:
            raise BadAgreement(why=Words(f"{each.sealer} 不是签章节点", f"{each.sealer} is no sealer"))
        public_key = bytes.fromhex(member.public_key)
        try:
            if fingerprint(hasher.suite, public_key) != each.key:
                raise BadSignature()
            hasher.suite.verify(public_key, preimage, bytes.fromhex(each.signature))
        except Refusal:
            raise BadAgreement(why=Words(f"{each.sealer} 的签名无效", f"the signature of {each.sealer} is not valid")) from None
    return tuple(each.sealer for each in agreement.assents)


def power_of(names: Sequence[str], sealers: Sequence[Sealer]) -> int:
    """The power that these members have together."""
    return sum(each.power for each in sealers if each.sealer in names)


def verify_recovery(hasher: Hasher, agreement: Agreement) -> Recover:
    """Hold that all who go on are of the set that the header commits to, unchanged, and have signed.

    Raises:
        BadAgreement.
    """
    act = agreement.act
    if not isinstance(act, Recover):
        raise BadAgreement(why=Words("它不是恢复协议", "it is about something else than going on without lost members"))
    former = act.former
    if sealers_root(hasher, former).hex() != act.header.next_sealers_root:
        raise BadAgreement(
            why=Words("原签章名单与区块头所承诺的不同", "the header commits to another set than the former one named")
        )
    if any(each not in former for each in act.sealers) or len({each.sealer for each in act.sealers}) < len(act.sealers):
        raise BadAgreement(
            why=Words("留任的节点须属于原签章名单，且不得改动", "those who go on must be of the former set, unchanged")
        )
    if sorted(act.validators) != [each.sealer for each in act.sealers]:
        raise BadAgreement(why=Words("留任节点与共识密钥不一致", "not every one that goes on has an engine's key"))
    names = verify_assents(hasher, agreement, former)
    lacking = [each.sealer for each in act.sealers if each.sealer not in names]
    if lacking:
        who = ", ".join(lacking)
        raise BadAgreement(why=Words(f"{who} 尚未签署", f"{who} has not signed"))
    return act


def verify_skip(hasher: Hasher, agreement: Agreement, sealers: Sequence[Sealer]) -> Skip:
    """Hold that more than two thirds of the power of `sealers` have signed.

    Raises:
        BadAgreement.
    """
    act = agreement.act
    if not isinstance(act, Skip):
        raise BadAgreement(why=Words("它不是跳过交易的协议", "it is about something else than skipping a transaction"))
    power, whole = power_of(verify_assents(hasher, agreement, sealers), sealers), sum(each.power for each in sealers)
    if power * 3 <= whole * 2:
        why = Words(
            f"已签署的权重为 {power}，须超过 {whole} 的三分之二",
            f"those who signed have the power {power}; more than two thirds of {whole} are due",
        )
        raise BadAgreement(why=why)
    return act


def recovery_at(hasher: Hasher, agreements: Sequence[Agreement], header: Header) -> Agreement | None:
    """The agreement to go on after `header` without some members; None where there is none."""
    digest = header_digest(hasher, header)
    return next(
        (each for each in agreements if isinstance(each.act, Recover) and header_digest(hasher, each.act.header) == digest), None
    )
