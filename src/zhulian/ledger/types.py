"""The shapes that the ledger hashes and signs (docs/formats.md §4, §5, §8), and nothing else."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

__all__ = [
    "Applied",
    "Cost",
    "Digest",
    "Header",
    "Hex",
    "Key",
    "Message",
    "Milliseconds",
    "PublicKey",
    "Ran",
    "Refused",
    "Result",
    "Seal",
    "Sealer",
    "Seconds",
    "SignatureEntry",
    "SignatureHex",
    "SignerName",
]

# `\Z` and not `$`, which lets a line feed pass; `[0-9]` and not `\d`, which lets full-width digits pass.
Hex = Annotated[str, Meta(pattern=r"\A(?:[0-9a-f]{2})*\Z", max_length=1 << 20)]
Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
SignatureHex = Annotated[str, Meta(pattern=r"\A[0-9a-f]{128}\Z")]
PublicKey = Annotated[str, Meta(pattern=r"\A(?:04[0-9a-f]{128}|[0-9a-f]{64})\Z")]
Seconds = Annotated[int, Meta(ge=0, le=2**40)]
Milliseconds = Annotated[int, Meta(ge=0, le=2**50)]
Key = tuple[str, ...]
"""A state key: the collection's name, then its parts."""

SignerName = Annotated[str, Meta(pattern=r"\A(?:[a-z][a-z0-9-]{0,30}\.[a-z0-9][a-z0-9-]{0,30}|~[0-9a-f]{32})\Z", max_length=63)]
"""`org.serial` for whoever acts for an organisation, `~` and 32 hex digits for a person's handle."""


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Base of everything with one canonical form: unknown fields refused, defaults left out."""


class Message(Wire, frozen=True, tag_field="type"):
    """Base of all messages; a subclass sets `tag` to its wire name, `module.verb`."""


class SignatureEntry(Wire, frozen=True):
    """One signer's signature over the body: key fingerprint and `r ‖ s`."""

    key: Digest
    signature: SignatureHex
    signer: SignerName


class Cost(Wire, frozen=True):
    """What a transaction cost its organisations' quota."""

    bytes: int
    steps: int


class Applied(Wire, frozen=True, tag_field="status", tag="applied"):
    """The result of a transaction whose messages all succeeded."""

    cost: Cost
    events: list[Any]
    keys: list[Digest]
    transaction: Digest


class Refused(Wire, frozen=True, tag_field="status", tag="refused"):
    """The result of a transaction that a rule refused: it had no effect, and its content does not stay on the chain."""

    code: str
    cost: Cost
    keys: list[Digest]
    transaction: Digest
    types: list[str]


Result = Applied | Refused


class Ran(Wire, frozen=True, tag_field="status", tag="ran"):
    """What happened by itself, in `module`: before the block's transactions, or just before `transaction`, whose steps it used.

    It stands whatever became of that transaction. `cost.bytes` is 0.
    """

    cost: Cost
    events: list[Any]
    module: str
    transaction: Digest | None = None


class Sealer(Wire, frozen=True):
    """A member of a sealer set; power counts in the quorum."""

    power: Annotated[int, Meta(ge=1, le=1_000_000)]
    public_key: PublicKey
    sealer: Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,30}\Z")]


class Header(Wire, frozen=True):
    """What sealers seal. `height` counts ledger blocks from 1; `previous` is the genesis digest at height 1."""

    chain: str
    height: Annotated[int, Meta(ge=1)]
    next_sealers_root: Digest
    previous: Digest
    results_root: Digest
    state_root: Digest
    time_ms: Milliseconds
    transactions_root: Digest


class Seal(Wire, frozen=True):
    """A sealer's signature over a decided header and the time of its own clock."""

    key: Digest
    sealer: str
    signature: SignatureHex
    time_ms: Milliseconds
