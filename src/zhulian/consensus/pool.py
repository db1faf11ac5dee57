"""Transactions that wait for a block, in the order of arrival, each organisation within its share."""

from collections.abc import Iterable

from zhulian.ledger.errors import QuotaPending
from zhulian.ledger.limits import Limits
from zhulian.ledger.transactions import Transaction

__all__ = ["Pool"]


class Pool:
    """What was reserved (signatures under verification) or added (verified), and how much of it is whose."""

    def __init__(self) -> None:
        self._waiting: dict[str, Transaction] = {}
        self._reserved: dict[str, Transaction] = {}
        self._pending: dict[str, int] = {}
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._waiting) + len(self._reserved)

    def __contains__(self, transaction: str) -> bool:
        return transaction in self._waiting or transaction in self._reserved

    @property
    def ready(self) -> int:
        """How many verified transactions wait."""
        return len(self._waiting)

    def reserve(self, transaction: Transaction, most: int) -> None:
        """Take a place for a transaction whose signatures are being verified.

        Raises:
            QuotaPending: if one of its organisations has `most` pending already.
        """
        for payer in transaction.payers:
            if self._pending.get(payer, 0) >= most:
                raise QuotaPending(organisation=payer, most=most)
        for payer in transaction.payers:
            self._pending[payer] = self._pending.get(payer, 0) + 1
        self._reserved[transaction.transaction] = transaction
        self.bytes += len(transaction.raw)

    def add(self, transaction: Transaction) -> None:
        """Let a reserved transaction wait for a block."""
        del self._reserved[transaction.transaction]
        self._waiting[transaction.transaction] = transaction

    def release(self, transaction: Transaction) -> None:
        """Give back the place of a reserved transaction that is turned away."""
        if self._reserved.pop(transaction.transaction, None) is not None:
            self._forget(transaction)

    def drop(self, transactions: Iterable[Transaction]) -> None:
        """Remove what a committed block holds."""
        for each in transactions:
            if self._waiting.pop(each.transaction, None) is not None:
                self._forget(each)

    def choose(self, limits: Limits, now: int) -> tuple[list[Transaction], list[Transaction]]:
        """What fits into a block by count, bytes and shares; beside it what expired by `now` (Unix seconds) and is dropped."""
        chosen: list[Transaction] = []
        expired: list[Transaction] = []
        size = 0
        shares: dict[str, int] = {}
        for each in self._waiting.values():
            if each.expires <= now:
                expired.append(each)
                continue
            if len(chosen) == limits.block_transactions_max or size + len(each.raw) > limits.block_bytes_max:
                break
            if any(shares.get(payer, 0) + len(each.raw) > limits.organisation_block_bytes_max for payer in each.payers):
                continue
            for payer in each.payers:
                shares[payer] = shares.get(payer, 0) + len(each.raw)
            size += len(each.raw)
            chosen.append(each)
        self.drop(expired)
        return chosen, expired

    def _forget(self, transaction: Transaction) -> None:
        self.bytes -= len(transaction.raw)
        for payer in transaction.payers:
            self._pending[payer] -= 1
            if not self._pending[payer]:
                del self._pending[payer]
