"""Members that lie: junk and forged seals, seals of two headers, bad and double proposals, two votes, stale blocks, false snapshots, lost messages."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from zhulian.assure.simulation.founding import key_of, seal_name, the_suite
from zhulian.assure.simulation.messages import Block, Chunk, Decision, Gossip, Message, Proposal, Snapshot, Status, Vote
from zhulian.assure.simulation.replica import Replica
from zhulian.consensus.comet.extension import Offer, decode_extension, encode_extension, encode_seals
from zhulian.ledger.blocks import seal_preimage
from zhulian.ledger.snapshots import Manifest, chunk_digest, encode_manifest, snapshot_digest

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
        return decisions[max(0, height - liar.engine_disk.base - 2)]
    if isinstance(message, Status):
        return Status(max(1, message.height - 3), message.round)
    return None if isinstance(message, Gossip) else message


def _false_snapshots(liar: Liar, message: Message, to: Replica) -> Message | None:
    """Snapshots of another state under the sealed header, of another header, of another height, in junk; and parts that are not theirs."""
    if isinstance(message, Snapshot):
        manifest = msgspec.json.decode(message.manifest, type=Manifest)
        hasher = liar.application.world.hasher
        kind = message.height % 4
        if kind == 0:  # each part has the digest that the manifest says, and the whole is another state
            false = [
                chunk_digest(hasher, _other_state(liar.shelf.chunk(message.height, index))) for index in range(message.chunks)
            ]
            return _snapshot(liar, message.height, msgspec.structs.replace(manifest, chunks=[each.hex() for each in false]))
        if kind == 1:
            header = msgspec.structs.replace(manifest.header, time_ms=manifest.header.time_ms + 1)
            return _snapshot(liar, message.height, msgspec.structs.replace(manifest, header=header))
        if kind == 2:
            return replace(message, height=message.height + 1)
        return replace(message, manifest=message.manifest[:-1])
    if isinstance(message, Chunk):
        return replace(message, data=_other_state(message.data) if message.height % 4 == 0 else message.data[:-1] + b"?")
    return message


def _other_state(chunk: bytes) -> bytes:
    """A part of a snapshot with one value changed."""
    entries = msgspec.msgpack.decode(chunk, type=list[tuple[bytes, bytes]])
    key, value = entries[0]
    return msgspec.msgpack.encode([(key, value[:-1] + bytes([value[-1] ^ 1])), *entries[1:]])


def _snapshot(liar: Liar, height: int, manifest: Manifest) -> Snapshot:
    data = encode_manifest(manifest)
    return Snapshot(height, len(manifest.chunks), snapshot_digest(liar.application.world.hasher, data), data)


Lie = Callable[[Liar, Message, Replica], Message | None]
LIES: dict[str, Lie] = {
    "junk seals": _junk_seals,
    "forged seals": _forged_seals,
    "two seals": _two_seals,
    "bad proposals": _bad_proposals,
    "two proposals": _two_proposals,
    "two votes": _two_votes,
    "stale": _stale,
    "false snapshots": _false_snapshots,
}


def _with(offer: Offer, **changes: Any) -> Offer:
    return Offer(height=offer.height, seal=msgspec.structs.replace(offer.seal, **changes))


def _changed(block: Block, **changes: Any) -> Block:
    parts = {name: getattr(block, name) for name in ("height", "txs", "time_ms", "app_hash", "proposer", "last")}
    return Block(**{**parts, **changes})
