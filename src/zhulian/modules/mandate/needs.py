"""What the mandate module needs of others; filled where the application is put together."""

from typing import Protocol

from zhulian.ledger.module import Context

__all__ = ["Recalls"]


class Recalls(Protocol):
    """Things that are followed; the trace module fills it."""

    def recall(self, context: Context, record: str, party: str) -> None:
        """Recall a thing, a record (`RecordName.text`), in the name of a party.

        Raises:
            Refusal: it is not followed, or recalled already; before anything is written.
        """
