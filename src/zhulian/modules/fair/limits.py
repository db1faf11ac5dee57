"""How large a draw or a market may be, and what work costs."""

from typing import Final

from zhulian.ledger.overlay import WRITE_STEPS

__all__ = ["CONTRIBUTORS_MAX", "ORDERS_MAX", "PAPER_BYTES_MAX", "POINT_STEPS", "WINNERS_MAX", "dealing_steps", "drawing_steps",
           "matching_steps", "recovering_steps", "revealing_steps"]  # fmt: skip

CONTRIBUTORS_MAX: Final = 9
WINNERS_MAX: Final = 4_000
ORDERS_MAX: Final = 256
PAPER_BYTES_MAX: Final = 16 * 1024
POINT_STEPS: Final = 15
"""One multiplication of a point, about 0.2 ms, against a signature's 20 steps."""


def dealing_steps(contributors: int, threshold: int) -> int:
    """Checking a deal: for each holder its shown share and a proof."""
    return contributors * POINT_STEPS * (threshold + 4) + contributors + 6 * WRITE_STEPS


def revealing_steps() -> int:
    """Holding a secret against its commitment."""
    return 3 * POINT_STEPS + 6 * WRITE_STEPS


def recovering_steps(contributors: int, threshold: int) -> int:
    """Checking a holder's parts of every secret that is missing, and putting together those that are complete."""
    return contributors * POINT_STEPS * (threshold + 5) + contributors * contributors + 6 * WRITE_STEPS


def drawing_steps(contributors: int, winners: int) -> int:
    """Drawing, a digest each."""
    return contributors + winners + 6 * WRITE_STEPS


def matching_steps(orders: int) -> int:
    """Sorting and filling."""
    return 6 * orders + 6 * WRITE_STEPS
