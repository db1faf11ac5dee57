"""Transactions that wait for a block, in the order of arrival, each organisation within its share.

A transaction first holds a reserved place while its signatures are verified. Reserved ones are bounded by whoever drives,
all together; an organisation's share counts verified ones only, or anybody could fill it with forgeries in its name.
"""

from collections.abc import Iterable

from zhulian.errors import Refusal
from zhulian.ledger.errors import Expired, QuotaPending, Replayed, TransactionTooLarge
from zhulian.ledger.limits import Limits
from zhulian.ledger.transactions import Transaction

__all__ = ["Pool"]


class Pool:
    """What was reserved (signatures under verification) or added (verified), and how much of it is whose."""

    def __init__(self) -> None:
        self._waiting: dict[str, Transaction] = {}
        self._reserved: dict[bytes, Transaction] = {}
        self._pending: dict[str, int] = {}
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._waiting) + len(self._reserved)

    def __contains__(self, transaction: str) -> bool:
        """Whether a verified transaction of that id waits."""
        return transaction in self._waiting

    @property
    def ready(self) -> int:
        """How many verified transactions wait."""
        return len(self._waiting)

    def waiting(self) -> list[Transaction]:
        """The verified transactions that wait, in the order of arrival."""
        return list(self._waiting.values())

    def reserve(self, transaction: Transaction, most: int) -> None:
        """Take a place for a transaction whose signatures are being verified.

        Raises:
            Replayed: if the same bytes are being verified. QuotaPending: if one of its organisations has `most` waiting.
        """
        if transaction.raw in self._reserved:
            raise Replayed(transaction=transaction.transaction)
        self._require_share(transaction, most)
        self._reserved[transaction.raw] = transaction
        self.bytes += len(transaction.raw)

    def add(self, transaction: Transaction, most: int) -> None:
        """Let a reserved transaction, now verified, wait for a block; on a refusal its place is given back.

        Raises:
            Replayed: if one with the same body and other signatures came first. QuotaPending: as `reserve`.
        """
        self.release(transaction)
        if transaction.transaction in self._waiting:
            raise Replayed(transaction=transaction.transaction)
        self._require_share(transaction, most)
        self._waiting[transaction.transaction] = transaction
        self.bytes += len(transaction.raw)
        for payer in transaction.payers:
            self._pending[payer] = self._pending.get(payer, 0) + 1

    def release(self, transaction: Transaction) -> None:
        """Give back the place of a reserved transaction."""
        if self._reserved.pop(transaction.raw, None) is not None:
            self.bytes -= len(transaction.raw)

    def drop(self, transactions: Iterable[Transaction]) -> None:
        """Remove what a committed block holds."""
        for each in transactions:
            if self._waiting.pop(each.transaction, None) is None:
                continue
            self.bytes -= len(each.raw)
            for payer in each.payers:
                self._pending[payer] -= 1
                if not self._pending[payer]:
                    del self._pending[payer]

    def choose(self, limits: Limits, now: int) -> tuple[list[Transaction], list[tuple[Transaction, Refusal]]]:
        """What fits into a block by count, bytes and shares; beside it what is dropped for good, and why.

        Dropped is what expired by `now` (Unix seconds), and what no block can hold under limits that were lowered meanwhile.
        """
        most = min(limits.block_bytes_max, limits.organisation_block_bytes_max)
        chosen: list[Transaction] = []
        dropped: list[tuple[Transaction, Refusal]] = []
        size = 0
        shares: dict[str, int] = {}
        for each in self._waiting.values():
            if each.expires <= now:
                dropped.append((each, Expired(expires=each.expires, now=now)))
                continue
            if len(each.raw) > most:
                dropped.append((each, TransactionTooLarge(size=len(each.raw), most=most)))
                continue
            if len(chosen) == limits.block_transactions_max or size + len(each.raw) > limits.block_bytes_max:
                break
            if any(shares.get(payer, 0) + len(each.raw) > limits.organisation_block_bytes_max for payer in each.payers):
                continue
            for payer in each.payers:
                shares[payer] = shares.get(payer, 0) + len(each.raw)
            size += len(each.raw)
            chosen.append(each)
        self.drop(each for each, _ in dropped)
        return chosen, dropped

    def _require_share(self, transaction: Transaction, most: int) -> None:
        for payer in transaction.payers:
            if self._pending.get(payer, 0) >= most:
                raise QuotaPending(organisation=payer, most=most)
