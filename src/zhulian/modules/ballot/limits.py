"""How large a vote may be, and what work costs."""

from typing import Final

from zhulian.ledger.overlay import WRITE_STEPS

__all__ = ["BALLOTS_MAX", "CHOICES_MAX", "LEAST_COUNTED", "MARKS_SPAN_MAX", "PAPER_BYTES_MAX", "POINT_STEPS", "TRUSTEES_MAX",
           "announcing_steps", "casting_steps", "dealing_steps", "opening_steps", "parting_steps"]  # fmt: skip

CHOICES_MAX: Final = 32
MARKS_SPAN_MAX: Final = 8
"""The most that `most` may exceed `least` by: each number of marks in between costs a part of the proof."""
TRUSTEES_MAX: Final = 9
BALLOTS_MAX: Final = 1_000_000
LEAST_COUNTED: Final = 10
"""A box with fewer ballots tells too much of each: it is merged into another before it is counted."""
PAPER_BYTES_MAX: Final = 16 * 1024
"""As long as any text that a definition takes; the largest ballot needs 15 KiB."""
POINT_STEPS: Final = 15
"""One multiplication of a point, about 0.2 ms, against a signature's 20 steps."""


def casting_steps(choices: int, span: int) -> int:
    """Checking a ballot: for each choice two claims of two times two multiplications, and one claim for each number of marks."""
    return POINT_STEPS * (choices * 8 + (span + 1) * 4) + 6 * WRITE_STEPS


def dealing_steps(threshold: int, trustees: int) -> int:
    """Checking a deal: its proof, and reading every point."""
    return POINT_STEPS * 2 + threshold + 2 * trustees + 6 * WRITE_STEPS


def opening_steps(trustees: int, threshold: int) -> int:
    """Making the key of all that was dealt."""
    return trustees * (threshold + 2) + 4 * WRITE_STEPS


def parting_steps(choices: int, trustees: int, threshold: int) -> int:
    """Checking a trustee's parts: its shown share from every deal, and one proof a choice."""
    return POINT_STEPS * (trustees * threshold + choices * 4) + trustees + 6 * WRITE_STEPS


def announcing_steps(choices: int, trustees: int) -> int:
    """Putting parts together and holding them against the counts."""
    return POINT_STEPS * choices * (trustees + 2) + 2 * trustees + 4 * WRITE_STEPS
