"""What devices send: packets of readings, and batches with the seed of their salts (docs/formats.md, "Devices")."""

from collections.abc import Sequence
from typing import Annotated, Literal, TypeVar

from msgspec import Meta

from zhulian import canonical
from zhulian.crypto import Hasher, Signer, fingerprint
from zhulian.edge.errors import PacketMalformed
from zhulian.errors import Refusal
from zhulian.ledger.types import Digest, Milliseconds, SignatureHex, Wire
from zhulian.modules.device.format import BatchPaper, DeviceName, Reading, Value

__all__ = [
    "PACKET",
    "PACKET_BYTES_MAX",
    "READINGS_MAX",
    "SEALED",
    "Packet",
    "Row",
    "Said",
    "Sealed",
    "make_packet",
    "packet_preimage",
    "read_message",
]

READINGS_MAX = 256
"""The most readings of one packet."""
PACKET_BYTES_MAX = 32 * 1024

Row = tuple[Annotated[int, Meta(ge=1, le=2**48)], Milliseconds, Value]
"""Running number, clock in Unix milliseconds, value in the device's smallest unit."""


class Said(Wire, frozen=True):
    """What a packet says; its numbers go up."""

    device: DeviceName
    readings: Annotated[list[Row], Meta(min_length=1, max_length=READINGS_MAX)]


class Packet(Wire, frozen=True):
    """Readings as a device sends them, signed by the key of this fingerprint over `preimage("reading", jcs(said))`."""

    format: Literal["zhulian/readings/1"]
    key: Digest
    said: Said
    signature: SignatureHex


class Sealed(Wire, frozen=True):
    """A batch that a device closed, with the secret seed from which the salts of its readings follow."""

    format: Literal["zhulian/sealed-readings/1"]
    paper: BatchPaper
    seed: Digest


SAID: canonical.Codec[Said] = canonical.Codec(Said)
PACKET: canonical.Codec[Packet] = canonical.Codec(Packet)
SEALED: canonical.Codec[Sealed] = canonical.Codec(Sealed)

_Message = TypeVar("_Message")


def packet_preimage(hasher: Hasher, said: Said) -> bytes:
    """What a device signs for a packet."""
    return hasher.preimage("reading", SAID.encode(said))


def make_packet(hasher: Hasher, signer: Signer, readings: Sequence[Reading]) -> bytes:
    """Readings of one device as it sends them."""
    said = Said(device=readings[0].device, readings=[(each.sequence, each.time_ms, each.value) for each in readings])
    signature = signer.sign(packet_preimage(hasher, said)).hex()
    key = fingerprint(hasher.suite, signer.public_key)
    return PACKET.encode(Packet(format="zhulian/readings/1", key=key, said=said, signature=signature))


def read_message(codec: canonical.Codec[_Message], data: bytes) -> _Message:
    """Read what a device sent.

    Raises:
        PacketMalformed.
    """
    try:
        return codec.decode(data, PACKET_BYTES_MAX)
    except Refusal as refusal:
        raise PacketMalformed(why=refusal.words()) from None
