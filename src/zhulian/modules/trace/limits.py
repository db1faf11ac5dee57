"""What the trace module bounds, and what its words cost."""

from typing import Final

from zhulian.ledger.overlay import WRITE_STEPS

__all__ = [
    "ANCESTORS_MAX", "DEPTH_MAX", "EARLY_MS", "EVENT_STEPS", "MADE_MAX", "MARK_STEPS", "PAPER_BYTES_MAX", "RECALLED_STEPS", "THINGS_MAX", "TRACK_STEPS",
]  # fmt: skip

ANCESTORS_MAX: Final = 256
"""The most lots that anything may come from, directly or not: so many marks a sale may have to look at."""
THINGS_MAX: Final = 32
"""The most things that one event is about."""
MADE_MAX: Final = 4
"""The most things that one event makes."""
DEPTH_MAX: Final = 8
"""How deep things may be packed in each other."""
EARLY_MS: Final = 600_000
"""By how much an event's own time may lie ahead of the block's, since clocks differ."""
PAPER_BYTES_MAX: Final = 16 * 1024

_FIND: Final = 2 + DEPTH_MAX
"""Finding a thing by its identifier, and whoever holds what it is packed in."""
_NOTED: Final = 2 * WRITE_STEPS
"""Writing an event on a thing's way."""
TRACK_STEPS: Final = 6 + 5 * WRITE_STEPS
EVENT_STEPS: Final = (
    10
    + 4 * WRITE_STEPS
    + (THINGS_MAX + MADE_MAX) * (_FIND + _NOTED + MADE_MAX * (2 + 2 * WRITE_STEPS))
    + MADE_MAX * 4 * WRITE_STEPS
)
RECALLED_STEPS: Final = 3 + DEPTH_MAX + ANCESTORS_MAX
MARK_STEPS: Final = 6 + 3 * WRITE_STEPS
