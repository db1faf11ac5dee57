"""Members that lie: junk and forged seals, seals of two headers, bad and double proposals, two votes, stale blocks, lost messages."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from zhulian.assure.simulation.founding import key_of, seal_name, the_suite
from zhulian.assure.simulation.messages import Block, Decision, Gossip, Message, Proposal, Status, Vote
from zhulian.assure.simulation.replica import Replica
from zhulian.consensus.comet.extension import Offer, decode_extension, encode_extension, encode_seals
from zhulian.ledger.blocks import seal_preimage

__all__ = ["LIES", "Liar"]


class Liar(Replica):
    """A member whose application is honest and whose lines are not: each message is told as `lie` will have it."""

    lie = "junk seals"

    def _carry(self, message: Message, to: Replica) -> None:
        told = LIES[self.lie](self, message, to)
        if told is not None:
            super()._carry(told, to)

    def odd(self, to: Replica) -> bool:
        """Whether a member is among those who are told the other story."""
        return sorted(self._peers).index(to.name) % 2 == 1

    def forged(self, extension: bytes, change: Callable[[Offer], Offer]) -> bytes:
        """An extension with other seals."""
        return encode_extension([change(each) for each in decode_extension(extension)])


def _junk_seals(liar: Liar, message: Message, to: Replica) -> Message | None:
    """Something that is no seal at all; at times so long that the vote must not count."""
    if isinstance(message, Vote) and message.extension:
        size = (17, 300, 9_000)[message.height % 3]
        return replace(message, extension=(b"[{junk" * size)[:size])
    return message


def _forged_seals(liar: Liar, message: Message, to: Replica) -> Message | None:
    """Seals with a wrong signature, under another's name, of heights that are not decided."""

    def change(offer: Offer) -> Offer:
        seal = offer.seal
        kind = offer.height % 3
        if kind == 0:
            return _with(offer, signature=f"{int(seal.signature, 16) ^ 1:0128x}")
        if kind == 1:
            return _with(offer, sealer="org1" if seal.sealer != "org1" else "org2")
        return Offer(height=offer.height + 1000, seal=seal)

    if isinstance(message, Vote) and message.extension:
        return replace(message, extension=liar.forged(message.extension, change))
    return message


def _two_seals(liar: Liar, message: Message, to: Replica) -> Message | None:
    """A good seal of another header for every other member."""

    def change(offer: Offer) -> Offer:
        hasher = liar.application.world.hasher
        preimage = seal_preimage(hasher, hasher.digest("header", b"another"), offer.seal.time_ms)
        return _with(offer, signature=the_suite().sign(key_of(seal_name(liar.name)), preimage).hex())

    if isinstance(message, Vote) and message.extension and liar.odd(to):
        return replace(message, extension=liar.forged(message.extension, change))
    return message


def _bad_proposals(liar: Liar, message: Message, to: Replica) -> Message | None:
    """Blocks with junk, with a transaction twice, with one from long ago, with seals that are none, of another time."""
    if not isinstance(message, Proposal) or message.proposer != liar.name or message.valid_round >= 0:
        return message
    block = message.block
    old = liar.engine_disk.decisions[0].block.txs[:1] if liar.engine_disk.decisions else ()
    kinds: list[dict[str, Any]] = [
        {"txs": (*block.txs, b"junk")},
        {"txs": (*block.txs, *block.txs) or (b"",)},
        {"txs": (*block.txs, *old, b"{}")},
        {"txs": (encode_seals(1, [])[:-2], *block.txs)},
        {"time_ms": block.time_ms + 1},
        {"app_hash": bytes(32)},
    ]
    return replace(message, block=_changed(block, **kinds[block.height % len(kinds)]))


def _two_proposals(liar: Liar, message: Message, to: Replica) -> Message | None:
    """A good block for some and another good one for the rest."""
    if isinstance(message, Proposal) and message.proposer == liar.name and message.valid_round < 0 and liar.odd(to):
        return replace(message, block=_changed(message.block, txs=()))
    return message


def _two_votes(liar: Liar, message: Message, to: Replica) -> Message | None:
    """For a block with some, for none with the rest."""
    if isinstance(message, Vote) and message.voter == liar.voter and liar.odd(to):
        return replace(message, block=None, extension=b"")
    return message


def _stale(liar: Liar, message: Message, to: Replica) -> Message | None:
    """Old blocks as new ones, blocks with other content under the old votes, a false height, no transaction of others."""
    decisions = liar.engine_disk.decisions
    if isinstance(message, Decision):
        height = message.block.height
        if height % 2:
            return Decision(_changed(message.block, txs=()), message.precommits)
        return decisions[max(0, height - 2)]
    if isinstance(message, Status):
        return Status(max(1, message.height - 3), message.round)
    return None if isinstance(message, Gossip) else message


Lie = Callable[[Liar, Message, Replica], Message | None]
LIES: dict[str, Lie] = {
    "junk seals": _junk_seals,
    "forged seals": _forged_seals,
    "two seals": _two_seals,
    "bad proposals": _bad_proposals,
    "two proposals": _two_proposals,
    "two votes": _two_votes,
    "stale": _stale,
}


def _with(offer: Offer, **changes: Any) -> Offer:
    return Offer(height=offer.height, seal=msgspec.structs.replace(offer.seal, **changes))


def _changed(block: Block, **changes: Any) -> Block:
    parts = {name: getattr(block, name) for name in ("height", "txs", "time_ms", "app_hash", "proposer", "last")}
    return Block(**{**parts, **changes})
