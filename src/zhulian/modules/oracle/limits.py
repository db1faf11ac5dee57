"""How much a source may ask for, and what work costs."""

from typing import Final

from zhulian.ledger.overlay import READ_STEPS, SIGNATURE_STEPS, WRITE_STEPS

__all__ = ["AHEAD_S", "FRESH_S_MAX", "PAPER_BYTES_MAX", "QUOTING_STEPS", "READERS_MAX", "VALUE_MAX"]

READERS_MAX: Final = 16
VALUE_MAX: Final = 10**12
"""The greatest value, in the smallest unit of the source, either way."""
FRESH_S_MAX: Final = 31 * 86_400
AHEAD_S: Final = 120
"""How far the clock of a reader may run before the chain's."""
PAPER_BYTES_MAX: Final = 16 * 1024
QUOTING_STEPS: Final = READERS_MAX * (SIGNATURE_STEPS + 6 * READ_STEPS) + 2 * READ_STEPS + 4 * WRITE_STEPS
"""All readers' signatures, whose keys take three reads each, and the quote."""
