"""What one may ask of the evidence module."""

from typing import Annotated, Literal

from msgspec import Meta

from zhulian.ledger.types import Digest, Message

__all__ = ["Deposit", "DepositBatch", "Party", "Source", "Withdraw", "Witness"]

Party = Annotated[str, Meta(pattern=r"\A(?:[a-z][a-z0-9-]{0,30}|~[0-9a-f]{32})\Z")]
"""An organisation, or a person's handle."""

Source = Literal["device", "own_file", "third_party", "web_capture"]
"""How the depositor says that the content came to it."""


class Deposit(Message, frozen=True, tag="evidence.deposit"):
    """Deposit one file, by `commitment` (salted, docs/formats.md §2) or, readable to all who have the file, by its `digest`.

    `party` is needed only where an agent deposits for a person's handle, or where several parties sign.
    """

    commitment: Digest | None = None
    digest: Digest | None = None
    party: Party | None = None
    source: Source = "own_file"


class DepositBatch(Message, frozen=True, tag="evidence.deposit_batch"):
    """Deposit many files at once by the root of the list tree over their commitments (docs/formats.md §6)."""

    count: Annotated[int, Meta(ge=1, le=2**32)]
    root: Digest
    party: Party | None = None
    source: Source = "own_file"


class Witness(Message, frozen=True, tag="evidence.witness"):
    """Say, as another organisation, what one did with a deposit of `party`; `report` is the digest of a report kept off the chain."""

    deposit: Digest
    kind: Literal["examined", "recomputed", "saw_capture"]
    party: Party
    report: Digest | None = None


class Withdraw(Message, frozen=True, tag="evidence.withdraw"):
    """Mark an own deposit as withdrawn; it stays on the chain. `text` is the digest of an explanation kept off the chain."""

    deposit: Digest
    party: Party
    reason: Literal["consent_withdrawn", "mistaken", "order", "superseded"]
    text: Digest | None = None
