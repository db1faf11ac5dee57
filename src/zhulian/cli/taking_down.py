"""Content that the members took down: what a proved fact says of it, beside a receipt that goes on holding."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhulian.cli.errors import FileMissing, NotTakenDown
from zhulian.cli.output import when
from zhulian.cli.words import say

if TYPE_CHECKING:
    from zhulian.ledger.receipts import Trusted

__all__ = ["COLLECTION", "taken_down", "taken_down_line"]

COLLECTION = "govern/taken_down"


def taken_down(path: Path | None, transaction: str, trusted: "Trusted") -> tuple[dict[str, Any] | None, list[str]]:
    """What the fact in a file proves of a transaction that was taken down, as data and as a line; nothing where no file is named.

    Raises:
        FileMissing. NotTakenDown: the fact is of something else. ProofFault: it does not hold.
    """
    from zhulian import canonical
    from zhulian.ledger.limits import HARD
    from zhulian.ledger.receipts import verify_state_fact

    if path is None:
        return None, []
    try:
        document = canonical.read(path.read_bytes(), HARD.receipt_bytes_max)
    except OSError:
        raise FileMissing(path=str(path)) from None
    fact = verify_state_fact(document, trusted)
    if tuple(fact.key) != (COLLECTION, transaction) or not fact.present or not isinstance(fact.value, dict):
        raise NotTakenDown(path=str(path), transaction=transaction)
    return dict(fact.value), [taken_down_line(fact.value, trusted.genesis.zone)]


def taken_down_line(value: dict[str, Any], zone: str) -> str:
    """One line on why and when content was taken down."""
    return say(
        "duties.taken_down",
        height=value["height"],
        time=when(value["time_ms"], zone),
        reason=say(f"take_down.{value['reason']}"),
        basis=value["basis"],
    )
