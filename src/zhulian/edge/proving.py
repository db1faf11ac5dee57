"""A single reading as a file with a receipt of its own, which `zhulian verify` checks without any node."""

from dataclasses import dataclass
from typing import Any

from zhulian.client.chain import Chain
from zhulian.edge.errors import NotHeld
from zhulian.edge.store import Store
from zhulian.modules.device.format import READING, Reading, gather, reading_salts

__all__ = ["ProvedReading", "prove_reading"]


@dataclass(frozen=True)
class ProvedReading:
    """The canonical bytes of a reading, and the receipt of the batch with the opening that leads to it."""

    reading: Reading
    content: bytes
    receipt: dict[str, Any]


def prove_reading(chain: Chain, store: Store, device: str, sequence: int) -> ProvedReading:
    """Prove one reading of a batch that is on the chain.

    Raises:
        NotHeld: its batch is not here, or not on the chain yet. FromNode, Unreachable, ProofFault.
    """
    held = store.batch(device, sequence)
    row = store.reading(device, sequence)
    if held is None or row is None or held.state != "recorded":
        raise NotHeld(device=device[:80], sequence=sequence)
    batch, seed = held.sealed.paper.batch, bytes.fromhex(held.sealed.seed)
    rows = store.readings(device, batch.first, batch.last)
    readings = [Reading(device=device, sequence=number, time_ms=at, value=value) for number, at, value in rows]
    place = [each.sequence for each in readings].index(sequence)
    hasher = chain.core.hasher
    found, tree = gather(hasher, readings, seed)
    if found != batch:
        raise NotHeld(device=device[:80], sequence=sequence)
    content = READING.encode(readings[place])
    (salt,) = reading_salts(hasher, seed, [sequence])
    opening = {
        "digest": hasher.suite.digest(content).hex(),
        "path": tree.path(place).to_json(),
        "salt": salt.hex(),
    }
    return ProvedReading(readings[place], content, chain.receipt(held.note, opening=opening).document)
