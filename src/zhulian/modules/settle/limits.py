"""How large a queue or an order of payments may be, and what work costs."""

from typing import Final

__all__ = ["CLAIMS_MAX", "QUEUE_MAX", "RANK_MAX", "clearing_steps", "flowing_steps"]

QUEUE_MAX: Final = 128
"""Payments that wait in one queue."""
CLAIMS_MAX: Final = 32
"""Claims of one order of payments."""
RANK_MAX: Final = 99
"""The last rank; 0 comes first."""


def clearing_steps(payments: int) -> int:
    """Reading so many payments, asking what is frozen, netting, and writing what they change, two balances each at most."""
    return 60 * payments + 60


def flowing_steps(claims: int) -> int:
    """Sharing out between so many claims, and writing their balances and what is left of them."""
    return 36 * claims + 120
