"""What devices sign: a card when they are enrolled, single readings, and batches of readings (docs/formats.md, "Devices")."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal, TypeVar

from msgspec import Meta

from zhulian import canonical
from zhulian.crypto import Hasher
from zhulian.errors import Refusal, check
from zhulian.ledger.types import Digest, Milliseconds, PublicKey, SignatureHex, Wire
from zhulian.merkle.list_tree import ListTree
from zhulian.modules.device.errors import PaperMalformed
from zhulian.modules.device.limits import PAPER_BYTES_MAX, READINGS_MAX, VALUE_MAX

__all__ = [
    "BATCH",
    "BATCH_PAPER",
    "CARD",
    "CARD_PAPER",
    "READING",
    "SEED_BYTES",
    "Batch",
    "BatchPaper",
    "Card",
    "CardPaper",
    "DeviceName",
    "Reading",
    "Value",
    "batch_preimage",
    "card_preimage",
    "gather",
    "key_preimage",
    "read_paper",
    "reading_salts",
]

SEED_BYTES = 32

DeviceName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,30}\.[a-z0-9][a-z0-9-]{0,30}\Z", max_length=63)]
"""`org.serial`: the organisation that answers for the device, and its serial there."""

Quality = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,30}\Z")]
"""What is measured: temperature, energy, cod."""

Unit = Annotated[str, Meta(min_length=1, max_length=16)]
Scale = Annotated[int, Meta(ge=0, le=9)]
Value = Annotated[int, Meta(ge=-VALUE_MAX, le=VALUE_MAX)]
Number = Annotated[int, Meta(ge=1, le=2**48)]


class Card(Wire, frozen=True):
    """What a device is: it measures `quality` in 10^-scale of `unit`, from `low` to `high`; it signs with `public_key`."""

    device: DeviceName
    high: Value
    low: Value
    public_key: PublicKey
    quality: Quality
    scale: Scale
    unit: Unit


class CardPaper(Wire, frozen=True):
    """A card with the signature by its own key, which shows that the device holds it."""

    card: Card
    format: Literal["zhulian/device-card/1"]
    signature: SignatureHex


class Reading(Wire, frozen=True):
    """One reading: the device's own running number, its clock in Unix milliseconds, and the value in its smallest unit."""

    device: DeviceName
    sequence: Number
    time_ms: Milliseconds
    value: Value


class Batch(Wire, frozen=True):
    """Readings that follow each other: the list root over them in their order, and what a reader needs without them.

    `first` and `last` are running numbers, `since` and `until` the clocks of the first and last reading, `pause` the longest time
    between two that follow each other, all in Unix milliseconds; `least`, `most`, `newest` and `total` are of the values.
    """

    count: Annotated[int, Meta(ge=1, le=READINGS_MAX)]
    device: DeviceName
    first: Number
    last: Number
    least: Value
    most: Value
    newest: Value
    pause: Milliseconds
    root: Digest
    since: Milliseconds
    total: Annotated[int, Meta(ge=-(2**53) + 1, le=2**53 - 1)]
    until: Milliseconds


class BatchPaper(Wire, frozen=True):
    """A batch with the device's signature, by the key of this fingerprint."""

    batch: Batch
    format: Literal["zhulian/measurements/1"]
    key: Digest
    signature: SignatureHex


CARD: canonical.Codec[Card] = canonical.Codec(Card)
CARD_PAPER: canonical.Codec[CardPaper] = canonical.Codec(CardPaper)
READING: canonical.Codec[Reading] = canonical.Codec(Reading)
BATCH: canonical.Codec[Batch] = canonical.Codec(Batch)
BATCH_PAPER: canonical.Codec[BatchPaper] = canonical.Codec(BatchPaper)

_Paper = TypeVar("_Paper")


def card_preimage(hasher: Hasher, card: Card) -> bytes:
    """What a device signs when it is enrolled: `preimage("device-card", jcs(card))`."""
    return hasher.preimage("device-card", CARD.encode(card))


def key_preimage(hasher: Hasher, device: str, public_key: str) -> bytes:
    """What the new key of a device signs: `preimage("device-key", jcs({device, public_key}))`."""
    return hasher.preimage("device-key", canonical.encode({"device": device, "public_key": public_key}))


def batch_preimage(hasher: Hasher, batch: Batch) -> bytes:
    """What a device signs for a batch: `preimage("measurement", jcs(batch))`."""
    return hasher.preimage("measurement", BATCH.encode(batch))


def reading_salts(hasher: Hasher, seed: bytes, sequences: Sequence[int]) -> list[bytes]:
    """The salts of readings by their numbers: `H("reading-salt", seed ‖ number)`; `seed` is 32 secret bytes of the batch."""
    return hasher.many("reading-salt", [seed + each.to_bytes(8, "big") for each in sequences])


def gather(hasher: Hasher, readings: Sequence[Reading], seed: bytes) -> tuple[Batch, ListTree]:
    """The batch of readings of one device, in the order of their numbers, and the tree from which each is proved.

    Its leaves are salted commitments to the canonical bytes of readings, as those of files are: who sees one reading proved
    cannot guess those beside it.
    """
    check(len(readings) > 0 and len(seed) == SEED_BYTES, "a batch has a reading and a seed")
    digests = [hasher.suite.digest(READING.encode(each)) for each in readings]
    salts = reading_salts(hasher, seed, [each.sequence for each in readings])
    tree = ListTree(hasher, hasher.many("commitment", [salt + digest for salt, digest in zip(salts, digests, strict=True)]))
    values = [each.value for each in readings]
    pauses = [after.time_ms - before.time_ms for before, after in pairwise(readings)]
    batch = Batch(
        count=len(readings),
        device=readings[0].device,
        first=readings[0].sequence,
        last=readings[-1].sequence,
        least=min(values),
        most=max(values),
        newest=values[-1],
        pause=max(pauses, default=0),
        root=tree.root.hex(),
        since=readings[0].time_ms,
        total=sum(values),
        until=readings[-1].time_ms,
    )
    return batch, tree


def read_paper(codec: canonical.Codec[_Paper], text: str) -> _Paper:
    """Read a paper from its canonical JSON.

    Raises:
        PaperMalformed.
    """
    try:
        return codec.decode(text.encode("utf-8", "surrogatepass"), PAPER_BYTES_MAX)
    except Refusal as refusal:
        raise PaperMalformed(why=refusal.words()) from None
