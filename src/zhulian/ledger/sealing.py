"""Sealer sets and seals: follow the set from genesis (or a checkpoint) to a header, and judge whether the header is sealed."""

import statistics
from collections.abc import Sequence

from zhulian.crypto import BadSignature, Hasher, fingerprint
from zhulian.errors import Refusal, Words
from zhulian.ledger.agreements import Agreement, Recover, recovery_at, verify_recovery
from zhulian.ledger.blocks import header_digest, seal_preimage, sealers_root
from zhulian.ledger.limits import HARD
from zhulian.ledger.proofs import AnotherChain, BadSeal, DoesNotBelong, NoQuorum, SealerChange
from zhulian.ledger.types import Header, Seal, Sealer

__all__ = ["follow_sealers", "has_quorum", "median_ms", "verify_seals"]


def has_quorum(power: int, whole: int) -> bool:
    """Whether `power` is more than two thirds of `whole`."""
    return power * 3 > whole * 2


def follow_sealers(
    hasher: Hasher,
    chain: str,
    start: Sequence[Sealer],
    start_height: int,
    changes: Sequence[SealerChange],
    height: int,
    agreements: Sequence[Agreement] = (),
) -> list[Sealer]:
    """The set that seals `height`, led there from the set that seals `start_height + 1` by sealed changes.

    Where one of `agreements`, which the verifier holds, is to go on after a change's header without lost members, that change
    rests on it instead: its header need not be sealed, nor commit to the set.

    Raises:
        ProofFault: naming `sealer_changes`. BadAgreement: an agreement that is needed does not hold.
    """
    part = "sealer_changes"
    sealers = list(start)
    at = start_height
    if len(changes) > HARD.sealer_changes_max:
        raise DoesNotBelong(
            part=part,
            why=Words(f"变更超过 {HARD.sealer_changes_max} 次", f"there are more than {HARD.sealer_changes_max} changes"),
        )
    for change in changes:
        if change.header.chain != chain:
            raise AnotherChain(part=part, named=change.header.chain[:120], ours=chain)
        if not at < change.header.height < height:
            raise DoesNotBelong(
                part=part,
                why=Words(
                    f"高度 {change.header.height} 不在 {at} 与 {height} 之间",
                    f"the height {change.header.height} does not lie between {at} and {height}",
                ),
            )
        recovery = recovery_at(hasher, agreements, change.header)
        if recovery is not None and isinstance(recovery.act, Recover) and change.sealers == recovery.act.sealers:
            former = verify_recovery(hasher, recovery).former
            if former != sealers:  # the header changes the set itself, so it must be sealed
                verify_seals(hasher, change.header, change.seals, sealers, part)
            sealers, at = change.sealers, change.header.height
            continue
        verify_seals(hasher, change.header, change.seals, sealers, part)
        if sealers_root(hasher, change.sealers).hex() != change.header.next_sealers_root:
            raise DoesNotBelong(
                part=part,
                why=Words(
                    f"高度 {change.header.height} 之后的签章节点与其区块头所承诺的不同（若成员公布过恢复协议，请以 --agreement 给出）",
                    f"the sealers after height {change.header.height} are not those that its header commits to "
                    "(if the members have published an agreement to go on without some of them, give it as --agreement)",
                ),
            )
        sealers = change.sealers
        at = change.header.height
    return sealers


def verify_seals(hasher: Hasher, header: Header, seals: Sequence[Seal], sealers: Sequence[Sealer], part: str = "seals") -> None:
    """Hold that `seals` are a quorum of `sealers` over `header`; every seal that is there must be good.

    Raises:
        BadSeal, NoQuorum, DoesNotBelong: naming `part`.
    """
    members = {each.sealer: each for each in sealers}
    digest = header_digest(hasher, header)
    names = [each.sealer for each in seals]
    if names != sorted(set(names)):
        raise DoesNotBelong(
            part=part, why=Words("签章未按节点名称排序，或有重复", "the seals are not sorted, or one occurs twice")
        )
    power = 0
    for seal in seals:
        member = members.get(seal.sealer)
        if member is None:
            raise BadSeal(
                part=part, sealer=seal.sealer[:40], why=Words("该节点不是此高度的签章节点", "it is no sealer at this height")
            )
        public_key = bytes.fromhex(member.public_key)
        if fingerprint(hasher.suite, public_key) != seal.key:
            raise BadSeal(part=part, sealer=seal.sealer, why=Words("所用密钥不是该节点的密钥", "the key is not the sealer's"))
        try:
            hasher.suite.verify(public_key, seal_preimage(hasher, digest, seal.time_ms), bytes.fromhex(seal.signature))
        except BadSignature:
            raise BadSeal(
                part=part,
                sealer=seal.sealer,
                why=Words("区块头、签章时间或签名被改动过", "the header, the time or the signature was changed"),
            ) from None
        except Refusal as wrong:
            raise BadSeal(part=part, sealer=seal.sealer, why=wrong.words()) from None
        power += member.power
    whole = sum(each.power for each in sealers)
    if not has_quorum(power, whole):
        raise NoQuorum(part=part, power=power, whole=whole)


def median_ms(seals: Sequence[Seal]) -> int:
    """The median of the sealers' clocks (the lower one of two), Unix milliseconds."""
    return statistics.median_low([each.time_ms for each in seals])
