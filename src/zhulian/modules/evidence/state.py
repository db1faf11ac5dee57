"""What the evidence module keeps: one value for each deposit, one for each witness."""

from typing import Literal

from zhulian.ledger.collections import Map
from zhulian.ledger.types import Wire
from zhulian.modules.evidence.messages import Source

__all__ = ["DEPOSITS", "WITNESSES", "Deposited", "Withdrawal", "Witnessed"]


class Withdrawal(Wire, frozen=True):
    """When and why a deposit was withdrawn; block time in Unix milliseconds, `text` the digest of an explanation."""

    height: int
    reason: str
    time_ms: int
    transaction: str
    text: str | None = None


class Deposited(Wire, frozen=True):
    """A deposit. `kind` says what its key is: a salted commitment, a plain digest, or the root of a batch of `count` files.

    `signers` signed; `via` is the agent organisation where a person's handle did not sign itself. A deposit stands as long
    as `withdrawn` is absent.
    """

    height: int
    kind: Literal["batch", "commitment", "digest"]
    signers: tuple[str, ...]
    time_ms: int
    transaction: str
    count: int | None = None
    source: Source = "own_file"
    via: str | None = None
    withdrawn: Withdrawal | None = None


class Witnessed(Wire, frozen=True):
    """What another organisation said about a deposit; `report` is the digest of its report."""

    height: int
    signers: tuple[str, ...]
    time_ms: int
    transaction: str
    report: str | None = None


DEPOSITS: Map[Deposited] = Map("evidence/deposits", Deposited, ("deposit", "party"))
"""By commitment, digest or root in hex, and party: two parties may deposit the same."""

WITNESSES: Map[Witnessed] = Map("evidence/witnesses", Witnessed, ("deposit", "party", "organisation", "kind"))
